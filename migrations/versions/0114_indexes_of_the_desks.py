"""Indexes of what waits at the desks, and the PDFs that are to be made"""

import sqlalchemy as sa
from alembic import op

revision = '0114'
down_revision = '0113'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.execute('ALTER TABLE invoices ADD COLUMN to_service BOOLEAN NOT NULL DEFAULT false')
    op.execute(
        'UPDATE invoices SET to_service = true'
        " WHERE order_id IN (SELECT id FROM orders WHERE origin = 'quote')"
    )
    true = 'to_service = 1' if _is_sqlite() else 'to_service'
    _partial('ix_invoices_to_send', 'invoices', ['id'], f'{true} AND sent_at IS NULL')
    op.create_index('ix_invoices_left', 'invoices', [sa.text('(including - paid - credited)')])
    op.create_index('ix_order_lines_billable', 'order_lines', [sa.text('(delivered - invoiced)')])
    _partial('ix_memberships_asked', 'memberships', ['organisation_id'], 'approved_at IS NULL')
    _partial('ix_outbox_refused', 'outbox', ['id'], 'refused_at IS NOT NULL')
    op.create_index('ix_organisations_verification', 'organisations', ['verification', 'id'])
    op.create_index('ix_stock_movements_at', 'stock_movements', ['at', 'id'])
    op.create_table(
        'pdfs_to_make',
        sa.Column(
            'paper_id',
            ID,
            sa.ForeignKey('papers.id', name=op.f('fk_pdfs_to_make_paper_id')),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.execute(
        'INSERT INTO pdfs_to_make (paper_id) SELECT id FROM papers'
        ' WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.paper_id = papers.id)'
    )
    _keep_pdfs_to_make()


def _partial(name, table, columns, where):
    op.create_index(
        name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _keep_pdfs_to_make():
    """An issued document waits for its PDF until a file of it is stored."""
    issued = 'INSERT INTO pdfs_to_make (paper_id) VALUES (NEW.id)'
    made = 'DELETE FROM pdfs_to_make WHERE paper_id = NEW.paper_id'
    for name, table, act, where in (
        ('papers_pdf_to_make', 'papers', issued, ''),
        ('files_pdf_made', 'files', made, 'WHEN (NEW.paper_id IS NOT NULL)'),
    ):
        if _is_sqlite():
            op.execute(f'CREATE TRIGGER {name} AFTER INSERT ON {table} {where} BEGIN {act}; END')
            continue
        op.execute(
            f'CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql'
            f' AS $$BEGIN {act}; RETURN NULL; END$$'
        )
        op.execute(
            f'CREATE TRIGGER {name} AFTER INSERT ON {table}'
            f' FOR EACH ROW {where} EXECUTE FUNCTION {name}()'
        )


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    for name, table in (('papers_pdf_to_make', 'papers'), ('files_pdf_made', 'files')):
        if _is_sqlite():
            op.execute(f'DROP TRIGGER {name}')
        else:
            op.execute(f'DROP TRIGGER {name} ON {table}')
            op.execute(f'DROP FUNCTION {name}()')
    op.drop_table('pdfs_to_make')
    op.drop_index('ix_stock_movements_at', 'stock_movements')
    op.drop_index('ix_organisations_verification', 'organisations')
    op.drop_index('ix_outbox_refused', 'outbox')
    op.drop_index('ix_memberships_asked', 'memberships')
    op.drop_index('ix_order_lines_billable', 'order_lines')
    op.drop_index('ix_invoices_left', 'invoices')
    op.drop_index('ix_invoices_to_send', 'invoices')
    op.drop_column('invoices', 'to_service')
