"""Changes of the rates of VAT that were carried out"""

import sqlalchemy as sa
from alembic import op

revision = '0107'
down_revision = '0106'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'vat_rate_moves',
        sa.Column(
            'change_id',
            ID,
            sa.ForeignKey('setting_changes.id', name=op.f('fk_vat_rate_moves_change_id')),
            primary_key=True,
        ),
        sa.Column('products', sa.Integer(), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True)),
    )


def downgrade():
    raise NotImplementedError('Changes of rates would be carried out again: restore a backup.')
