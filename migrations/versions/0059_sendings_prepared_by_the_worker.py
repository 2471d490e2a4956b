"""The address and the form of a file that the worker makes, then sends"""

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade():
    for name, length in (('sent_to', 320), ('form', 10)):
        op.add_column(
            'batch_items', sa.Column(name, sa.String(length), nullable=False, server_default='')
        )


def downgrade():
    op.drop_column('batch_items', 'form')
    op.drop_column('batch_items', 'sent_to')
