"""The promised day of a sale, the receipt of a delivery, the last day to pay an invoice

Sales of before promised a day that was not kept: it stays empty. The period of payment of an
invoice runs from its receipt: the last day to pay of those sent before is counted from the day
they were sent, two days later being the receipt (CCP R2192-12 to R2192-15).
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
#: Columns that never change; their triggers replace those of 0006.
FROZEN = {
    'quotes': ('number', 'dossier_id', 'paper_id', 'organisation_id', 'issued_at', 'valid_until')
    + ('parties', 'shipping', 'expected_on', 'excluding', 'vat_total', 'including')
    + ('conditions_version', 'accepted_by', 'accepted_at', 'line_count'),
    'orders': ('number', 'dossier_id', 'origin', 'proof', 'ordered_at', 'organisation_id')
    + ('quote_number', 'line_count', 'expected_on'),
}
JSON_COLUMNS = ('parties',)


def upgrade():
    for table in ('quotes', 'orders', 'card_payments'):
        op.add_column(table, sa.Column('expected_on', sa.Date()))
    for table, columns in FROZEN.items():
        _freeze(table, columns)
    op.add_column('purchase_order_scans', sa.Column('dated_on', sa.Date()))
    op.add_column(
        'purchase_order_scans',
        sa.Column('engagement', sa.String(50), nullable=False, server_default=''),
    )
    op.create_table(
        'delivery_receipts',
        sa.Column(
            'delivery_note_id',
            ID,
            sa.ForeignKey('delivery_notes.id', name=op.f('fk_delivery_receipts_delivery_note_id')),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('recorded_at', MOMENT, nullable=False),
        sa.Column('user_id', ID, sa.ForeignKey('users.id', name=op.f('fk_delivery_receipts_user_id'))),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    _write_once('delivery_receipts')
    op.add_column('invoices', sa.Column('received_on', sa.Date()))
    op.add_column('invoices', sa.Column('payable_by', sa.Date()))
    op.create_index('ix_invoices_payable_by', 'invoices', ['payable_by', 'id'])
    _count_from_the_sending()


def _count_from_the_sending():
    """Invoices paid by card are due on their day; those not sent yet have no last day to pay."""
    invoices = sa.table(
        'invoices',
        sa.column('id', ID),
        sa.column('order_id', ID),
        sa.column('due_on', sa.Date()),
        sa.column('sent_at', MOMENT),
        sa.column('payable_by', sa.Date()),
    )
    orders = sa.table(
        'orders',
        sa.column('id', ID),
        sa.column('origin', sa.String()),
        sa.column('payment_delay_days', sa.Integer()),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(
            invoices.c.id,
            invoices.c.due_on,
            invoices.c.sent_at,
            orders.c.origin,
            orders.c.payment_delay_days,
        ).join(orders, orders.c.id == invoices.c.order_id)
    ).all()
    for row in rows:
        last = row.due_on if row.origin == 'card' else None
        if last is None and row.sent_at is not None:
            sent = row.sent_at if row.sent_at.tzinfo else row.sent_at.replace(tzinfo=ZoneInfo('UTC'))
            received = sent.astimezone(ZoneInfo('Europe/Paris')).date() + timedelta(days=2)
            last = received + timedelta(days=row.payment_delay_days)
        connection.execute(
            invoices.update().where(invoices.c.id == row.id).values(payable_by=last)
        )


def _freeze(table, columns):
    if _is_sqlite():
        op.execute(f'DROP TRIGGER {table}_frozen')
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f' WHEN {_changed(columns)}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: issued'); END"
        )
        return
    op.execute(f'DROP TRIGGER {table}_frozen ON {table}')
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({_changed(columns)}) EXECUTE FUNCTION written_once()'
    )


def _changed(columns):
    """Whether one of these columns changes; PostgreSQL compares JSON as text."""
    if _is_sqlite():
        return ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
    cast = {c: '::text' if c in JSON_COLUMNS else '' for c in columns}
    return ' OR '.join(f'OLD.{c}{cast[c]} IS DISTINCT FROM NEW.{c}{cast[c]}' for c in columns)


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
    raise NotImplementedError('What recipients recorded would be lost: restore a backup.')
