"""The accounting staff have the role `accounting`, a member who reads invoices is an accountant

Both were called `accounts`, as are the accounts of people.
"""

from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE users SET staff_role = 'accounting' WHERE staff_role = 'accounts'")
    for table in ('memberships', 'invitations'):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN accounts TO accountant')


def downgrade():
    for table in ('memberships', 'invitations'):
        op.execute(f'ALTER TABLE {table} RENAME COLUMN accountant TO accounts')
    op.execute("UPDATE users SET staff_role = 'accounts' WHERE staff_role = 'accounting'")
