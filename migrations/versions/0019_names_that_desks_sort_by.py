"""Names in their compared form, for the desks that sort by them: products, questions, withdrawals"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

#: The tables, and the length of their names.
NAMED = (('products', 200), ('questions', 120), ('withdrawals', 200))
LIGATURES = str.maketrans(
    {'œ': 'oe', 'æ': 'ae', 'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th'}
)
BATCH = 5000


def upgrade():
    for table, length in NAMED:
        kind = sa.String(length).with_variant(sa.String(length, collation='C'), 'postgresql')
        op.add_column(table, sa.Column('name_key', kind, nullable=False, server_default=''))
        _fill(table, length)


def _fill(table, length):
    """Write the column of every row, in batches."""
    connection, beyond = op.get_bind(), 0
    read = sa.text(f'SELECT id, name FROM {table} WHERE id > :beyond ORDER BY id LIMIT {BATCH}')
    write = sa.text(f'UPDATE {table} SET name_key = :key WHERE id = :id')
    while rows := connection.execute(read, {'beyond': beyond}).all():
        keys = [{'id': row[0], 'key': ' '.join(_words(row[1]))[:length]} for row in rows]
        connection.execute(write, keys)
        beyond = rows[-1][0]


def _words(text):
    """The words of a text as shop/core/folding.py folds them on the day of this migration."""
    plain = unicodedata.normalize('NFKD', text.casefold().translate(LIGATURES))
    kept = (sign for sign in plain if unicodedata.category(sign) not in ('Mn', 'Mc', 'Me', 'Cf'))
    return re.findall(r'[^\W_]+', ''.join(kept).casefold())


def downgrade():
    for table, _length in NAMED:
        op.drop_column(table, 'name_key')
