"""Invoices that take the place of others, and reversals that are not delivered"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

#: Columns of an invoice that never change; its trigger replaces the one of 0009.
FROZEN = ('number', 'order_id', 'paper_id', 'issued_at', 'issued_on', 'due_on')
FROZEN += ('excluding', 'vat_total', 'rounding', 'including', 'by_name', 'replaces_id')
#: JSON has no comparison in PostgreSQL: its text is compared.
JSON_COLUMN = 'corrected'


def upgrade():
    kind = 'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'
    op.execute(
        f'ALTER TABLE invoices ADD COLUMN replaces_id {kind}'
        ' CONSTRAINT fk_invoices_replaces_id REFERENCES invoices (id)'
    )
    op.create_index('ix_invoices_replaces_id', 'invoices', ['replaces_id'], unique=True)
    op.add_column('invoices', sa.Column('corrected', sa.JSON()))
    op.execute('ALTER TABLE credit_notes ADD COLUMN is_internal BOOLEAN NOT NULL DEFAULT false')
    _freeze_invoices()


def _freeze_invoices():
    if op.get_bind().dialect.name == 'sqlite':
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in (*FROZEN, JSON_COLUMN))
        op.execute('DROP TRIGGER invoices_frozen')
        op.execute(
            f"CREATE TRIGGER invoices_frozen BEFORE UPDATE OF {', '.join(FROZEN)}, {JSON_COLUMN}"
            f' ON invoices WHEN {changed}'
            f" BEGIN SELECT RAISE(ABORT, 'invoices: issued'); END"
        )
        return
    changed = ' OR '.join(f'OLD.{c} IS DISTINCT FROM NEW.{c}' for c in FROZEN)
    changed += f' OR OLD.{JSON_COLUMN}::text IS DISTINCT FROM NEW.{JSON_COLUMN}::text'
    op.execute('DROP TRIGGER invoices_frozen ON invoices')
    op.execute(
        'CREATE TRIGGER invoices_frozen BEFORE UPDATE ON invoices FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )


def downgrade():
    raise NotImplementedError('Corrected invoices would be lost: restore a backup.')
