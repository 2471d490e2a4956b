"""A member of the staff has several roles"""

import sqlalchemy as sa
from alembic import op

revision = '0079'
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('users', sa.Column('staff_roles', sa.String(60), nullable=True))
    op.execute("UPDATE users SET staff_roles = ',' || staff_role || ',' WHERE staff_role > ''")
    op.drop_column('users', 'staff_role')


def downgrade():
    op.add_column('users', sa.Column('staff_role', sa.String(20), nullable=True))
    for role in ('sales', 'sales_admin', 'logistics', 'accounting', 'admin'):
        op.execute(f"UPDATE users SET staff_role = '{role}' WHERE staff_roles LIKE '%,{role},%'")
    op.drop_column('users', 'staff_roles')
