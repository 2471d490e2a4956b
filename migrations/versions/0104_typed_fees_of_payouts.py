"""Fees of card payouts that the accounting staff typed"""

import sqlalchemy as sa
from alembic import op

revision = '0104'
down_revision = '0103'
branch_labels = None
depends_on = None

MONEY = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.add_column('card_payouts', sa.Column('typed_fees', MONEY))
    op.add_column(
        'card_payouts', sa.Column('fees_by', sa.String(200), nullable=False, server_default='')
    )
    op.add_column('card_payouts', sa.Column('fees_at', MOMENT))


def downgrade():
    raise NotImplementedError('Fees that were typed would be lost: restore a backup.')
