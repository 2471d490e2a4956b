"""Prices of products with the day from which they apply"""

import sqlalchemy as sa
from alembic import op

revision = '0065'
down_revision = '0064'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'product_prices',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'product_id',
            ID,
            sa.ForeignKey('products.id', name=op.f('fk_product_prices_product_id')),
            nullable=False,
        ),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('price_including', sa.BigInteger(), nullable=False),
        sa.Column('former_including', sa.BigInteger()),
        sa.Column('reason', sa.String(300), nullable=False),
        sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            'user_id', ID, sa.ForeignKey('users.id', name=op.f('fk_product_prices_user_id'))
        ),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                'planned',
                'applied',
                'cancelled',
                name='pricestate',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('applied_at', sa.DateTime(timezone=True)),
        sa.CheckConstraint('price_including > 0', name=op.f('ck_product_prices_priced')),
    )
    op.create_index('ix_product_prices_product_id', 'product_prices', ['product_id'])
    op.create_index('ix_product_prices_state', 'product_prices', ['state', 'starts_on'])


def downgrade():
    raise NotImplementedError('The history of prices would be lost: restore a backup.')
