"""Goods that joined a cart at sign-in, and forms that arrived after their session had ended

Both wait for the person: the goods until they are kept or taken out, the form for an hour.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column('cart_lines', sa.Column('joined', sa.Integer(), nullable=False, server_default='0'))
    op.create_table(
        'kept_forms',
        sa.Column('user_id', ROW_ID, nullable=False, autoincrement=False),
        sa.Column('action', sa.String(500), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_kept_forms_user_id_users'),
        sa.PrimaryKeyConstraint('user_id', name='pk_kept_forms'),
    )
    op.create_index('ix_kept_forms_expires_at', 'kept_forms', ['expires_at'])


def downgrade():
    op.drop_table('kept_forms')
    op.drop_column('cart_lines', 'joined')
