"""Settings about receivables, reminders and their switches, lifted holds"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MONEY = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'receivable_settings',
        sa.Column('id', ID, primary_key=True),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('set_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_table(
        'reminders',
        sa.Column('id', ID, primary_key=True),
        _to('reminders', 'invoice_id', 'invoices', nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('sent_on', sa.Date(), nullable=False),
        sa.Column('to', sa.String(320), nullable=False),
        sa.Column('due', MONEY, nullable=False),
        sa.Column('interest', MONEY, nullable=False),
        _to('reminders', 'email_id', 'outbox', nullable=False, unique=True),
        sa.UniqueConstraint('invoice_id', 'level'),
        sa.CheckConstraint('level > 0', name=op.f('ck_reminders_level')),
    )
    op.create_table(
        'reminder_switches',
        sa.Column('id', ID, primary_key=True),
        _to('reminder_switches', 'invoice_id', 'invoices'),
        _to('reminder_switches', 'organisation_id', 'organisations'),
        sa.Column('off', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('set_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint(
            '(invoice_id IS NULL) <> (organisation_id IS NULL)',
            name=op.f('ck_reminder_switches_subject'),
        ),
    )
    for column in ('invoice_id', 'organisation_id'):
        op.create_index(f'ix_reminder_switches_{column}', 'reminder_switches', [column])
    op.create_table(
        'hold_lifts',
        sa.Column('id', ID, primary_key=True),
        _to('hold_lifts', 'organisation_id', 'organisations', nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('lifted_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_hold_lifts_organisation_id', 'hold_lifts', ['organisation_id'])
    for table in ('receivable_settings', 'reminders', 'reminder_switches', 'hold_lifts'):
        _write_once(table)


def _to(table, column, other, **options):
    """A column that refers to a row of another table."""
    key = sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}'))
    return sa.Column(column, ID, key, **options)


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
    raise NotImplementedError('The history of reminders would be lost: restore a backup.')
