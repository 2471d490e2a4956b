"""The signatory that the sender of a copy names: name and capacity"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade():
    for name in ('signatory_name', 'signatory_capacity'):
        op.add_column(
            'purchase_order_scans',
            sa.Column(name, sa.String(120), nullable=False, server_default=''),
        )


def downgrade():
    for name in ('signatory_capacity', 'signatory_name'):
        op.drop_column('purchase_order_scans', name)
