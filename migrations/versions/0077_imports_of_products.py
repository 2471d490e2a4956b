"""Imports of products: the file, what each line changes, its faults"""

import sqlalchemy as sa
from alembic import op

revision = '0077'
down_revision = "0075"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
STATES = (
    'RECEIVED', 'CHECKING', 'CHECKED', 'FAULTY', 'UNCHANGED', 'APPLYING', 'OUTDATED', 'APPLIED',
    'UNDOING', 'UNDONE', 'DISCARDED',
)
OUTCOMES = ('none', 'conflict', 'undone', 'kept')


def upgrade():
    op.create_table(
        'product_imports',
        sa.Column('id', ID, primary_key=True),
        sa.Column('state', _choice('importstate', STATES), nullable=False),
        sa.Column('filename', sa.String(200), nullable=False),
        sa.Column('data', sa.LargeBinary()),
        sa.Column('titles', sa.JSON(), nullable=False),
        sa.Column('mapping', sa.JSON(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        _key('product_imports', 'user_id', 'users.id'),
        sa.Column('by_name', sa.String(200), nullable=False),
        _key('product_imports', 'asked_by_id', 'users.id'),
        sa.Column('asked_by', sa.String(200), nullable=False),
        sa.Column('claimed_until', MOMENT),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ('lines', 'done', 'changed', 'added', 'faults', 'conflicts', 'kept')
        ),
        sa.Column('new_brands', sa.JSON(), nullable=False),
        sa.Column('problem', sa.String(500), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.Column('checked_at', MOMENT),
        sa.Column('applied_at', MOMENT),
        sa.Column('undone_at', MOMENT),
        sa.Column('shown_to', ID),
    )
    op.create_index('ix_product_imports_state', 'product_imports', ['state', 'id'])
    op.create_table(
        'product_import_lines',
        sa.Column('id', ID, primary_key=True),
        _key('product_import_lines', 'import_id', 'product_imports.id', nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        _key('product_import_lines', 'product_id', 'products.id'),
        sa.Column('sku', sa.String(40), nullable=False),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('is_new', sa.Boolean(), nullable=False),
        sa.Column('seen', sa.String(16), nullable=False),
        sa.Column('changes', sa.JSON(), nullable=False),
        _key('product_import_lines', 'price_id', 'product_prices.id'),
        sa.Column('outcome', _choice('outcome', OUTCOMES), nullable=False),
        sa.Column('sentence', sa.String(500), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
    )
    op.create_index(
        'ix_product_import_lines_import_id', 'product_import_lines', ['import_id', 'id']
    )
    op.create_index('ix_product_import_lines_product_id', 'product_import_lines', ['product_id'])
    op.create_table(
        'product_import_faults',
        sa.Column('id', ID, primary_key=True),
        _key('product_import_faults', 'import_id', 'product_imports.id', nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        sa.Column('field', sa.String(20), nullable=False),
        sa.Column('title', sa.String(80), nullable=False),
        sa.Column('value', sa.String(200), nullable=False),
        sa.Column('sentence', sa.String(500), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
    )
    op.create_index(
        'ix_product_import_faults_import_id', 'product_import_faults', ['import_id', 'id']
    )


def _choice(name, values):
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=20, name=name)


def _key(table, column, target, **more):
    return sa.Column(column, ID, sa.ForeignKey(target, name=op.f(f'fk_{table}_{column}')), **more)


def downgrade():
    raise NotImplementedError('What imports changed could not be undone: restore a backup.')
