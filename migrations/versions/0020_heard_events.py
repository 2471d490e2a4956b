"""How far the events of the card processor were heard, payments to be asked about again, which
refunds their buyer was told of, and the browser for which a form is kept

The worker asks for what is new since; a database of an earlier revision hears 30 days once.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'event_positions',
        sa.Column('id', sa.Integer(), nullable=False, autoincrement=False),
        sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('newest_at', sa.DateTime(timezone=True)),
        sa.Column('reached', sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_event_positions'),
    )
    op.create_table(
        'put_off_looks',
        sa.Column('payment_intent', sa.String(255), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('payment_intent', name='pk_put_off_looks'),
    )
    op.create_index('ix_put_off_looks_next_try_at', 'put_off_looks', ['next_try_at'])
    op.add_column('card_reversals', sa.Column('told_at', sa.DateTime(timezone=True)))
    # What was refunded before is not told now.
    op.execute('UPDATE card_reversals SET told_at = made_at')
    op.execute('DELETE FROM kept_forms')
    op.add_column(
        'kept_forms', sa.Column('key', sa.String(64), nullable=False, server_default='')
    )


def downgrade():
    op.drop_column('kept_forms', 'key')
    op.drop_column('card_reversals', 'told_at')
    op.drop_table('put_off_looks')
    op.drop_table('event_positions')
