"""The terms by which everything is looked up, and those of what is stored already"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0068'
down_revision = "0066"
branch_labels = None
depends_on = None

#: Tables whose rows may be deleted: their terms go with them.
DELETED = (
    'dossiers',
    'organisations',
    'establishments',
    'organisation_contacts',
    'invoice_copies',
    'addresses',
    'invitations',
    'users',
    'outbox',
)
BATCH = 1000


def upgrade():
    term = sa.String(60).with_variant(sa.String(60, collation='C'), 'postgresql')
    row_id = sa.BigInteger().with_variant(sa.Integer, 'sqlite')
    op.create_table(
        'lookup_terms',
        sa.Column('kind', sa.String(10), nullable=False),
        sa.Column('term', term, nullable=False),
        sa.Column('subject_id', sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column('source', sa.String(60), nullable=False),
        sa.Column('dossier_id', row_id),
        sa.Column('owner', sa.String(24)),
        sa.PrimaryKeyConstraint('kind', 'term', 'subject_id', 'source', name='pk_lookup_terms'),
        sqlite_with_rowid=False,
    )
    fill()
    op.create_index('ix_lookup_terms_subject', 'lookup_terms', ['kind', 'subject_id', 'term'])
    op.create_index(
        'ix_lookup_terms_owner', 'lookup_terms', ['owner', 'kind', 'term', 'subject_id']
    )
    op.create_index('ix_lookup_terms_source', 'lookup_terms', ['source'])
    _forget_with_the_row()


def _forget_with_the_row():
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            'CREATE TRIGGER outbox_looked_up AFTER INSERT ON outbox'
            f" BEGIN {INTO} SELECT {EMAIL.format(row='NEW')}; END"
        )
        for table in DELETED:
            op.execute(
                f'CREATE TRIGGER {table}_lookup AFTER DELETE ON {table}'
                f" BEGIN DELETE FROM lookup_terms WHERE source = '{table}:' || OLD.id; END"
            )
        return
    op.execute(
        'CREATE FUNCTION forget_lookup_terms() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        " DELETE FROM lookup_terms WHERE source = TG_TABLE_NAME || ':' || OLD.id;"
        ' RETURN NULL; END $$'
    )
    op.execute(
        'CREATE FUNCTION look_email_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        f" {INTO} SELECT {EMAIL.format(row='NEW')}; RETURN NULL; END $$"
    )
    op.execute(
        'CREATE TRIGGER outbox_looked_up AFTER INSERT ON outbox'
        ' FOR EACH ROW EXECUTE FUNCTION look_email_up()'
    )
    for table in DELETED:
        op.execute(
            f'CREATE TRIGGER {table}_lookup AFTER DELETE ON {table}'
            ' FOR EACH ROW EXECUTE FUNCTION forget_lookup_terms()'
        )


def downgrade():
    if op.get_bind().dialect.name == 'sqlite':
        for name in (*(f'{table}_lookup' for table in DELETED), 'outbox_looked_up'):
            op.execute(f'DROP TRIGGER {name}')
    else:
        op.execute('DROP FUNCTION look_email_up() CASCADE')
        op.execute('DROP FUNCTION forget_lookup_terms() CASCADE')
    op.drop_table('lookup_terms')


#: What is read, and the function that makes of a row the entries of its source.
SOURCES = (
    (
        'dossiers',
        'SELECT s.id, s.number, s.parties_key, s.email FROM dossiers s',
        lambda row: [('dossier', row.id, _dossier(row), row.id)],
    ),
    (
        'papers',
        'SELECT s.id, s.dossier_id, s.kind, s.number, s.content FROM papers s',
        lambda row: [(KINDS[row.kind], row.id, _paper(row), row.dossier_id)]
        if row.kind in KINDS
        else [],
    ),
    (
        'orders',
        'SELECT s.id, s.number, s.dossier_id, s.purchase_order, s.engagement, s.proof, s.email,'
        ' s.parties FROM orders s',
        lambda row: [('order', row.id, _order(row), row.dossier_id)],
    ),
    *(
        (
            table,
            f'SELECT s.id, s.reference, s.engagement, q.dossier_id FROM {table} s'
            ' JOIN quotes q ON q.id = s.quote_id',
            lambda row: [
                ('dossier', row.dossier_id, _references(row.reference, row.engagement),
                 row.dossier_id)
            ],
        )
        for table in ('purchase_order_scans', 'purchase_orders')
    ),
    (
        'returns',
        'SELECT s.id, s.number, o.dossier_id FROM returns s JOIN orders o ON o.id = s.order_id',
        lambda row: [('return', row.id, _number(row.number), row.dossier_id)],
    ),
    (
        'organisations',
        'SELECT s.id, s.name, s.customer_code, s.siren FROM organisations s',
        lambda row: [
            *_client(row.id, _words_of(row.name), _number(row.customer_code), _references(row.siren)),
            ('name', row.id, _words_of(row.name), None),
        ],
    ),
    (
        'establishments',
        'SELECT s.id, s.organisation_id, s.name, s.siret FROM establishments s',
        lambda row: _client(row.organisation_id, _words_of(row.name), _references(row.siret)),
    ),
    (
        'organisation_contacts',
        'SELECT s.id, s.organisation_id, s.name, s.phone, s.email FROM organisation_contacts s',
        lambda row: _client(
            row.organisation_id, _words_of(row.name), _phones(row.phone), _emails(row.email)
        ),
    ),
    *(
        (
            table,
            f'SELECT s.id, s.organisation_id, s.email FROM {table} s',
            lambda row: _client(row.organisation_id, _emails(row.email)),
        )
        for table in ('invoice_copies', 'invitations')
    ),
    (
        'addresses',
        'SELECT s.id, s.organisation_id, s.user_id, s.content, s.contact FROM addresses s',
        lambda row: [
            ('person' if row.organisation_id is None else 'client',
             row.organisation_id or row.user_id, _address(row), None)
        ],
    ),
    (
        'users',
        'SELECT s.id, s.name, s.phone, s.email, s.staff_role, s.erased_at FROM users s',
        lambda row: []
        if row.staff_role is not None or row.erased_at is not None
        else [
            ('person', row.id,
             _words_of(row.name) | _phones(row.phone) | _emails(row.email), None),
            ('name', row.id, _words_of(row.name) | _emails(row.email), None),
        ],
    ),
    (
        'transfers',
        'SELECT s.id, s.reference, s.payer, s.amount FROM transfers s',
        lambda row: [
            ('transfer', row.id,
             _text(row.reference) | _words_of(row.payer) | _amounts(row.amount), None)
        ],
    ),
    (
        'statement_movements',
        'SELECT s.id, s.wording, s.payer, s.end_to_end, s.bank_reference, s.amount'
        ' FROM statement_movements s',
        lambda row: [
            ('movement', row.id,
             _text(row.wording) | _words_of(row.payer) | _amounts(row.amount)
             | _references(row.end_to_end, row.bank_reference), None)
        ],
    ),
)
KINDS = {
    'delivery_note': 'delivery',
    'contrary_note': 'delivery',
    'invoice': 'invoice',
    'credit_note': 'invoice',
    'reversal': 'invoice',
}
INTO = 'INSERT INTO lookup_terms (kind, term, subject_id, source, dossier_id, owner)'
OWNER = (
    "CASE WHEN d.organisation_id IS NULL THEN 'u' || d.user_id ELSE 'o' || d.organisation_id END"
)
WRITE = (
    f'{INTO} VALUES (:kind, :term, :subject_id, :source, :dossier_id,'
    f' (SELECT {OWNER} FROM dossiers d WHERE d.id = :owned_by))'
)
#: An e-mail is found by its recipient, by the office only.
EMAIL = (
    "'email', substr(lower(trim({row}.\"to\")), 1, 60), {row}.id, 'outbox:' || {row}.id,"
    ' {row}.dossier_id, NULL'
)


def fill():
    """Write the terms of what is stored, in batches."""
    connection = op.get_bind()
    for table, question, entries_of in SOURCES:
        beyond = 0
        read = sa.text(f'{question} WHERE s.id > :beyond ORDER BY s.id LIMIT {BATCH}')
        while rows := connection.execute(read, {'beyond': beyond}).all():
            beyond = rows[-1].id
            values = [value for row in rows for value in _values(table, row, entries_of(row))]
            if values:
                connection.execute(sa.text(WRITE), values)
    for table, column in (('organisations', 'organisation_id'), ('users', 'user_id')):
        connection.execute(
            sa.text(
                f"{INTO} SELECT 'dossier', t.term, d.id, t.source, d.id, {OWNER} FROM dossiers d"
                f" JOIN lookup_terms t ON t.source = '{table}:' || d.{column} AND t.kind = 'name'"
            )
        )
    connection.execute(sa.text(f"{INTO} SELECT {EMAIL.format(row='s')} FROM outbox s"))


def _values(table, row, entries):
    internal = table == 'papers' and row.kind == 'reversal'
    for kind, subject_id, terms, dossier_id in entries:
        for term in terms:
            yield {
                'kind': kind,
                'term': term,
                'subject_id': subject_id,
                'source': f'{table}:{row.id}',
                'dossier_id': dossier_id,
                'owned_by': None if internal else dossier_id,
            }


def _client(organisation_id, *terms):
    return [('client', organisation_id, set().union(*terms), None)]


def _dossier(row):
    terms = _words_of(row.parties_key) | _emails(row.email)
    return terms | (_number(row.number) if row.number.startswith('DE') else set())


def _paper(row):
    content = _read(row.content)
    found = _number(row.number)
    if KINDS[row.kind] == 'delivery':
        shipment = content.get('shipment') or {}
        parcels = [shipment, *shipment.get('packages', ())]
        serials = [one for line in content['lines'] for one in line.get('serials', ())]
        return found | _references(*[one.get('tracking', '') for one in parcels], *serials)
    totals, told = content['totals'], content['references']
    found |= _amounts(totals['including'], totals.get('payable'))
    return found | _references(told.get('purchase_order'), told.get('engagement'))


def _order(row):
    contact = _read(row.parties).get('contact') or {}
    paid_by = row.proof.removeprefix('card:') if row.proof.startswith('card:') else ''
    return (
        _number(row.number)
        | _references(row.purchase_order, row.engagement, paid_by)
        | _phones(contact.get('phone'))
        | _emails(row.email, contact.get('own_email'))
    )


def _address(row):
    place, contact = _read(row.content), _read(row.contact)
    return (
        _words_of(place.get('name'), contact.get('name'))
        | _references(place.get('service_code'))
        | _phones(contact.get('phone'))
        | _emails(place.get('email'), contact.get('own_email'), contact.get('email'))
    )


def _read(stored):
    return (json.loads(stored) if isinstance(stored, str) else stored) or {}


# The rules of shop/core/lookup_terms.py and shop/core/folding.py on the day of this migration.

LONGEST, MOST_WORDS, MOST_OF_A_TEXT = 60, 6, 80
LIGATURES = str.maketrans(
    {'œ': 'oe', 'æ': 'ae', 'ß': 'ss', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th'}
)
NUMBER = re.compile(r'([a-z]{1,2})(20\d\d)?(\d{6})', re.ASCII)
FRANCE = re.compile(r'^(?:\+|00)33\s*(?:\(0\))?')
SIGNS_OF_PHONES = re.compile(r'[\s.\-/()]+')


def _words(text):
    plain = unicodedata.normalize('NFKD', (text or '').casefold().translate(LIGATURES))
    kept = (sign for sign in plain if unicodedata.category(sign) not in ('Mn', 'Mc', 'Me', 'Cf'))
    return re.findall(r'[^\W_]+', ''.join(kept).casefold())


def _cut(terms):
    return {term[:LONGEST] for term in terms if term}


def _number(number):
    key = ''.join(_words(number))
    found = NUMBER.fullmatch(key)
    if found is None:
        return _cut([key])
    series, year, serial = found.groups()
    short = serial.lstrip('0') or '0'
    return {key, series + short, short} | ({year + serial} if year else set())


def _references(*references):
    found = []
    for reference in references:
        words = _words(reference)[:MOST_WORDS]
        found += [''.join(words[start:]) for start in range(len(words))]
    return _cut(found)


def _words_of(*texts):
    return _cut(word for text in texts for word in _words(text))


def _emails(*emails):
    return _cut((email or '').strip().casefold() for email in emails)


def _phones(*phones):
    found = []
    for phone in phones:
        national = FRANCE.sub('0', (phone or '').strip())
        digits = SIGNS_OF_PHONES.sub('', national).removeprefix('+')
        if digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 15:
            found.append(digits)
    return _cut(found)


def _amounts(*cents):
    return {f'€{abs(one)}' for one in cents if one}


def _text(text):
    words, short = _words(text), _words((text or '')[:140])
    joined = [
        ''.join(short[start : start + length])
        for length in range(min(4, len(short)), 0, -1)
        for start in range(len(short) - length + 1)
    ]
    numbered = [one for one in dict.fromkeys(joined) if any(sign.isdigit() for sign in one)]
    return _cut([*words, *numbered][:MOST_OF_A_TEXT])
