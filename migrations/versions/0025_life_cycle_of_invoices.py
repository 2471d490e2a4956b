"""The life cycle of issued invoices, and what is told of them"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0038'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = (
    'ISSUED',
    'DEPOSITED',
    'RECEIVED',
    'AVAILABLE',
    'IN_CHARGE',
    'ACCEPTED',
    'DISPUTED',
    'SUSPENDED',
    'COMPLETED',
    'REFUSED',
    'REJECTED',
    'PAYMENT_SENT',
    'COLLECTED',
    'REPLACED',
    'REVERSED',
)


def upgrade():
    states = ', '.join(f"'{state}'" for state in STATES)
    op.execute(
        "ALTER TABLE invoices ADD COLUMN state VARCHAR(20) NOT NULL DEFAULT 'ISSUED'"
        f' CONSTRAINT ck_invoices_invoicestate CHECK (state IN ({states}))'
    )
    op.create_index('ix_invoices_state', 'invoices', ['state', 'id'])
    _told_before()
    op.create_table(
        'invoice_events',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'invoice_id',
            ID,
            sa.ForeignKey('invoices.id', name=op.f('fk_invoice_events_invoice_id')),
            nullable=False,
        ),
        sa.Column('transition', sa.String(40), nullable=False),
        sa.Column('code', sa.String(40), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                *STATES,
                name='invoicestate',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('told_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_invoice_events_invoice_id', 'invoice_events', ['invoice_id'])
    _write_once('invoice_events')


def _told_before():
    """Invoices of before that were interrupted or paid; what else was told of them is not known."""
    op.execute("UPDATE invoices SET state = 'SUSPENDED' WHERE interrupted_on IS NOT NULL")
    op.execute("UPDATE invoices SET state = 'COMPLETED' WHERE resumed_on IS NOT NULL")
    op.execute(
        "UPDATE invoices SET state = 'COLLECTED' WHERE paid > 0 AND paid + credited >= including"
        " AND order_id IN (SELECT id FROM orders WHERE origin = 'quote')"
    )


def _write_once(table):
    """The trigger of 0001, for a new table."""
    if op.get_bind().dialect.name == 'sqlite':
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


def downgrade():
    raise NotImplementedError('What was told of invoices would be lost: restore a backup.')
