"""Cancellations of orders, and the state of an order that was cancelled

SQLite changes the CHECK of a column by making its table again, with all that refers to it; here the
text of the constraint is replaced in the schema instead, as SQLite's documentation describes for
constraints that are widened (lang_altertable, « Making Other Kinds Of Table Schema Changes »).
"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = ('ASKED', 'TAKEN_BACK', 'REFUSED', 'DONE', 'REOPENED')
FROZEN = ('order_id', 'begun_at', 'begun_by', 'reason')
BEFORE = "CHECK (stage IN ('ORDERED', 'DELIVERED', 'INVOICED', 'PAID'))"
AFTER = "CHECK (stage IN ('ORDERED', 'DELIVERED', 'INVOICED', 'PAID', 'CANCELLED'))"


def upgrade():
    op.create_table(
        'cancellations',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'order_id',
            ID,
            sa.ForeignKey('orders.id', name=op.f('fk_cancellations_order_id')),
            nullable=False,
        ),
        sa.Column('state', _enumeration('cancellationstate', *STATES), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('begun_by', sa.String(200), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('answer', sa.String(500), nullable=False),
        sa.Column('units', sa.JSON(), nullable=False),
        sa.Column('credit_note', sa.String(20)),
    )
    op.create_index('ix_cancellations_order_id', 'cancellations', ['order_id'])
    op.create_index('ix_cancellations_state', 'cancellations', ['state', 'id'])
    op.create_index(
        'uq_cancellations_asked',
        'cancellations',
        ['order_id'],
        unique=True,
        sqlite_where=sa.text("state = 'ASKED'"),
        postgresql_where=sa.text("state = 'ASKED'"),
    )
    _freeze('cancellations', FROZEN)
    _allow_cancelled_orders()


def _allow_cancelled_orders():
    if not _is_sqlite():
        name = op.f('ck_orders_orderstage')
        op.drop_constraint(name, 'orders', type_='check')
        op.create_check_constraint(name, 'orders', AFTER.removeprefix('CHECK (').removesuffix(')'))
        return
    bind = op.get_bind()
    version = bind.exec_driver_sql('PRAGMA schema_version').scalar_one()
    bind.exec_driver_sql('PRAGMA writable_schema = ON')
    changed = bind.execute(
        sa.text(
            'UPDATE sqlite_master SET sql = replace(sql, :before, :after)'
            " WHERE type = 'table' AND name = 'orders' AND instr(sql, :before) > 0"
        ),
        {'before': BEFORE, 'after': AFTER},
    )
    if changed.rowcount != 1:
        raise RuntimeError('the constraint of the states of an order is not the one of 0001')
    bind.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    bind.exec_driver_sql('PRAGMA writable_schema = OFF')
    if bind.exec_driver_sql('PRAGMA integrity_check').scalar_one() != 'ok':
        raise RuntimeError('the schema is damaged: the migration is undone')


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


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
    raise NotImplementedError('Cancellations would be lost: restore a backup.')
