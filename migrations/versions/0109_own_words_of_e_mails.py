"""The shop's own words in its e-mails, in versions"""

import sqlalchemy as sa
from alembic import op

revision = '0109'
down_revision = '0107'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'email_wordings',
        sa.Column('id', ID, primary_key=True),
        sa.Column('template', sa.String(64), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.UniqueConstraint('template', 'number'),
    )
    _write_once('email_wordings')


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
    raise NotImplementedError('Versions that the journal names would be lost: restore a backup.')
