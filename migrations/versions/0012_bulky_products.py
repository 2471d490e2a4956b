"""Products that are too bulky for a parcel

They are delivered on a pallet, whatever they weigh. Products of before travel by their weight.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'products', sa.Column('bulky', sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade():
    op.drop_column('products', 'bulky')
