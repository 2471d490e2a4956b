"""Absences of the staff and their substitutes"""

import sqlalchemy as sa
from alembic import op

revision = '0103'
down_revision = "0102"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'staff_leaves',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'user_id',
            ID,
            sa.ForeignKey('users.id', name=op.f('fk_staff_leaves_user_id')),
            nullable=False,
        ),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column(
            'substitute_id',
            ID,
            sa.ForeignKey('users.id', name=op.f('fk_staff_leaves_substitute_id')),
        ),
        sa.Column('roles', sa.String(60)),
        sa.Column('entered_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('ended_at', MOMENT),
        sa.Column('released_at', MOMENT),
        sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_staff_leaves_days')),
        sa.CheckConstraint(
            '(substitute_id IS NULL) = (roles IS NULL)', name=op.f('ck_staff_leaves_granted')
        ),
    )
    op.create_index('ix_staff_leaves_user_id', 'staff_leaves', ['user_id', 'ends_on'])
    op.create_index('ix_staff_leaves_substitute_id', 'staff_leaves', ['substitute_id', 'ends_on'])


def downgrade():
    raise NotImplementedError('Who had whose roles on which day would be lost: restore a backup.')
