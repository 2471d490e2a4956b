"""Names, references and purchase-order numbers in their compared form

Card payments note when the worker last asked about them, e-mails when their address was refused.
"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

#: Column, its source, its length and whether it is a name (words apart) or a number (joined).
FOLDED = (
    ('products', 'reference_key', 'sku', 40, False),
    ('organisations', 'name_key', 'name', 200, True),
    ('users', 'name_key', 'name', 120, True),
    ('orders', 'purchase_order_key', 'purchase_order', 60, False),
    ('purchase_orders', 'reference_key', 'reference', 60, False),
    ('purchase_order_scans', 'reference_key', 'reference', 60, False),
)
#: Their rows are written once: the trigger is set aside while the new column is filled.
WRITTEN_ONCE = ('purchase_orders', 'purchase_order_scans')
LIGATURES = str.maketrans(
    {'œ': 'oe', 'æ': 'ae', 'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th'}
)
BATCH = 5000


def upgrade():
    op.add_column('card_payments', sa.Column('looked_at', sa.DateTime(timezone=True)))
    op.add_column('outbox', sa.Column('refused_at', sa.DateTime(timezone=True)))
    op.create_index('ix_outbox_refused_at', 'outbox', ['refused_at'])
    for table, column, _source, length, _is_name in FOLDED:
        _add(table, column, length)
    _add('dossiers', 'parties_key', 400)
    for table in WRITTEN_ONCE:
        _set_aside(table)
    for table, column, source, length, is_name in FOLDED:
        joined = ' ' if is_name else ''
        _fill(table, column, source, lambda row, n=length, j=joined: j.join(_words(row[1] or ''))[:n])
    for table in WRITTEN_ONCE:
        _write_once(table)
    _fill_dossiers()
    _index_numbers()
    op.drop_index('ix_purchase_orders_reference', 'purchase_orders')
    op.create_index(
        'ix_purchase_orders_reference_key', 'purchase_orders', ['reference_key', 'organisation_id']
    )
    op.create_index('ix_products_reference_key', 'products', ['reference_key'])


def _add(table, column, length):
    kind = sa.String(length).with_variant(sa.String(length, collation='C'), 'postgresql')
    op.add_column(table, sa.Column(column, kind, nullable=False, server_default=''))


def _words(text):
    """The words of a text as shop/core/folding.py folds them on the day of this migration."""
    plain = unicodedata.normalize('NFKD', text.casefold().translate(LIGATURES))
    kept = (sign for sign in plain if unicodedata.category(sign) not in ('Mn', 'Mc', 'Me', 'Cf'))
    return re.findall(r'[^\W_]+', ''.join(kept).casefold())


def _fill(table, column, source, key_of):
    """Write a column of every row, in batches."""
    connection, beyond = op.get_bind(), 0
    read = sa.text(f'SELECT id, {source} FROM {table} WHERE id > :beyond ORDER BY id LIMIT {BATCH}')
    write = sa.text(f'UPDATE {table} SET {column} = :key WHERE id = :id')
    while rows := connection.execute(read, {'beyond': beyond}).all():
        connection.execute(write, [{'id': row[0], 'key': key_of(row)} for row in rows])
        beyond = rows[-1][0]


def _fill_dossiers():
    """The names of the sale that opened each dossier: its quote's, else its order's."""
    connection = op.get_bind()
    write = sa.text('UPDATE dossiers SET parties_key = :key WHERE id = :id')
    for table in ('orders', 'quotes'):
        beyond = 0
        read = sa.text(
            f'SELECT d.id, d.title, t.parties FROM dossiers d JOIN {table} t ON t.dossier_id = d.id'
            f' WHERE d.id > :beyond ORDER BY d.id LIMIT {BATCH}'
        )
        while rows := connection.execute(read, {'beyond': beyond}).all():
            connection.execute(
                write, [{'id': row[0], 'key': _names(row[1], row[2])} for row in rows]
            )
            beyond = rows[-1][0]


def _names(title, parties):
    sale = json.loads(parties) if isinstance(parties, str) else parties
    header, delivery = sale['header'], sale['delivery']
    names = [header['name'], header.get('unit', ''), delivery['name']]
    folded = (' '.join(_words(name)) for name in (*names, sale['contact']['name'], title))
    return ' '.join(filter(None, dict.fromkeys(folded)))[:400]


def _index_numbers():
    """The parts of a reference that begin with a digit (« 0412 » of SON-0412) in the index."""
    connection, beyond = op.get_bind(), 0
    read = sa.text(
        f'SELECT id, sku FROM products WHERE published AND id > :beyond ORDER BY id LIMIT {BATCH}'
    )
    while rows := connection.execute(read, {'beyond': beyond}).all():
        beyond = rows[-1][0]
        parts = ((row[0], _words(row[1])) for row in rows)
        numbers = [
            {'id': product_id, 'numbers': ' '.join(word for word in words if word[0].isdigit())}
            for product_id, words in parts
            if len(words) > 1 and any(word[0].isdigit() for word in words)
        ]
        for statement in _ADD_NUMBERS[connection.dialect.name] if numbers else ():
            connection.execute(sa.text(statement), numbers)


_RANK = '(SELECT rank FROM search_keys WHERE product_id = :id)'
_ADD_NUMBERS = {
    'sqlite': [
        f"UPDATE {table} SET title = title || ' ' || :numbers WHERE rowid = {_RANK}"
        for table in ('search_titles', 'search_texts')
    ],
    'postgresql': [
        "UPDATE search_titles SET vector = vector || to_tsvector('simple', :numbers)"
        ' WHERE product_id = :id',
        "UPDATE search_texts SET vector = vector"
        " || setweight(to_tsvector('simple', :numbers), 'A') WHERE product_id = :id",
    ],
}


def _set_aside(table):
    if _is_sqlite():
        op.execute(f'DROP TRIGGER {table}_no_update')
    else:
        op.execute(f'DROP TRIGGER {table}_written_once ON {table}')


def _write_once(table):
    """The trigger of 0001 again."""
    if _is_sqlite():
        op.execute(
            f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}'
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
    op.drop_index('ix_products_reference_key', 'products')
    op.drop_index('ix_purchase_orders_reference_key', 'purchase_orders')
    op.create_index(
        'ix_purchase_orders_reference', 'purchase_orders', ['organisation_id', 'reference']
    )
    op.drop_column('dossiers', 'parties_key')
    op.drop_index('ix_outbox_refused_at', 'outbox')
    op.drop_column('outbox', 'refused_at')
    op.drop_column('card_payments', 'looked_at')
    for table, column, *_ in FOLDED:
        op.drop_column(table, column)
