"""Quotes that the office draws for a client, and what it prepares for them"""

import sqlalchemy as sa
from alembic import op

revision = '0071'
down_revision = '0070'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
#: The columns of a quote that never change; their trigger replaces that of 0015.
FROZEN = (
    ('number', 'dossier_id', 'paper_id', 'organisation_id', 'issued_at', 'valid_until')
    + ('parties', 'shipping', 'expected_on', 'excluding', 'vat_total', 'including')
    + ('conditions_version', 'accepted_by', 'accepted_at', 'line_count', 'drawn_by')
)
JSON_COLUMNS = ('parties',)


def upgrade():
    op.add_column(
        'quotes', sa.Column('drawn_by', sa.String(200), nullable=False, server_default='')
    )
    _freeze_quotes()
    op.create_table(
        'client_quotes',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'cart_id',
            ID,
            sa.ForeignKey('carts.id', ondelete='CASCADE'),
            nullable=False,
            unique=True,
        ),
        sa.Column('organisation_id', ID, sa.ForeignKey('organisations.id'), nullable=False),
        sa.Column('user_id', ID, sa.ForeignKey('users.id'), nullable=False),
        sa.Column('months', sa.Integer(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('opened_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_index('ix_client_quotes_organisation_id', 'client_quotes', ['organisation_id'])
    op.create_index('ix_client_quotes_user_id', 'client_quotes', ['user_id'])


def _freeze_quotes():
    if _is_sqlite():
        op.execute('DROP TRIGGER quotes_frozen')
        op.execute(
            f"CREATE TRIGGER quotes_frozen BEFORE UPDATE OF {', '.join(FROZEN)} ON quotes"
            f" WHEN {_changed()} BEGIN SELECT RAISE(ABORT, 'quotes: issued'); END"
        )
        return
    op.execute('DROP TRIGGER quotes_frozen ON quotes')
    op.execute(
        f'CREATE TRIGGER quotes_frozen BEFORE UPDATE ON quotes FOR EACH ROW'
        f' WHEN ({_changed()}) EXECUTE FUNCTION written_once()'
    )


def _changed():
    """Whether one of these columns changes; PostgreSQL compares JSON as text."""
    if _is_sqlite():
        return ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in FROZEN)
    cast = {c: '::text' if c in JSON_COLUMNS else '' for c in FROZEN}
    return ' OR '.join(f'OLD.{c}{cast[c]} IS DISTINCT FROM NEW.{c}{cast[c]}' for c in FROZEN)


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Who drew a quote would be lost: restore a backup.')
