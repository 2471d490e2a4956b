"""The acknowledgement of a delivery by its recipient, who opens it with the token of its note

The notes of before have no token: no link to their acknowledgement was ever sent.
"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = "0035"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column('delivery_notes', sa.Column('token', sa.String(64)))
    op.create_index('ix_delivery_notes_token', 'delivery_notes', ['token'], unique=True)
    op.create_table(
        'delivery_acknowledgements',
        sa.Column('delivery_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('capacity', sa.String(200), nullable=False),
        sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reservations', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['delivery_note_id'],
            ['delivery_notes.id'],
            name=op.f('fk_delivery_acknowledgements_delivery_note_id'),
        ),
        sa.PrimaryKeyConstraint('delivery_note_id', name=op.f('pk_delivery_acknowledgements')),
    )
    _write_once('delivery_acknowledgements')


def downgrade():
    raise NotImplementedError('What recipients acknowledged would be lost.')


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
