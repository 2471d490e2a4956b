"""The text of an e-mail as it left, and which e-mail it was sent again for"""

import sqlalchemy as sa
from alembic import op

revision = '0095'
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('outbox', sa.Column('body', sa.Text()))
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.add_column('outbox', sa.Column('follows_id', key))
    op.create_index('ix_outbox_follows_id', 'outbox', ['follows_id'])


def downgrade():
    raise NotImplementedError('What was sent would be lost: restore a backup.')
