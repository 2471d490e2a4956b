"""Photographs of products, resized by the worker"""

import sqlalchemy as sa
from alembic import op

revision = '0066'
down_revision = '0065'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column(
        'products', sa.Column('photographs', sa.JSON(), nullable=False, server_default='[]')
    )
    op.create_table(
        'photographs',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'product_id',
            ID,
            sa.ForeignKey('products.id', name=op.f('fk_photographs_product_id')),
            nullable=False,
        ),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('alt', sa.String(200), nullable=False),
        sa.Column('alt_en', sa.String(200), nullable=False),
        sa.Column('filename', sa.String(200), nullable=False),
        sa.Column('original', sa.LargeBinary()),
        sa.Column('refusal', sa.String(20), nullable=False),
        sa.Column('name', sa.String(64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_photographs_product_id', 'photographs', ['product_id'])
    op.create_table(
        'photograph_files',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'photograph_id',
            ID,
            sa.ForeignKey('photographs.id', name=op.f('fk_photograph_files_photograph_id')),
            nullable=False,
        ),
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('media_type', sa.String(20), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
    )
    op.create_index('ix_photograph_files_photograph_id', 'photograph_files', ['photograph_id'])
    op.create_index('ix_photograph_files_name', 'photograph_files', ['name'])


def downgrade():
    raise NotImplementedError('Photographs would be lost: restore a backup.')
