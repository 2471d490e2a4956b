"""Price agreements, and the one that gives the price of a line"""

import sqlalchemy as sa
from alembic import op

revision = '0085'
down_revision = '0084'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
#: The columns of a line of an order that change with an amendment; their trigger replaces that of
#: 0071.
AMENDABLE = (
    ('product_id', 'sku', 'name', 'detail', 'quantity', 'unit_price', 'unit_including', 'eco_fee')
    + ('vat_rate', 'amount', 'weight_g', 'list_price', 'discount', 'agreement', 'amendment_id')
)
NO_AMENDMENT = (
    'NEW.amendment_id IS NULL OR NEW.amendment_id <= COALESCE(OLD.amendment_id, 0)'
    ' OR NOT EXISTS (SELECT 1 FROM orders o'
    ' WHERE o.id = NEW.order_id AND o.amendment_id = NEW.amendment_id)'
)
INVOICED = 'EXISTS (SELECT 1 FROM invoices i WHERE i.order_id = NEW.order_id)'


def upgrade():
    op.create_table(
        'price_agreements',
        sa.Column('id', ID, primary_key=True),
        sa.Column('reference', sa.String(40), nullable=False, unique=True),
        sa.Column('title', sa.String(200), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column(
            'state',
            sa.Enum('DRAFT', 'SIGNED', 'ENDED', 'WITHDRAWN', native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column('signed_on', sa.Date()),
        sa.Column('signatory', sa.String(200), nullable=False),
        sa.Column('ended_for', sa.String(500), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint('starts_on <= ends_on', name='ck_price_agreements_period'),
    )
    op.create_index('ix_price_agreements_state', 'price_agreements', ['state', 'ends_on'])
    op.create_table(
        'price_agreement_clients',
        sa.Column('agreement_id', ID, sa.ForeignKey('price_agreements.id'), primary_key=True),
        sa.Column('organisation_id', ID, sa.ForeignKey('organisations.id'), primary_key=True),
    )
    op.create_index(
        'ix_price_agreement_clients_organisation_id',
        'price_agreement_clients',
        ['organisation_id'],
    )
    _create_conditions()
    op.add_column('organisations', sa.Column('agreed_until', sa.Date()))
    for table in ('quote_lines', 'order_lines'):
        op.add_column(
            table, sa.Column('agreement', sa.String(40), nullable=False, server_default='')
        )
    _guard_order_lines()


def _create_conditions():
    op.create_table(
        'price_conditions',
        sa.Column('id', ID, primary_key=True),
        sa.Column('agreement_id', ID, sa.ForeignKey('price_agreements.id'), nullable=False),
        sa.Column('category_id', sa.Integer(), sa.ForeignKey('categories.id')),
        sa.Column('product_id', ID, sa.ForeignKey('products.id')),
        sa.Column('from_quantity', sa.Integer(), nullable=False),
        sa.Column('discount', sa.Integer(), nullable=False),
        sa.Column('price', sa.BigInteger()),
        sa.CheckConstraint('(discount > 0) = (price IS NULL)', name='ck_price_conditions_given'),
        sa.CheckConstraint(
            'category_id IS NULL OR product_id IS NULL', name='ck_price_conditions_goods'
        ),
        sa.CheckConstraint(
            'from_quantity BETWEEN 1 AND 9999', name='ck_price_conditions_units'
        ),
    )
    op.create_index('ix_price_conditions_agreement_id', 'price_conditions', ['agreement_id'])


def _guard_order_lines():
    if _is_sqlite():
        op.execute('DROP TRIGGER order_lines_amended')
        op.execute(
            f"CREATE TRIGGER order_lines_amended BEFORE UPDATE OF {', '.join(AMENDABLE)}"
            f' ON order_lines WHEN {_changed()}'
            f" BEGIN SELECT RAISE(ABORT, 'order_lines: invoiced') WHERE {INVOICED};"
            f" SELECT RAISE(ABORT, 'order_lines: not amended') WHERE {NO_AMENDMENT}; END"
        )
        return
    op.execute('DROP TRIGGER order_lines_amended ON order_lines')
    op.execute(
        'CREATE TRIGGER order_lines_amended BEFORE UPDATE ON order_lines FOR EACH ROW'
        f' WHEN ({_changed()}) EXECUTE FUNCTION order_lines_amended()'
    )


def _changed():
    """Whether one of these columns changes."""
    differs = 'IS NOT' if _is_sqlite() else 'IS DISTINCT FROM'
    return ' OR '.join(f'OLD.{c} {differs} NEW.{c}' for c in AMENDABLE)


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('The prices that were agreed would be lost: restore a backup.')
