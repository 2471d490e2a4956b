"""Changes of the shop's bank details, asked by one person and decided by another"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0044'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FROZEN = ('bank', 'former', 'reason', 'asked_at', 'asked_by_id', 'asked_by')


def upgrade():
    states = sa.Enum(
        'ASKED',
        'CONFIRMED',
        'REFUSED',
        name='bankchangestate',
        native_enum=False,
        create_constraint=True,
        length=20,
    )
    op.create_table(
        'bank_changes',
        sa.Column('id', ID, primary_key=True),
        sa.Column('state', states, nullable=False),
        sa.Column('bank', sa.JSON(), nullable=False),
        sa.Column('former', sa.JSON(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            'asked_by_id',
            ID,
            sa.ForeignKey('users.id', name=op.f('fk_bank_changes_asked_by_id')),
        ),
        sa.Column('asked_by', sa.String(200), nullable=False),
        sa.Column('decided_by', sa.String(200), nullable=False),
        sa.Column('refusal', sa.String(500), nullable=False),
    )
    op.create_index('ix_bank_changes_state', 'bank_changes', ['state', 'id'])
    _freeze('bank_changes', FROZEN)


def _freeze(table, columns):
    """No statement changes these columns, nor deletes the row. PostgreSQL compares no JSON: its
    text is compared.
    """
    if op.get_bind().dialect.name == 'sqlite':
        changed = ' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
            f" WHEN {changed} BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
            f" BEGIN SELECT RAISE(ABORT, '{table}: frozen'); END"
        )
        return
    changed = ' OR '.join(f'OLD.{c}::text IS DISTINCT FROM NEW.{c}::text' for c in columns)
    op.execute(
        f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW'
        f' WHEN ({changed}) EXECUTE FUNCTION written_once()'
    )
    op.execute(
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )


def downgrade():
    raise NotImplementedError('Changes of bank details would be lost: restore a backup.')
