"""Credit notes of invoices, and the money that they give back"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MONEY = sa.BigInteger()
REFUND_FROZEN = ('credit_note_id', 'amount')


def upgrade():
    op.execute(
        'ALTER TABLE invoices ADD COLUMN credited BIGINT NOT NULL DEFAULT 0'
        ' CONSTRAINT ck_invoices_credited CHECK (credited >= 0 AND credited <= including)'
    )
    op.create_table(
        'credit_notes',
        sa.Column('id', ID, primary_key=True),
        sa.Column('number', sa.String(20), nullable=False, unique=True),
        sa.Column(
            'invoice_id',
            ID,
            sa.ForeignKey('invoices.id', name=op.f('fk_credit_notes_invoice_id')),
            nullable=False,
        ),
        sa.Column(
            'paper_id',
            ID,
            sa.ForeignKey('papers.id', name=op.f('fk_credit_notes_paper_id')),
            nullable=False,
            unique=True,
        ),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('issued_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('goods', _enumeration('goods', 'returned', 'kept', 'unshipped'), nullable=False),
        *(
            sa.Column(name, MONEY, nullable=False)
            for name in ('excluding', 'vat_total', 'rounding', 'including')
        ),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint('including >= 0', name=op.f('ck_credit_notes_including')),
    )
    op.create_index('ix_credit_notes_invoice_id', 'credit_notes', ['invoice_id'])
    op.create_table(
        'credit_note_lines',
        sa.Column(
            'credit_note_id',
            ID,
            sa.ForeignKey('credit_notes.id', name=op.f('fk_credit_note_lines_credit_note_id')),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column('position', sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column('quantity', sa.Integer(), nullable=False),
        sa.Column('amount', MONEY, nullable=False),
        sa.CheckConstraint('quantity >= 0', name=op.f('ck_credit_note_lines_quantity')),
        sa.CheckConstraint('amount >= 0', name=op.f('ck_credit_note_lines_amount')),
    )
    for table in ('credit_notes', 'credit_note_lines'):
        _write_once(table)
    _create_refunds()


def _create_refunds():
    op.create_table(
        'credit_refunds',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'credit_note_id',
            ID,
            sa.ForeignKey('credit_notes.id', name=op.f('fk_credit_refunds_credit_note_id')),
            nullable=False,
            unique=True,
        ),
        sa.Column(
            'state',
            _enumeration('creditrefundstate', 'DUE', 'REFUNDING', 'FAILED', 'ORDERED', 'REFUNDED'),
            nullable=False,
        ),
        sa.Column('amount', MONEY, nullable=False),
        sa.Column('account', sa.String(34), nullable=False),
        sa.Column(
            'ordered_by_id',
            ID,
            sa.ForeignKey('users.id', name=op.f('fk_credit_refunds_ordered_by_id')),
        ),
        sa.Column('ordered_by', sa.String(200), nullable=False),
        sa.Column('reference', sa.String(140), nullable=False),
        sa.CheckConstraint('amount > 0', name=op.f('ck_credit_refunds_amount')),
    )
    op.create_index('ix_credit_refunds_state', 'credit_refunds', ['state', 'id'])
    _freeze('credit_refunds', REFUND_FROZEN)


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
    raise NotImplementedError('Credit notes would be lost: restore a backup.')
