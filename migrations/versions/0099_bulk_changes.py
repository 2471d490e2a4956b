"""Bulk changes of products: imports whose file the shop made"""

import sqlalchemy as sa
from alembic import op

revision = '0099'
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'product_imports',
        sa.Column('is_bulk', sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade():
    op.drop_column('product_imports', 'is_bulk')
