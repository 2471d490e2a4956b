"""The parcels and pallets of a delivery, one by one, and the serial numbers of its goods

The deliveries of before keep their number of parcels, their carrier and their tracking number.
"""

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'delivery_packages',
        sa.Column('delivery_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            'kind',
            sa.Enum(
                'parcel',
                'pallet',
                name='packagekind',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('weight_g', sa.Integer()),
        sa.Column('carrier', sa.String(80), nullable=False),
        sa.Column('tracking', sa.String(80), nullable=False),
        sa.CheckConstraint('weight_g > 0', name=op.f('ck_delivery_packages_weight')),
        sa.ForeignKeyConstraint(
            ['delivery_note_id'],
            ['delivery_notes.id'],
            name=op.f('fk_delivery_packages_delivery_note_id'),
        ),
        sa.PrimaryKeyConstraint('delivery_note_id', 'position', name=op.f('pk_delivery_packages')),
    )
    key = sa.String(60).with_variant(sa.String(60, collation='C'), 'postgresql')
    op.create_table(
        'delivery_serials',
        sa.Column('delivery_note_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('serial_key', key, nullable=False),
        sa.Column('serial', sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(
            ['delivery_note_id'],
            ['delivery_notes.id'],
            name=op.f('fk_delivery_serials_delivery_note_id'),
        ),
        sa.PrimaryKeyConstraint(
            'delivery_note_id', 'position', 'serial_key', name=op.f('pk_delivery_serials')
        ),
    )
    op.create_index('ix_delivery_serials_serial_key', 'delivery_serials', ['serial_key'])
    _write_once('delivery_packages')
    _write_once('delivery_serials')


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
