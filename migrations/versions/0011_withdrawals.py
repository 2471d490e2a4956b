"""Withdrawals of consumers: the statement, frozen, and the order that it concerns"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = ('RECEIVED', 'DUE', 'REFUNDED', 'ANSWERED')
FROZEN = ('stated_at', 'name', 'order_number', 'email', 'language', 'whole', 'items')


def upgrade():
    op.create_table(
        'withdrawals',
        sa.Column('id', ROW_ID, nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                *STATES,
                name='withdrawalstate',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('order_number', sa.String(40), nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.Column('language', sa.String(2), nullable=False),
        sa.Column('whole', sa.Boolean(), nullable=False),
        sa.Column('items', sa.Text(), nullable=False),
        sa.Column(
            'order_id', ROW_ID, sa.ForeignKey('orders.id', name=op.f('fk_withdrawals_order_id'))
        ),
        sa.Column('units', sa.JSON(), nullable=False),
        sa.Column('refunded', sa.BigInteger()),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_withdrawals')),
    )
    op.create_index('ix_withdrawals_state', 'withdrawals', ['state', 'id'])
    op.create_index('ix_withdrawals_order_id', 'withdrawals', ['order_id'])
    _protect()


def _protect():
    """What was stated never changes, and no statement is deleted."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            'CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals'
            " BEGIN SELECT RAISE(ABORT, 'withdrawals: stated'); END"
        )
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in FROZEN)
        op.execute(
            f"CREATE TRIGGER withdrawals_frozen BEFORE UPDATE OF {', '.join(FROZEN)}"
            f' ON withdrawals WHEN {changed}'
            f" BEGIN SELECT RAISE(ABORT, 'withdrawals: stated'); END"
        )
        return
    op.execute(
        'CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )
    changed = ' OR '.join(f'OLD.{c} IS DISTINCT FROM NEW.{c}' for c in FROZEN)
    op.execute(
        'CREATE TRIGGER withdrawals_frozen BEFORE UPDATE ON withdrawals FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )


def downgrade():
    raise NotImplementedError('The statements of consumers would be lost: restore a backup.')
