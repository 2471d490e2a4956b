"""Deposits of invoices and credit notes on Chorus Pro"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0026'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
STATES = (
    'QUEUED',
    'HELD',
    'SENDING',
    'LOST',
    'REFUSED',
    'SENT',
    'INTEGRATED',
    'REJECTED',
    'UNCLEAR',
    'ABANDONED',
)
FROZEN = ('paper_id', 'order_id', 'number', 'by_hand', 'attempt')


def upgrade():
    op.create_table(
        'deposits',
        sa.Column('id', ID, primary_key=True),
        _reference('paper_id', 'papers'),
        _reference('order_id', 'orders'),
        sa.Column('number', sa.String(20), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('by_hand', sa.Boolean(), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                *STATES, name='depositstate', native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.String(length), nullable=False)
            for name, length in (
                ('filename', 100),
                ('sha256', 64),
                ('flow', 60),
                ('portal_id', 40),
                ('status', 40),
            )
        ),
        sa.Column('status_on', sa.Date()),
        sa.Column('reason', sa.String(1000), nullable=False),
        sa.Column('mender', sa.String(10), nullable=False),
        sa.Column('requested_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('sent_at', MOMENT),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('next_at', MOMENT),
        sa.Column('resent', sa.Boolean(), nullable=False),
        sa.UniqueConstraint('paper_id', 'attempt', name=op.f('uq_deposits_paper_id_attempt')),
    )
    op.create_index('ix_deposits_order_id', 'deposits', ['order_id'])
    op.create_index('ix_deposits_number', 'deposits', ['number'])
    op.create_index('ix_deposits_state', 'deposits', ['state', 'next_at', 'id'])
    _freeze('deposits', FROZEN)


def _reference(name, table):
    key = sa.ForeignKey(f'{table}.id', name=op.f(f'fk_deposits_{name}'))
    return sa.Column(name, ID, key, nullable=False)


def _freeze(table, columns):
    """No statement changes these columns, nor deletes the row."""
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
