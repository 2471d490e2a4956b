"""Signed delivery notes that came back, and acceptances by the buyers' bodies"""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'signed_delivery_notes',
        sa.Column('delivery_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('file_id', ROW_ID, nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=False),
        sa.Column('signatory', sa.String(200), nullable=False),
        sa.Column('reservations', sa.String(1000), nullable=False),
        *_recorded('signed_delivery_notes'),
        sa.ForeignKeyConstraint(
            ['file_id'], ['files.id'], name=op.f('fk_signed_delivery_notes_file_id')
        ),
    )
    op.create_table(
        'delivery_acceptances',
        sa.Column('delivery_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('accepted_on', sa.Date(), nullable=False),
        sa.Column('accepted_by', sa.String(200), nullable=False),
        sa.Column('reference', sa.String(100), nullable=False),
        *_recorded('delivery_acceptances'),
    )
    _write_once('signed_delivery_notes')


def _recorded(table):
    return [
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('user_id', ROW_ID),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ['delivery_note_id'],
            ['delivery_notes.id'],
            name=op.f(f'fk_{table}_delivery_note_id'),
        ),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f(f'fk_{table}_user_id')),
        sa.PrimaryKeyConstraint('delivery_note_id', name=op.f(f'pk_{table}')),
    ]


def downgrade():
    raise NotImplementedError('What was recorded of deliveries would be lost.')


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
