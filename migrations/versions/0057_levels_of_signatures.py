"""The level that the signature of an invoice reached"""

import sqlalchemy as sa
from alembic import op

revision = '0057'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'paper_signatures',
        sa.Column('level', sa.String(10), nullable=False, server_default=''),
    )
    op.execute("UPDATE paper_signatures SET level = 'B-B' WHERE file_id IS NOT NULL")


def downgrade():
    op.drop_column('paper_signatures', 'level')
