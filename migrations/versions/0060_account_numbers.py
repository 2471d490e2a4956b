"""Account numbers of the sales journal, from a day on"""

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'account_charts',
        sa.Column('id', ID, primary_key=True),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('changes', sa.JSON(), nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_account_charts_since', 'account_charts', ['since'])
    _write_once('account_charts')


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
    raise NotImplementedError('The history of account numbers would be lost: restore a backup.')
