"""Versions of products, their former addresses, and the names of brands as they are searched"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0064'
down_revision = "0062"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
LIGATURES = str.maketrans(
    {'œ': 'oe', 'æ': 'ae', 'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th'}
)


def upgrade():
    op.add_column(
        'products', sa.Column('version', sa.Integer(), nullable=False, server_default='1')
    )
    op.add_column('products', sa.Column('first_published_at', sa.DateTime(timezone=True)))
    op.execute('UPDATE products SET first_published_at = created_at')
    kind = sa.String(80).with_variant(sa.String(80, collation='C'), 'postgresql')
    op.add_column('brands', sa.Column('name_key', kind, nullable=False, server_default=''))
    connection = op.get_bind()
    brands = connection.execute(sa.text('SELECT id, name FROM brands ORDER BY id')).all()
    keys = [{'id': row[0], 'key': ' '.join(_words(row[1]))[:80]} for row in brands]
    if keys:
        connection.execute(sa.text('UPDATE brands SET name_key = :key WHERE id = :id'), keys)
    op.create_table(
        'former_addresses',
        sa.Column('slug', sa.String(160), primary_key=True),
        sa.Column(
            'product_id',
            ID,
            sa.ForeignKey('products.id', name=op.f('fk_former_addresses_product_id')),
            nullable=False,
        ),
    )
    op.create_index('ix_former_addresses_product_id', 'former_addresses', ['product_id'])


def _words(text):
    """The words of a text as shop/core/folding.py folds them on the day of this migration."""
    plain = unicodedata.normalize('NFKD', text.casefold().translate(LIGATURES))
    kept = (sign for sign in plain if unicodedata.category(sign) not in ('Mn', 'Mc', 'Me', 'Cf'))
    return re.findall(r'[^\W_]+', ''.join(kept).casefold())


def downgrade():
    op.drop_table('former_addresses')
    op.drop_column('brands', 'name_key')
    op.drop_column('products', 'first_published_at')
    op.drop_column('products', 'version')
