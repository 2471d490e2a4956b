"""Trials of the card processor before a shop opens"""

import sqlalchemy as sa
from alembic import op

revision = '0100'
down_revision = "0099"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
STATES = ('STARTED', 'CHARGED', 'REFUNDED', 'KEPT', 'DROPPED')


def upgrade():
    op.create_table(
        'card_trials',
        sa.Column('id', ID, primary_key=True),
        sa.Column('reference', sa.String(43), nullable=False, unique=True),
        sa.Column(
            'state',
            sa.Enum(
                *STATES, name='trialstate', native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column('started_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column(
            'user_id', ID, sa.ForeignKey('users.id', name=op.f('fk_card_trials_user_id'))
        ),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('session_id', sa.String(120), unique=True),
        sa.Column('session_url', sa.String(1000)),
        sa.Column('payment_intent', sa.String(120)),
        sa.Column('card_last4', sa.String(4), nullable=False),
        sa.Column('refunded_at', MOMENT),
        sa.Column('problem', sa.String(300), nullable=False),
    )
    op.create_index('ix_card_trials_state', 'card_trials', ['state'])


def downgrade():
    raise NotImplementedError('Trials that the journal names would be lost: restore a backup.')
