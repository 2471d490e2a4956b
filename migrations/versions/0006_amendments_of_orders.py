"""What later documents are composed from changes with an amendment of the order only

Quotes never change. The terms and the lines of an order change together with a row of
order_amendments, and not at all once an invoice of the order exists. `line_count` keeps a line from
being added later.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)

#: Columns that never change; their triggers replace those of 0001.
FROZEN = {
    'quotes': ('number', 'dossier_id', 'paper_id', 'organisation_id', 'issued_at', 'valid_until')
    + ('parties', 'shipping', 'excluding', 'vat_total', 'including', 'conditions_version')
    + ('accepted_by', 'accepted_at', 'line_count'),
    'orders': ('number', 'dossier_id', 'origin', 'proof', 'ordered_at', 'organisation_id')
    + ('quote_number', 'line_count'),
    'order_lines': ('order_id', 'position'),
}
#: Columns that change with an amendment of the order.
AMENDABLE = {
    'orders': ('parties', 'shipping', 'excluding', 'vat_total', 'including', 'purchase_order')
    + ('purchase_order_date', 'purchase_order_file_id', 'engagement', 'payment_delay_days')
    + ('amendment_id',),
    'order_lines': ('product_id', 'sku', 'name', 'detail', 'quantity', 'unit_price', 'eco_fee')
    + ('vat_rate', 'amount', 'weight_g', 'amendment_id'),
}
#: The order of a row of each table.
ORDER_OF = {'orders': 'NEW.id', 'order_lines': 'NEW.order_id'}
#: An amendment belongs to this change if it is the order's and new; a line has the one that its
#: order has just got.
NO_AMENDMENT = {
    'orders': 'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM order_amendments a'
    ' WHERE a.id = NEW.amendment_id AND a.order_id = NEW.id)',
    'order_lines': 'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM orders o'
    ' WHERE o.id = NEW.order_id AND o.amendment_id = NEW.amendment_id)',
}
#: Lines are added with their order or quote, and never later.
LATE_LINE = {
    'order_lines': 'NEW.position NOT BETWEEN 1 AND'
    ' (SELECT o.line_count FROM orders o WHERE o.id = NEW.order_id)',
    'quote_lines': 'NEW.position NOT BETWEEN 1 AND'
    ' (SELECT q.line_count FROM quotes q WHERE q.id = NEW.quote_id)',
}
JSON_COLUMNS = ('parties',)


def upgrade():
    op.create_table(
        'order_amendments',
        sa.Column('id', ID, primary_key=True),
        _reference('order_amendments', 'order_id', 'orders', nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        _reference('order_amendments', 'user_id', 'users'),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('after', sa.JSON(), nullable=False),
    )
    op.create_index('ix_order_amendments_order_id', 'order_amendments', ['order_id'])
    kind = 'INTEGER' if _is_sqlite() else 'BIGINT'
    for table in ('orders', 'order_lines'):
        op.execute(f'ALTER TABLE {table} ADD COLUMN amendment_id {kind}')
    for table, lines, column in (
        ('quotes', 'quote_lines', 'quote_id'),
        ('orders', 'order_lines', 'order_id'),
    ):
        op.execute(f'ALTER TABLE {table} ADD COLUMN line_count INTEGER NOT NULL DEFAULT 0')
        op.execute(
            f'UPDATE {table} SET line_count ='
            f' (SELECT count(*) FROM {lines} WHERE {lines}.{column} = {table}.id)'
        )
    _write_once('order_amendments')
    for table in ('quotes', 'orders'):
        op.execute(f'DROP TRIGGER {table}_frozen' + ('' if _is_sqlite() else f' ON {table}'))
    if _is_sqlite():
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite():
    op.execute(
        'CREATE TRIGGER order_lines_no_delete BEFORE DELETE ON order_lines'
        " BEGIN SELECT RAISE(ABORT, 'order_lines: issued'); END"
    )
    for table, columns in FROZEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f' WHEN {_changed(columns)}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: issued'); END"
        )
    for table, columns in AMENDABLE.items():
        op.execute(
            f"CREATE TRIGGER {table}_amended BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f' WHEN {_changed(columns)}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: invoiced') WHERE {_invoiced(table)};"
            f" SELECT RAISE(ABORT, '{table}: not amended') WHERE {NO_AMENDMENT[table]}; END"
        )
    for table, late in LATE_LINE.items():
        op.execute(
            f'CREATE TRIGGER {table}_late BEFORE INSERT ON {table}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: issued') WHERE {late}; END"
        )


def _guard_postgresql():
    op.execute(
        'CREATE TRIGGER order_lines_no_delete BEFORE DELETE ON order_lines'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )
    for table, columns in FROZEN.items():
        op.execute(
            f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
            f' WHEN ({_changed(columns)}) EXECUTE FUNCTION written_once()'
        )
    for table, columns in AMENDABLE.items():
        op.execute(
            f'CREATE FUNCTION {table}_amended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
            f" IF {_invoiced(table)} THEN RAISE EXCEPTION '{table}: invoiced'; END IF;"
            f" IF {NO_AMENDMENT[table]} THEN RAISE EXCEPTION '{table}: not amended'; END IF;"
            ' RETURN NEW; END $$'
        )
        op.execute(
            f'CREATE TRIGGER {table}_amended BEFORE UPDATE ON {table} FOR EACH ROW'
            f' WHEN ({_changed(columns)}) EXECUTE FUNCTION {table}_amended()'
        )
    for table, late in LATE_LINE.items():
        op.execute(
            f'CREATE FUNCTION {table}_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
            f" IF {late} THEN RAISE EXCEPTION '{table}: issued'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {table}_late BEFORE INSERT ON {table} FOR EACH ROW'
            f' EXECUTE FUNCTION {table}_late()'
        )


def _changed(columns):
    """Whether one of these columns changes; PostgreSQL compares JSON as text."""
    if _is_sqlite():
        return ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
    cast = {c: '::text' if c in JSON_COLUMNS else '' for c in columns}
    return ' OR '.join(f'OLD.{c}{cast[c]} IS DISTINCT FROM NEW.{c}{cast[c]}' for c in columns)


def _invoiced(table):
    return f'EXISTS (SELECT 1 FROM invoices i WHERE i.order_id = {ORDER_OF[table]})'


def _reference(table, column, other, nullable=True):
    return sa.Column(
        column,
        ID,
        sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}')),
        nullable=nullable,
    )


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


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Amendments of orders would be lost: restore a backup.')
