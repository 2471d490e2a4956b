"""Terms by which lists of invoices are filtered: client, paying service, references"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0075'
down_revision = '0073'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
BATCH = 1000


def upgrade():
    op.create_table(
        'invoice_terms',
        sa.Column('field', sa.String(20), nullable=False),
        sa.Column(
            'term',
            sa.String(60).with_variant(sa.String(60, collation='C'), 'postgresql'),
            nullable=False,
        ),
        sa.Column(
            'invoice_id',
            ROW_ID,
            sa.ForeignKey('invoices.id', name=op.f('fk_invoice_terms_invoice_id')),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint('field', 'term', 'invoice_id', name='pk_invoice_terms'),
        sa.CheckConstraint(
            "field IN ('client', 'service', 'purchase', 'commitment')",
            name=op.f('ck_invoice_terms_termof'),
        ),
        sqlite_with_rowid=False,
    )
    fill()
    op.create_index('ix_dossiers_establishment_id', 'dossiers', ['establishment_id'])


def downgrade():
    op.drop_index('ix_dossiers_establishment_id', 'dossiers')
    op.drop_table('invoice_terms')


def fill():
    """Write the terms of the invoices that are stored, in batches."""
    connection = op.get_bind()
    read = sa.text(
        'SELECT i.id, i.corrected, o.parties, o.purchase_order, o.engagement FROM invoices i'
        f' JOIN orders o ON o.id = i.order_id WHERE i.id > :beyond ORDER BY i.id LIMIT {BATCH}'
    )
    write = sa.text(
        'INSERT INTO invoice_terms (field, term, invoice_id) VALUES (:field, :term, :invoice_id)'
    )
    beyond = 0
    while rows := connection.execute(read, {'beyond': beyond}).all():
        beyond = rows[-1].id
        values = [
            {'field': field, 'term': term, 'invoice_id': row.id}
            for row in rows
            for field, terms in _named(row)
            for term in sorted(terms)
        ]
        if values:
            connection.execute(write, values)


def _named(row):
    own = _read(row.corrected)
    parties = own['parties'] if own else _read(row.parties)
    bought = own['purchase_order'] if own else row.purchase_order
    engaged = own['engagement'] if own else row.engagement
    service = parties.get('paying_service') or {}
    return (
        (
            'client',
            _words_of(parties['header']['name'], parties.get('siren'), parties.get('siret')),
        ),
        ('service', _words_of(service.get('name')) | _references(service.get('service_code'))),
        ('purchase', _references(bought)),
        ('commitment', _references(engaged)),
    )


def _read(stored):
    return json.loads(stored) if isinstance(stored, str) else stored


# The rules of shop/core/lookup_terms.py and shop/core/folding.py on the day of this migration.

LONGEST, MOST_WORDS = 60, 6
LIGATURES = str.maketrans(
    {'œ': 'oe', 'æ': 'ae', 'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th'}
)


def _words(text):
    plain = unicodedata.normalize('NFKD', (text or '').casefold().translate(LIGATURES))
    kept = (sign for sign in plain if unicodedata.category(sign) not in ('Mn', 'Mc', 'Me', 'Cf'))
    return re.findall(r'[^\W_]+', ''.join(kept).casefold())


def _words_of(*texts):
    return {word[:LONGEST] for text in texts for word in _words(text)}


def _references(reference):
    words = _words(reference)[:MOST_WORDS]
    return {''.join(words[start:])[:LONGEST] for start in range(len(words))}
