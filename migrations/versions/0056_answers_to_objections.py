"""The answers of buyers to invoices that are contested or suspended"""

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = "0054"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'objection_answers',
        sa.Column('id', ROW_ID, nullable=False),
        sa.Column('event_id', ROW_ID, nullable=False),
        sa.Column('invoice_id', ROW_ID, nullable=False),
        sa.Column('answer', sa.String(2000), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ['event_id'], ['invoice_events.id'], name=op.f('fk_objection_answers_event_id')
        ),
        sa.ForeignKeyConstraint(
            ['invoice_id'], ['invoices.id'], name=op.f('fk_objection_answers_invoice_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_objection_answers')),
    )
    op.create_index('ix_objection_answers_event_id', 'objection_answers', ['event_id'])
    op.create_index('ix_objection_answers_invoice_id', 'objection_answers', ['invoice_id'])
    _write_once('objection_answers')


def downgrade():
    raise NotImplementedError('What buyers answered would be lost.')


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
