"""The forms that added units to a line of a cart"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'cart_lines', sa.Column('form_keys', sa.String(256), nullable=False, server_default='')
    )


def downgrade():
    op.drop_column('cart_lines', 'form_keys')
