"""Links by which the person who signs reads a quote, and when they said that they have"""

import sqlalchemy as sa
from alembic import op

revision = '0116'
down_revision = '0114'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'signatory_links',
        sa.Column('id', ID, primary_key=True),
        sa.Column('quote_id', ID, sa.ForeignKey('quotes.id'), nullable=False),
        sa.Column('token_digest', sa.String(64), nullable=False, unique=True),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.Column('message', sa.String(1000), nullable=False),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('user_id', ID, sa.ForeignKey('users.id')),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True)),
        sa.Column('revoked_by', sa.String(200), nullable=False),
    )
    op.create_index('ix_signatory_links_quote_id', 'signatory_links', ['quote_id'])
    op.create_table(
        'signatory_openings',
        sa.Column('id', ID, primary_key=True),
        sa.Column('link_id', ID, sa.ForeignKey('signatory_links.id'), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('link_id', 'day'),
    )
    _write_once('signatory_openings')


def downgrade():
    op.drop_table('signatory_openings')
    op.drop_table('signatory_links')


def _write_once(table):
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            f'CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}'
            ' FOR EACH ROW EXECUTE FUNCTION written_once()'
        )
        return
    for verb in ('UPDATE', 'DELETE'):
        op.execute(
            f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: written once'); END"
        )
