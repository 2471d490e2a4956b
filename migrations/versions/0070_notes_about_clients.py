"""Notes of the staff about clients"""

import sqlalchemy as sa
from alembic import op

revision = '0070'
down_revision = '0068'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'client_notes',
        sa.Column('id', ID, primary_key=True),
        sa.Column('organisation_id', ID, sa.ForeignKey('organisations.id')),
        sa.Column('user_id', ID, sa.ForeignKey('users.id')),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint(
            '(organisation_id IS NULL) <> (user_id IS NULL)', name='ck_client_notes_one_client'
        ),
    )
    op.create_index('ix_client_notes_organisation_id', 'client_notes', ['organisation_id'])
    op.create_index('ix_client_notes_user_id', 'client_notes', ['user_id'])


def downgrade():
    op.drop_table('client_notes')
