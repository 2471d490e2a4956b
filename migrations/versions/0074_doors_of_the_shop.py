"""The steps of an opening, the messages that try the mail server, and whether the doors are open

A shop that has a letterhead has already been shown to its customers: it is open since then.
"""

import sqlalchemy as sa
from alembic import op

revision = '0074'
down_revision = "0072"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'opening_checks',
        sa.Column('id', ID, primary_key=True),
        sa.Column('step', sa.String(20), nullable=False, unique=True),
        sa.Column('at', MOMENT, nullable=False),
        _by('opening_checks'),
        sa.Column('by', sa.String(200), nullable=False),
    )
    op.create_table(
        'door_moves',
        sa.Column('id', ID, primary_key=True),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        _by('door_moves'),
        sa.Column('by', sa.String(200), nullable=False),
    )
    op.create_table(
        'mail_trials',
        sa.Column('id', ID, primary_key=True),
        _key('mail_trials', 'email_id', 'outbox.id', nullable=False, unique=True),
        sa.Column('wrong_codes', sa.Integer(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        _by('mail_trials'),
        sa.Column('by', sa.String(200), nullable=False),
    )
    op.execute(
        'INSERT INTO door_moves ("at", is_open, reason, "by")'
        " SELECT \"at\", true, '', 'Comptoir' FROM letterheads ORDER BY id LIMIT 1"
    )
    for table in ('opening_checks', 'door_moves'):
        _write_once(table)


def _by(table):
    return _key(table, 'by_id', 'users.id')


def _key(table, column, target, **more):
    return sa.Column(column, ID, sa.ForeignKey(target, name=op.f(f'fk_{table}_{column}')), **more)


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
    raise NotImplementedError('The record of the opening would be lost: restore a backup.')
