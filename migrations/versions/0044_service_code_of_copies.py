"""The service code that the sender of a copy of the purchase order gives"""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'purchase_order_scans',
        sa.Column('service_code', sa.String(100), nullable=False, server_default=''),
    )


def downgrade():
    op.drop_column('purchase_order_scans', 'service_code')
