"""Transfers by parts, and the bank statements that they are read from

A payment by transfer of before becomes a transfer of one part. A payment is corrected by a row of
the opposite amount, so that the same reference may be booked on an invoice again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0037'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MONEY = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)
AMOUNT = '(amount > 0 AND corrects_id IS NULL) OR (amount < 0 AND corrects_id IS NOT NULL)'
PART_FROZEN = ('transfer_id', 'amount', 'payment_id', 'order_id', 'made_of_id', 'recorded_at')
MOVEMENT_FROZEN = ('statement_id', 'key', 'booked_on', 'amount', 'currency', 'wording', 'payer')
MOVEMENT_FROZEN += ('end_to_end', 'bank_reference')


def upgrade():
    if _is_sqlite():
        _rebuild_payments()
    else:
        _alter_payments()
    _create_transfers()
    _split_payments_of_before()
    _write_once('transfers')
    _freeze('transfer_parts', PART_FROZEN)
    _create_statements()


def _rebuild_payments():
    """SQLite changes no constraint of a table: a new one takes its rows."""
    op.execute(
        'CREATE TABLE payments_new ('
        ' id INTEGER NOT NULL, invoice_id INTEGER NOT NULL, method VARCHAR(20) NOT NULL,'
        ' amount BIGINT NOT NULL, received_on DATE NOT NULL, reference VARCHAR(140) NOT NULL,'
        ' recorded_at DATETIME NOT NULL, by_name VARCHAR(200) NOT NULL, corrects_id INTEGER,'
        ' CONSTRAINT pk_payments PRIMARY KEY (id),'
        f' CONSTRAINT ck_payments_amount CHECK ({AMOUNT}),'
        " CONSTRAINT ck_payments_method CHECK (method IN ('transfer','card')),"
        ' CONSTRAINT fk_payments_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id),'
        ' CONSTRAINT fk_payments_corrects_id FOREIGN KEY(corrects_id) REFERENCES payments (id),'
        ' CONSTRAINT uq_payments_corrects_id UNIQUE (corrects_id))'
    )
    op.execute(
        'INSERT INTO payments_new (id, invoice_id, method, amount, received_on, reference,'
        ' recorded_at, by_name) SELECT id, invoice_id, method, amount, received_on, reference,'
        ' recorded_at, by_name FROM payments'
    )
    op.execute('DROP TABLE payments')
    op.execute('ALTER TABLE payments_new RENAME TO payments')
    op.execute('CREATE INDEX ix_payments_invoice_id ON payments (invoice_id)')
    _write_once('payments')


def _alter_payments():
    op.execute('ALTER TABLE payments ADD COLUMN corrects_id BIGINT')
    op.execute('ALTER TABLE payments DROP CONSTRAINT ck_payments_amount')
    op.execute(f'ALTER TABLE payments ADD CONSTRAINT ck_payments_amount CHECK ({AMOUNT})')
    op.execute('ALTER TABLE payments DROP CONSTRAINT uq_payments_invoice_id_reference_received_on')
    op.execute(
        'ALTER TABLE payments ADD CONSTRAINT fk_payments_corrects_id'
        ' FOREIGN KEY (corrects_id) REFERENCES payments (id)'
    )
    op.execute('ALTER TABLE payments ADD CONSTRAINT uq_payments_corrects_id UNIQUE (corrects_id)')


def _create_transfers():
    op.create_table(
        'transfers',
        sa.Column('id', ID, primary_key=True),
        sa.Column('amount', MONEY, nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('reference', sa.String(140), nullable=False),
        sa.Column('payer', sa.String(140), nullable=False),
        sa.Column('movement_key', sa.String(64), unique=True),
        sa.Column('recorded_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint('amount > 0', name=op.f('ck_transfers_amount')),
    )
    op.create_index('ix_transfers_received_on', 'transfers', ['received_on'])
    op.create_table(
        'transfer_parts',
        sa.Column('id', ID, primary_key=True),
        _to('transfer_parts', 'transfer_id', 'transfers', nullable=False),
        sa.Column(
            'state',
            _enumeration('partstate', 'BOOKED', 'HELD', 'ORDERED', 'RETURNED', 'MOVED'),
            nullable=False,
        ),
        sa.Column('amount', MONEY, nullable=False),
        _to('transfer_parts', 'payment_id', 'payments', unique=True),
        _to('transfer_parts', 'order_id', 'orders'),
        _to('transfer_parts', 'made_of_id', 'transfer_parts'),
        sa.Column('recorded_at', MOMENT, nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('account', sa.String(34), nullable=False),
        _to('transfer_parts', 'ordered_by_id', 'users'),
        sa.Column('ordered_by', sa.String(200), nullable=False),
        sa.Column('reference', sa.String(140), nullable=False),
        sa.CheckConstraint('amount > 0', name=op.f('ck_transfer_parts_amount')),
    )
    op.create_index('ix_transfer_parts_transfer_id', 'transfer_parts', ['transfer_id'])
    op.create_index('ix_transfer_parts_order_id', 'transfer_parts', ['order_id'])
    op.create_index('ix_transfer_parts_state', 'transfer_parts', ['state', 'id'])


def _split_payments_of_before():
    op.execute(
        'INSERT INTO transfers (id, amount, received_on, reference, payer, recorded_at, by_name)'
        " SELECT id, amount, received_on, reference, '', recorded_at, by_name FROM payments"
        " WHERE method = 'transfer'"
    )
    op.execute(
        'INSERT INTO transfer_parts (id, transfer_id, state, amount, payment_id, order_id,'
        ' recorded_at, reason, account, ordered_by, reference)'
        " SELECT payments.id, payments.id, 'BOOKED', payments.amount, payments.id,"
        " invoices.order_id, payments.recorded_at, '', '', '', ''"
        ' FROM payments JOIN invoices ON invoices.id = payments.invoice_id'
        " WHERE payments.method = 'transfer'"
    )
    if not _is_sqlite():
        for table in ('transfers', 'transfer_parts'):
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                f' COALESCE((SELECT max(id) FROM {table}), 0) + 1, false)'
            )


def _create_statements():
    op.create_table(
        'statement_files',
        sa.Column('id', ID, primary_key=True),
        sa.Column('sha256', sa.String(64), nullable=False, unique=True),
        sa.Column('filename', sa.String(200), nullable=False),
        sa.Column('form', sa.String(4), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_table(
        'statement_mappings',
        sa.Column('id', ID, primary_key=True),
        sa.Column('headings', sa.String(64), nullable=False),
        sa.Column('columns', sa.JSON(), nullable=False),
        sa.Column('set_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_statement_mappings_headings', 'statement_mappings', ['headings', 'id'])
    op.create_table(
        'statements',
        sa.Column('id', ID, primary_key=True),
        _to('statements', 'file_id', 'statement_files', nullable=False),
        sa.Column('account', sa.String(40), nullable=False),
        sa.Column('opened', MONEY),
        sa.Column('closed', MONEY),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('known', sa.Integer(), nullable=False),
        sa.Column('pending', sa.Integer(), nullable=False),
        sa.Column('read_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.UniqueConstraint('file_id', 'account'),
    )
    for table in ('statement_files', 'statement_mappings', 'statements'):
        _write_once(table)
    _create_movements()


def _create_movements():
    op.create_table(
        'statement_movements',
        sa.Column('id', ID, primary_key=True),
        _to('statement_movements', 'statement_id', 'statements', nullable=False),
        sa.Column('key', sa.String(64), nullable=False, unique=True),
        sa.Column('booked_on', sa.Date(), nullable=False),
        sa.Column('amount', MONEY, nullable=False),
        sa.Column('currency', sa.String(3), nullable=False),
        sa.Column('wording', sa.String(500), nullable=False),
        sa.Column('payer', sa.String(140), nullable=False),
        sa.Column('end_to_end', sa.String(70), nullable=False),
        sa.Column('bank_reference', sa.String(70), nullable=False),
        sa.Column(
            'state',
            _enumeration('movementstate', 'OPEN', 'BOOKED', 'ASIDE', 'KNOWN', 'OUT'),
            nullable=False,
        ),
        sa.Column(
            'out', _enumeration('out', 'debit', 'reversed', 'foreign', 'by_hand')
        ),
        sa.Column('reason', sa.String(500), nullable=False),
        _to('statement_movements', 'transfer_id', 'transfers'),
    )
    op.create_index('ix_statement_movements_state', 'statement_movements', ['state', 'id'])
    for column in ('statement_id', 'transfer_id'):
        op.create_index(f'ix_statement_movements_{column}', 'statement_movements', [column])
    _freeze('statement_movements', MOVEMENT_FROZEN)


def _to(table, column, other, **options):
    """A column that refers to a row of another table."""
    key = sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}'))
    return sa.Column(column, ID, key, **options)


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


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


def _freeze(table, columns):
    """No statement changes these columns, nor deletes the row."""
    if _is_sqlite():
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f" WHEN {changed} BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        return
    changed = ' OR '.join(f'OLD.{c} IS DISTINCT FROM NEW.{c}' for c in columns)
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )
    op.execute(
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Transfers and statements would be lost: restore a backup.')
