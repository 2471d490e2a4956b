"""Payouts of the card processor and their parts"""

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MONEY = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)
FROZEN = ('amount', 'currency', 'created_at')


def upgrade():
    op.create_table(
        'card_payouts',
        sa.Column('id', sa.String(120), primary_key=True),
        sa.Column('state', _enumeration('payoutstate', 'SENT', 'ARRIVED', 'FAILED'), nullable=False),
        sa.Column('amount', MONEY, nullable=False),
        sa.Column('currency', sa.String(3), nullable=False),
        sa.Column('gross', MONEY, nullable=False),
        sa.Column('fees', MONEY, nullable=False),
        sa.Column('is_whole', sa.Boolean(), nullable=False),
        sa.Column('failure', sa.String(500), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('arrives_on', sa.Date(), nullable=False),
        _to('card_payouts', 'movement_id', ID, 'statement_movements', unique=True),
        sa.Column('matched_by', sa.String(200), nullable=False),
    )
    op.create_table(
        'payout_transactions',
        sa.Column('id', sa.String(120), primary_key=True),
        _to('payout_transactions', 'payout_id', sa.String(120), 'card_payouts', nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('source', sa.String(120), nullable=False),
        sa.Column('payment_intent', sa.String(120), nullable=False),
        sa.Column('amount', MONEY, nullable=False),
        sa.Column('fee', MONEY, nullable=False),
        sa.Column('net', MONEY, nullable=False),
        sa.Column('made_at', MOMENT, nullable=False),
    )
    for table, column in (
        ('card_payouts', 'state'),
        ('card_payouts', 'arrives_on'),
        ('payout_transactions', 'payout_id'),
        ('payout_transactions', 'source'),
        ('payout_transactions', 'payment_intent'),
    ):
        op.create_index(f'ix_{table}_{column}', table, [column])
    _write_once('payout_transactions')
    _freeze('card_payouts', FROZEN)


def _to(table, column, kind, other, **options):
    """A column that refers to a row of another table."""
    key = sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}'))
    return sa.Column(column, kind, key, **options)


def _enumeration(name, *words):
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _write_once(table):
    """The trigger of 0001, for a new table."""
    if op.get_bind().dialect.name == 'sqlite':
        for event in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}'
                f" BEGIN SELECT RAISE(ABORT, '{table}: written once'); END"
            )
        return
    op.execute(
        f'CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )


def _freeze(table, columns):
    """Refuse a change of these columns, and that a row is deleted."""
    if op.get_bind().dialect.name == 'sqlite':
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f" WHEN {changed} BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        return
    changed = ' OR '.join(f'OLD.{c} IS DISTINCT FROM NEW.{c}' for c in columns)
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )
    op.execute(
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )


def downgrade():
    raise NotImplementedError('Payouts that were matched would be lost: restore a backup.')
