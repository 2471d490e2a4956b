"""Quotes that the office draws for a client, and what it prepares for them"""

import sqlalchemy as sa
from alembic import op

revision = '0071'
down_revision = '0070'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
#: The columns of a quote that never change; their trigger replaces that of 0015.
FROZEN = (
    ('number', 'dossier_id', 'paper_id', 'organisation_id', 'issued_at', 'valid_until')
    + ('parties', 'shipping', 'expected_on', 'excluding', 'vat_total', 'including')
    + ('conditions_version', 'accepted_by', 'accepted_at', 'line_count', 'drawn_by')
)
#: The columns of a line of an order that change with an amendment; their trigger replaces that of
#: 0009.
AMENDABLE = (
    ('product_id', 'sku', 'name', 'detail', 'quantity', 'unit_price', 'unit_including', 'eco_fee')
    + ('vat_rate', 'amount', 'weight_g', 'list_price', 'discount', 'amendment_id')
)
NO_AMENDMENT = (
    'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM orders o'
    ' WHERE o.id = NEW.order_id AND o.amendment_id = NEW.amendment_id)'
)
INVOICED = 'EXISTS (SELECT 1 FROM invoices i WHERE i.order_id = NEW.order_id)'
JSON_COLUMNS = ('parties',)


def upgrade():
    op.add_column(
        'quotes', sa.Column('drawn_by', sa.String(200), nullable=False, server_default='')
    )
    for table in ('quote_lines', 'order_lines'):
        op.add_column(table, sa.Column('list_price', sa.BigInteger()))
        op.add_column(
            table, sa.Column('discount', sa.Integer(), nullable=False, server_default='0')
        )
    _freeze_quotes()
    _guard_order_lines()
    op.create_table(
        'client_quotes',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'cart_id',
            ID,
            sa.ForeignKey('carts.id', ondelete='CASCADE'),
            nullable=False,
            unique=True,
        ),
        sa.Column('organisation_id', ID, sa.ForeignKey('organisations.id'), nullable=False),
        sa.Column('user_id', ID, sa.ForeignKey('users.id'), nullable=False),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('shipping_price', sa.BigInteger()),
        sa.Column('shipping_reason', sa.String(200), nullable=False),
        sa.Column('opened_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_client_quotes_organisation_id', 'client_quotes', ['organisation_id'])
    op.create_index('ix_client_quotes_user_id', 'client_quotes', ['user_id'])
    op.create_table(
        'client_quote_lines',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'client_quote_id',
            ID,
            sa.ForeignKey('client_quotes.id', ondelete='CASCADE'),
            nullable=False,
        ),
        sa.Column('product_id', ID, sa.ForeignKey('products.id')),
        sa.Column('discount', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(200), nullable=False),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('quantity', sa.Integer(), nullable=False),
        sa.Column('unit_price', sa.BigInteger()),
        sa.Column('vat_rate', sa.Integer(), nullable=False),
        sa.UniqueConstraint('client_quote_id', 'product_id'),
        sa.CheckConstraint('discount BETWEEN 0 AND 10000', name='ck_client_quote_lines_discount'),
        sa.CheckConstraint('quantity BETWEEN 1 AND 9999', name='ck_client_quote_lines_quantity'),
        sa.CheckConstraint(
            '(product_id IS NULL) = (unit_price IS NOT NULL)', name='ck_client_quote_lines_priced'
        ),
    )
    op.create_index(
        'ix_client_quote_lines_client_quote_id', 'client_quote_lines', ['client_quote_id']
    )


def _freeze_quotes():
    if _is_sqlite():
        op.execute('DROP TRIGGER quotes_frozen')
        op.execute(
            f"CREATE TRIGGER quotes_frozen BEFORE UPDATE OF {', '.join(FROZEN)} ON quotes"
            f" WHEN {_changed(FROZEN)} BEGIN SELECT RAISE(ABORT, 'quotes: issued'); END"
        )
        return
    op.execute('DROP TRIGGER quotes_frozen ON quotes')
    op.execute(
        f'CREATE TRIGGER quotes_frozen BEFORE UPDATE ON quotes FOR EACH ROW'
        f' WHEN ({_changed(FROZEN)}) EXECUTE FUNCTION written_once()'
    )


def _guard_order_lines():
    if _is_sqlite():
        op.execute('DROP TRIGGER order_lines_amended')
        op.execute(
            f"CREATE TRIGGER order_lines_amended BEFORE UPDATE OF {', '.join(AMENDABLE)}"
            f' ON order_lines WHEN {_changed(AMENDABLE)}'
            f" BEGIN SELECT RAISE(ABORT, 'order_lines: invoiced') WHERE {INVOICED};"
            f" SELECT RAISE(ABORT, 'order_lines: not amended') WHERE {NO_AMENDMENT}; END"
        )
        return
    op.execute('DROP TRIGGER order_lines_amended ON order_lines')
    op.execute(
        'CREATE TRIGGER order_lines_amended BEFORE UPDATE ON order_lines FOR EACH ROW'
        f' WHEN ({_changed(AMENDABLE)}) EXECUTE FUNCTION order_lines_amended()'
    )


def _changed(columns):
    """Whether one of these columns changes; PostgreSQL compares JSON as text."""
    if _is_sqlite():
        return ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
    cast = {c: '::text' if c in JSON_COLUMNS else '' for c in columns}
    return ' OR '.join(f'OLD.{c}{cast[c]} IS DISTINCT FROM NEW.{c}{cast[c]}' for c in columns)


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Who drew a quote would be lost: restore a backup.')
