"""The signatures of invoices: the signed file beside the archived one, and failed attempts"""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0028'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'paper_signatures',
        sa.Column('paper_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('file_id', ROW_ID),
        sa.Column('body_sha256', sa.String(64), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('trouble', sa.String(300), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            '(file_id IS NULL) = (next_try_at IS NOT NULL)',
            name=op.f('ck_paper_signatures_signed_or_due'),
        ),
        sa.ForeignKeyConstraint(
            ['paper_id'], ['papers.id'], name=op.f('fk_paper_signatures_paper_id')
        ),
        sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_paper_signatures_file_id')),
        sa.PrimaryKeyConstraint('paper_id', name=op.f('pk_paper_signatures')),
        sa.UniqueConstraint('file_id', name=op.f('uq_paper_signatures_file_id')),
    )
    op.create_index('ix_paper_signatures_next_try_at', 'paper_signatures', ['next_try_at'])


def downgrade():
    raise NotImplementedError('The link of a signed file to its invoice would be lost.')
