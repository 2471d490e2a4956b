"""Returns of delivered goods; the units of an order line that came back, and that were credited

Units that were credited for a withdrawal are not counted: where an order of before has both, which
is which is not known, and none is.
"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0032'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = ('ASKED', 'TAKEN_BACK', 'REFUSED', 'ACCEPTED', 'RECEIVED', 'SETTLED', 'REPLACED')
REASONS = ('reservations', 'defect', 'error', 'other')
FROZEN = ('number', 'order_id', 'asked_at', 'asked_by', 'reason', 'words')


def upgrade():
    op.create_table(
        'returns',
        sa.Column('id', ID, primary_key=True),
        sa.Column('number', sa.String(20), nullable=False, unique=True),
        sa.Column(
            'order_id',
            ID,
            sa.ForeignKey('orders.id', name=op.f('fk_returns_order_id')),
            nullable=False,
        ),
        sa.Column('state', _enumeration('returnstate', *STATES), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by', sa.String(200), nullable=False),
        sa.Column('reason', _enumeration('reason', *REASONS), nullable=False),
        sa.Column('words', sa.String(1000), nullable=False),
        sa.Column('answer', sa.String(1000), nullable=False),
        sa.Column('credit_notes', sa.String(200), nullable=False),
    )
    op.create_index('ix_returns_order_id', 'returns', ['order_id'])
    op.create_index('ix_returns_state', 'returns', ['state', 'id'])
    _freeze('returns', FROZEN)
    op.create_table(
        'return_lines',
        _reference('return_lines', 'return_id', 'returns.id'),
        sa.Column('position', sa.Integer(), primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ('quantity', 'restocked', 'repair', 'lost')
        ),
        sa.CheckConstraint('quantity > 0', name=op.f('ck_return_lines_quantity')),
        sa.CheckConstraint(
            'restocked >= 0 AND repair >= 0 AND lost >= 0', name=op.f('ck_return_lines_counts')
        ),
        sa.CheckConstraint(
            'restocked + repair + lost <= quantity', name=op.f('ck_return_lines_counted')
        ),
    )
    _freeze('return_lines', ('return_id', 'position', 'quantity'))
    op.create_table(
        'return_files',
        _reference('return_files', 'return_id', 'returns.id'),
        _reference('return_files', 'file_id', 'files.id'),
    )
    _write_once('return_files')
    op.execute(
        'ALTER TABLE order_lines ADD COLUMN returned INTEGER NOT NULL DEFAULT 0'
        ' CONSTRAINT ck_order_lines_returned CHECK (returned >= 0 AND returned <= delivered)'
    )
    op.execute(
        'ALTER TABLE order_lines ADD COLUMN credited INTEGER NOT NULL DEFAULT 0'
        ' CONSTRAINT ck_order_lines_credited CHECK (credited >= 0 AND credited <= quantity)'
    )
    op.execute(
        'UPDATE order_lines SET credited = COALESCE((SELECT SUM(taken.quantity)'
        ' FROM credit_note_lines AS taken'
        ' JOIN credit_notes ON credit_notes.id = taken.credit_note_id'
        ' JOIN invoices ON invoices.id = credit_notes.invoice_id'
        ' WHERE invoices.order_id = order_lines.order_id'
        ' AND taken.position = order_lines.position), 0)'
        ' WHERE product_id IS NOT NULL'
        ' AND order_id NOT IN (SELECT order_id FROM withdrawals WHERE order_id IS NOT NULL)'
    )


def _reference(table, column, target):
    return sa.Column(
        column,
        ID,
        sa.ForeignKey(target, name=op.f(f'fk_{table}_{column}')),
        primary_key=True,
        autoincrement=False,
    )


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _write_once(table):
    """The trigger of 0001, for a new table."""
    if _is_sqlite():
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
    """No statement changes these columns, nor deletes the row."""
    if _is_sqlite():
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


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Returns would be lost: restore a backup.')
