"""Search: a full-text index of titles, one of everything, and a vocabulary for corrections"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_products_newest', 'products', ['category_id', 'id'])
    op.create_index('ix_products_chapter_newest', 'products', ['chapter_id', 'id'])
    op.create_table(
        'search_words',
        sa.Column('word', sa.String(80), primary_key=True),
        sa.Column('shown', sa.String(80), nullable=False),
        sa.Column('uses', sa.Integer, nullable=False),
    )
    op.create_table(
        'search_trigrams',
        sa.Column('trigram', sa.String(3), primary_key=True),
        sa.Column('word', sa.String(80), primary_key=True),
    )
    if op.get_bind().dialect.name == 'sqlite':
        # The row number of both indexes follows popularity: FTS5 returns rows in that order.
        op.create_table(
            'search_keys',
            sa.Column('product_id', sa.Integer, primary_key=True),
            sa.Column('rank', sa.BigInteger, nullable=False, unique=True),
        )
        tokens = "tokenize = \"unicode61 remove_diacritics 2\", prefix = '3'"
        op.execute(f'CREATE VIRTUAL TABLE search_titles USING fts5(title, {tokens})')
        op.execute(f'CREATE VIRTUAL TABLE search_texts USING fts5(title, body, {tokens})')
        return
    for table in ('search_titles', 'search_texts'):
        op.execute(
            f'CREATE TABLE {table} (product_id bigint PRIMARY KEY, popularity integer NOT NULL,'
            ' vector tsvector NOT NULL)'
        )
        op.execute(
            f'CREATE INDEX ix_{table}_vector ON {table} USING gin (vector) WITH (fastupdate = off)'
        )


def downgrade():
    for table in ('search_texts', 'search_titles', 'search_trigrams', 'search_words'):
        op.drop_table(table)
    if op.get_bind().dialect.name == 'sqlite':
        op.drop_table('search_keys')
    op.drop_index('ix_products_chapter_newest', 'products')
    op.drop_index('ix_products_newest', 'products')
