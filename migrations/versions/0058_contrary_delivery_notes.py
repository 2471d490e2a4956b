"""Contrary delivery notes, which correct a delivery note that was wrong"""

import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0057'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'contrary_notes',
        sa.Column('id', ROW_ID, nullable=False),
        sa.Column('number', sa.String(20), nullable=False),
        sa.Column('delivery_note_id', ROW_ID, nullable=False),
        sa.Column('paper_id', ROW_ID, nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('is_whole', sa.Boolean(), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ['delivery_note_id'],
            ['delivery_notes.id'],
            name=op.f('fk_contrary_notes_delivery_note_id'),
        ),
        sa.ForeignKeyConstraint(
            ['paper_id'], ['papers.id'], name=op.f('fk_contrary_notes_paper_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contrary_notes')),
        sa.UniqueConstraint('number', name=op.f('uq_contrary_notes_number')),
        sa.UniqueConstraint('paper_id', name=op.f('uq_contrary_notes_paper_id')),
    )
    op.create_index('ix_contrary_notes_delivery_note_id', 'contrary_notes', ['delivery_note_id'])
    op.create_table(
        'contrary_lines',
        sa.Column('contrary_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('quantity', sa.Integer(), nullable=False),
        sa.CheckConstraint('quantity > 0', name=op.f('ck_contrary_lines_quantity')),
        sa.ForeignKeyConstraint(
            ['contrary_note_id'],
            ['contrary_notes.id'],
            name=op.f('fk_contrary_lines_contrary_note_id'),
        ),
        sa.PrimaryKeyConstraint('contrary_note_id', 'position', name=op.f('pk_contrary_lines')),
    )
    _write_once('contrary_notes')
    _write_once('contrary_lines')


def downgrade():
    raise NotImplementedError('What was corrected of deliveries would be lost.')


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
