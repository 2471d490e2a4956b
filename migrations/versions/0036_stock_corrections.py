"""Corrections of the stock, and movements whose sum is what is on hand

Where the movements of before do not add up to what is on hand, one more movement says the difference.
Promised units may be missing after a correction: the stock row says how many.
"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0024'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REASONS = ('counted', 'broken', 'lost', 'found', 'added', 'removed')
PROMISED = 'reserved <= on_hand + missing OR backorder'
#: What a movement of each kind does to the units on hand.
ON_HAND = (
    "CASE kind WHEN 'received' THEN quantity WHEN 'returned' THEN quantity"
    " WHEN 'shipped' THEN -quantity ELSE 0 END"
)


def upgrade():
    op.create_table(
        'stock_corrections',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'product_id',
            ID,
            sa.ForeignKey('products.id', name=op.f('fk_stock_corrections_product_id')),
            nullable=False,
        ),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            'user_id', ID, sa.ForeignKey('users.id', name=op.f('fk_stock_corrections_user_id'))
        ),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column(
            'reason',
            sa.Enum(*REASONS, name='reason', native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column('words', sa.String(300), nullable=False),
        sa.Column('change', sa.Integer(), nullable=False),
        sa.Column(
            'undoes_id',
            ID,
            sa.ForeignKey('stock_corrections.id', name=op.f('fk_stock_corrections_undoes_id')),
            unique=True,
        ),
        sa.CheckConstraint('change <> 0', name=op.f('ck_stock_corrections_change')),
    )
    op.create_index('ix_stock_corrections_product_id', 'stock_corrections', ['product_id'])
    _write_once('stock_corrections')
    kind = 'INTEGER' if _is_sqlite() else 'BIGINT'
    op.execute(
        f'ALTER TABLE stock_movements ADD COLUMN correction_id {kind}'
        ' CONSTRAINT fk_stock_movements_correction_id REFERENCES stock_corrections (id)'
    )
    _allow_missing_units()
    op.execute(
        'INSERT INTO stock_movements (product_id, at, kind, quantity, reference)'
        " SELECT product_id, created_at, 'corrected', difference, 'opening' FROM ("
        ' SELECT stock.product_id AS product_id, products.created_at AS created_at, stock.on_hand - COALESCE(('
        f'SELECT SUM({ON_HAND}) FROM stock_movements'
        ' WHERE stock_movements.product_id = stock.product_id), 0) AS difference FROM stock'
        ' JOIN products ON products.id = stock.product_id'
        ') AS compared WHERE difference <> 0'
    )


def _allow_missing_units():
    """SQLite changes a constraint of a table by making the table again."""
    if not _is_sqlite():
        op.execute(
            'ALTER TABLE stock ADD COLUMN missing INTEGER NOT NULL DEFAULT 0'
            ' CONSTRAINT ck_stock_missing CHECK (missing >= 0)'
        )
        op.drop_constraint(op.f('ck_stock_promised'), 'stock', type_='check')
        op.create_check_constraint(op.f('ck_stock_promised'), 'stock', PROMISED)
        return
    op.create_table(
        'stock_made_again',
        sa.Column('product_id', ID, nullable=False),
        sa.Column('on_hand', sa.Integer(), nullable=False),
        sa.Column('reserved', sa.Integer(), nullable=False),
        sa.Column('backorder', sa.Boolean(), nullable=False),
        sa.Column('missing', sa.Integer(), nullable=False, server_default='0'),
        sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_on_hand')),
        sa.CheckConstraint('reserved >= 0', name=op.f('ck_stock_reserved')),
        sa.CheckConstraint('missing >= 0', name=op.f('ck_stock_missing')),
        sa.CheckConstraint(PROMISED, name=op.f('ck_stock_promised')),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_product_id')),
        sa.PrimaryKeyConstraint('product_id', name=op.f('pk_stock')),
    )
    op.execute(
        'INSERT INTO stock_made_again (product_id, on_hand, reserved, backorder, missing)'
        ' SELECT product_id, on_hand, reserved, backorder, 0 FROM stock'
    )
    op.drop_table('stock')
    op.rename_table('stock_made_again', 'stock')


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
    raise NotImplementedError('Corrections would be lost: restore a backup.')
