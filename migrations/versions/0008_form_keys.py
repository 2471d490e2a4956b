"""Forms that were sent: each is done once"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'form_keys',
        sa.Column('key', sa.String(64), nullable=False),
        sa.Column('endpoint', sa.String(80), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('location', sa.String(2000)),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_form_keys')),
    )
    op.create_index('ix_form_keys_at', 'form_keys', ['at'])


def downgrade():
    op.drop_table('form_keys')
