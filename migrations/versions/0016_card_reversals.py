"""Refunds and disputes of card payments, units that are not delivered any more

A withdrawal is refunded by the card processor: its states say so.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REVERSAL_FROZEN = ('payment_id', 'kind', 'key', 'made_at')
STATED = ('stated_at', 'name', 'order_number', 'email', 'language', 'whole', 'items')
STATES = ('RECEIVED', 'DUE', 'REFUNDING', 'REFUND_FAILED', 'REFUNDED', 'ANSWERED')


def upgrade():
    op.create_table(
        'card_reversals',
        sa.Column('id', sa.String(120), nullable=False),
        sa.Column(
            'payment_id',
            ROW_ID,
            sa.ForeignKey('card_payments.id', name=op.f('fk_card_reversals_payment_id')),
            nullable=False,
        ),
        sa.Column('kind', _enumeration('reversalkind', 'refund', 'dispute'), nullable=False),
        sa.Column('state', _enumeration('reversalstate', 'OPEN', 'TAKEN', 'KEPT'), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('status', sa.String(40), nullable=False),
        sa.Column('reason', sa.String(80), nullable=False),
        sa.Column('key', sa.String(255), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_by', sa.DateTime(timezone=True)),
        sa.Column('noted_at', sa.DateTime(timezone=True)),
        sa.CheckConstraint('amount > 0', name=op.f('ck_card_reversals_amount')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_card_reversals')),
    )
    op.create_index('ix_card_reversals_payment_id', 'card_reversals', ['payment_id'])
    op.create_index('ix_card_reversals_key', 'card_reversals', ['key'])
    _freeze('card_reversals', REVERSAL_FROZEN)
    for column in ('refunded', 'disputed'):
        op.add_column(
            'orders', sa.Column(column, sa.BigInteger(), nullable=False, server_default='0')
        )
    op.execute(
        'ALTER TABLE order_lines ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0'
        ' CONSTRAINT ck_order_lines_cancelled'
        ' CHECK (cancelled >= 0 AND delivered + cancelled <= quantity)'
    )
    _allow_states()


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _allow_states():
    """Rewrite the CHECK of the states; SQLite rebuilds the table, without its triggers."""
    rule = sa.text(f"state IN ({', '.join(repr(state) for state in STATES)})")
    name = op.f('ck_withdrawals_withdrawalstate')
    if _is_sqlite():
        with op.batch_alter_table('withdrawals', recreate='always') as batch:
            batch.create_check_constraint(name, rule)
        op.execute(
            'CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals'
            " BEGIN SELECT RAISE(ABORT, 'withdrawals: stated'); END"
        )
        _freeze('withdrawals', STATED, 'withdrawals: stated')
        return
    op.drop_constraint(name, 'withdrawals', type_='check')
    op.create_check_constraint(name, 'withdrawals', rule)


def _freeze(table, columns, message=None):
    """No statement changes these columns."""
    if _is_sqlite():
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)}"
            f' ON {table} WHEN {changed}'
            f" BEGIN SELECT RAISE(ABORT, '{message or table + ': frozen'}'); END"
        )
        return
    changed = ' OR '.join(f'OLD.{c} IS DISTINCT FROM NEW.{c}' for c in columns)
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Refunds and disputes would be lost: restore a backup.')
