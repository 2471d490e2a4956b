"""Batches of invoices to issue or to send, and their lines"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = "0042"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'batches',
        sa.Column('id', ID, primary_key=True),
        sa.Column('act', sa.String(20), nullable=False),
        sa.Column('requested_at', MOMENT, nullable=False),
        sa.Column('user_id', ID),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint("act IN ('issue', 'send')", name=op.f('ck_batches_batchact')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_batches_user_id')),
    )
    op.create_table(
        'batch_items',
        sa.Column('id', ID, primary_key=True),
        sa.Column('batch_id', ID, nullable=False),
        sa.Column('number', sa.String(20), nullable=False),
        sa.Column('done_at', MOMENT),
        sa.Column('result', sa.String(20), nullable=False),
        sa.Column('sentence', sa.String(500), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_batch_items_batch_id')),
        sa.UniqueConstraint('batch_id', 'number'),
    )
    op.create_index('ix_batch_items_done_at', 'batch_items', ['done_at', 'id'])


def downgrade():
    raise NotImplementedError('What was asked for and not done yet would be lost.')
