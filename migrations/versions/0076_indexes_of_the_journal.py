"""Indexes by which the office reads the journal"""

from alembic import op

revision = '0076'
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_journal_act', 'journal', ['act', 'id'])
    op.create_index('ix_journal_user_id', 'journal', ['user_id', 'by_name'])
    op.create_index('ix_journal_at', 'journal', ['at'])


def downgrade():
    for name in ('ix_journal_act', 'ix_journal_user_id', 'ix_journal_at'):
        op.drop_index(name, 'journal')
