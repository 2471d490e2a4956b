"""The answers of buyers to refusals of invoices that they can cure"""

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0029'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'refusal_answers',
        sa.Column('event_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('invoice_id', ROW_ID, nullable=False),
        sa.Column(
            'field',
            sa.Enum(
                'engagement',
                'service_code',
                name='askedfield',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('value', sa.String(100), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ['event_id'], ['invoice_events.id'], name=op.f('fk_refusal_answers_event_id')
        ),
        sa.ForeignKeyConstraint(
            ['invoice_id'], ['invoices.id'], name=op.f('fk_refusal_answers_invoice_id')
        ),
        sa.PrimaryKeyConstraint('event_id', name=op.f('pk_refusal_answers')),
    )
    op.create_index('ix_refusal_answers_invoice_id', 'refusal_answers', ['invoice_id'])
    _write_once('refusal_answers')


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
