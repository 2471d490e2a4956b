"""The interruption of the payment period of an invoice

The public body interrupts it once, by a notification with its reason; a new period is opened when it
has received what it asked for (CCP R2192-27 to R2192-29). Invoices of before have none.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('invoices', sa.Column('interrupted_on', sa.Date()))
    op.add_column(
        'invoices',
        sa.Column('interruption_reason', sa.String(500), nullable=False, server_default=''),
    )
    op.add_column('invoices', sa.Column('resumed_on', sa.Date()))


def downgrade():
    raise NotImplementedError('What bodies notified would be lost: restore a backup.')
