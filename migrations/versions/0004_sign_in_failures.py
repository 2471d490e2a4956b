"""Wrong passwords of the last minutes, to limit guessing"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'sign_in_failures',
        sa.Column(
            'id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), primary_key=True,
        ),
        sa.Column('account', sa.String(64), nullable=False),
        sa.Column('origin', sa.String(64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_sign_in_failures_account', 'sign_in_failures', ['account', 'at'])
    op.create_index('ix_sign_in_failures_origin', 'sign_in_failures', ['origin', 'at'])
    op.create_index('ix_sign_in_failures_at', 'sign_in_failures', ['at'])


def downgrade():
    op.drop_table('sign_in_failures')
