"""Goods that joined a cart at sign-in are marked until the person has decided about them
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('cart_lines', sa.Column('joined', sa.Integer(), nullable=False, server_default='0'))


def downgrade():
    op.drop_column('cart_lines', 'joined')
