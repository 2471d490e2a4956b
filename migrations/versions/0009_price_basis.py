"""Prices including VAT of private customers, the rounding of invoices, the amount of a purchase order

Sales made before keep their prices and their amounts: the price including VAT of their lines stays
empty, since they added up prices excluding VAT. The prices excluding VAT of the catalogue are
rounded to the cent, from one euro on.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

MONEY = sa.BigInteger()
#: Columns that change with an amendment of the order; the triggers of 0006 are written anew.
AMENDABLE = {
    'orders': ('parties', 'shipping', 'excluding', 'vat_total', 'including', 'purchase_order')
    + ('purchase_order_date', 'purchase_order_file_id', 'purchase_order_amount', 'engagement')
    + ('payment_delay_days', 'amendment_id'),
    'order_lines': ('product_id', 'sku', 'name', 'detail', 'quantity', 'unit_price')
    + ('unit_including', 'eco_fee', 'vat_rate', 'amount', 'weight_g', 'amendment_id'),
}
#: Columns of an invoice that never change; its trigger replaces the one of 0001.
FROZEN = ('number', 'order_id', 'paper_id', 'issued_at', 'issued_on', 'due_on')
FROZEN += ('excluding', 'vat_total', 'rounding', 'including', 'by_name')
ORDER_OF = {'orders': 'NEW.id', 'order_lines': 'NEW.order_id'}
NO_AMENDMENT = {
    'orders': 'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM order_amendments a'
    ' WHERE a.id = NEW.amendment_id AND a.order_id = NEW.id)',
    'order_lines': 'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM orders o'
    ' WHERE o.id = NEW.order_id AND o.amendment_id = NEW.amendment_id)',
}
JSON_COLUMNS = ('parties',)
#: The price excluding VAT in cents, halves up.
IN_CENTS = '(price_including * 20000 + 10000 + vat_rate) / (2 * (10000 + vat_rate))'


def upgrade():
    for table in ('quote_lines', 'order_lines'):
        op.add_column(table, sa.Column('unit_including', MONEY))
    op.add_column('orders', sa.Column('purchase_order_amount', MONEY))
    op.add_column('invoices', sa.Column('rounding', MONEY, nullable=False, server_default='0'))
    op.add_column(
        'purchase_orders',
        sa.Column('difference_reason', sa.String(300), nullable=False, server_default=''),
    )
    op.execute(f'UPDATE products SET unit_price = 100 * ({IN_CENTS}) WHERE {IN_CENTS} >= 100')
    for table, columns in AMENDABLE.items():
        _guard(table, columns)
    _freeze_invoices()


def _freeze_invoices():
    if _is_sqlite():
        op.execute('DROP TRIGGER invoices_frozen')
        op.execute(
            f"CREATE TRIGGER invoices_frozen BEFORE UPDATE OF {', '.join(FROZEN)} ON invoices"
            f' WHEN {_changed(FROZEN)}'
            f" BEGIN SELECT RAISE(ABORT, 'invoices: issued'); END"
        )
        return
    op.execute('DROP TRIGGER invoices_frozen ON invoices')
    op.execute(
        f'CREATE TRIGGER invoices_frozen BEFORE UPDATE ON invoices FOR EACH ROW'
        f' WHEN ({_changed(FROZEN)}) EXECUTE FUNCTION written_once()'
    )


def _guard(table, columns):
    if _is_sqlite():
        op.execute(f'DROP TRIGGER {table}_amended')
        op.execute(
            f"CREATE TRIGGER {table}_amended BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f' WHEN {_changed(columns)}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: invoiced') WHERE {_invoiced(table)};"
            f" SELECT RAISE(ABORT, '{table}: not amended') WHERE {NO_AMENDMENT[table]}; END"
        )
        return
    op.execute(f'DROP TRIGGER {table}_amended ON {table}')
    op.execute(
        f'CREATE TRIGGER {table}_amended BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({_changed(columns)}) EXECUTE FUNCTION {table}_amended()'
    )


def _changed(columns):
    """Whether one of these columns changes; PostgreSQL compares JSON as text."""
    if _is_sqlite():
        return ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
    cast = {c: '::text' if c in JSON_COLUMNS else '' for c in columns}
    return ' OR '.join(f'OLD.{c}{cast[c]} IS DISTINCT FROM NEW.{c}{cast[c]}' for c in columns)


def _invoiced(table):
    return f'EXISTS (SELECT 1 FROM invoices i WHERE i.order_id = {ORDER_OF[table]})'


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('The price basis of sales would be lost: restore a backup.')
