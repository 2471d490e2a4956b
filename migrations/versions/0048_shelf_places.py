"""The place of a product in the warehouse, by which preparation lists are sorted"""

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'stock', sa.Column('shelf_place', sa.String(40), nullable=False, server_default='')
    )


def downgrade():
    op.drop_column('stock', 'shelf_place')
