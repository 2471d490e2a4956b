"""Sales for private persons, paid by card from a private link"""

import sqlalchemy as sa
from alembic import op

revision = '0111'
down_revision = '0109'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
STATES = ('PREPARED', 'SENT', 'OPENED', 'PAID', 'REVOKED')


def upgrade():
    op.create_table(
        'payment_links',
        sa.Column('id', ID, primary_key=True),
        sa.Column('token', sa.String(43), nullable=False, unique=True),
        sa.Column('state', _enumeration('linkstate', *STATES), nullable=False),
        sa.Column(
            'cart_id',
            ID,
            sa.ForeignKey(
                'carts.id', ondelete='SET NULL', name=op.f('fk_payment_links_cart_id')
            ),
            unique=True,
        ),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.Column('language', sa.String(2), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('shipping_price', sa.BigInteger()),
        sa.Column('shipping_reason', sa.String(200), nullable=False),
        sa.Column('lines', sa.JSON()),
        sa.Column('amount', sa.BigInteger()),
        sa.Column('last_day', sa.Date()),
        sa.Column('order_number', sa.String(40)),
        sa.Column('begun_at', MOMENT, nullable=False),
        sa.Column('sent_at', MOMENT),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.CheckConstraint('days BETWEEN 1 AND 30', name=op.f('ck_payment_links_days')),
    )
    op.create_index('ix_payment_links_state', 'payment_links', ['state'])
    op.create_index('ix_payment_links_last_day', 'payment_links', ['last_day'])
    op.create_table(
        'payment_link_lines',
        sa.Column('id', ID, primary_key=True),
        sa.Column(
            'payment_link_id',
            ID,
            sa.ForeignKey(
                'payment_links.id',
                ondelete='CASCADE',
                name=op.f('fk_payment_link_lines_payment_link_id'),
            ),
            nullable=False,
        ),
        sa.Column(
            'product_id',
            ID,
            sa.ForeignKey('products.id', name=op.f('fk_payment_link_lines_product_id')),
            nullable=False,
        ),
        sa.Column('discount', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(200), nullable=False),
        sa.UniqueConstraint('payment_link_id', 'product_id'),
        sa.CheckConstraint(
            'discount BETWEEN 1 AND 10000', name=op.f('ck_payment_link_lines_discount')
        ),
    )
    op.create_index(
        'ix_payment_link_lines_payment_link_id', 'payment_link_lines', ['payment_link_id']
    )
    kind = 'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'
    op.execute(
        f'ALTER TABLE card_payments ADD COLUMN payment_link_id {kind}'
        ' CONSTRAINT fk_card_payments_payment_link_id REFERENCES payment_links (id)'
    )
    op.create_index('ix_card_payments_payment_link_id', 'card_payments', ['payment_link_id'])


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def downgrade():
    raise NotImplementedError('Which payment came from which link would be lost: restore a backup.')
