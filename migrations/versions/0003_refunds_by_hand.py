"""A refund that the card does not take is made by hand"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BEFORE = ('OPEN', 'PAID', 'REFUNDING', 'REFUNDED', 'EXPIRED')
NAME = 'ck_card_payments_paymentstate'


def upgrade():
    allow(*BEFORE, 'REFUND_FAILED')


def downgrade():
    op.execute("UPDATE card_payments SET state = 'REFUNDING' WHERE state = 'REFUND_FAILED'")
    allow(*BEFORE)


def allow(*states):
    """Rewrite the CHECK of the states; SQLite rebuilds the table, which leaves the old one out."""
    rule = sa.text(f"state IN ({', '.join(repr(state) for state in states)})")
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('card_payments', recreate='always') as batch:
            batch.create_check_constraint(op.f(NAME), rule)
        return
    op.drop_constraint(op.f(NAME), 'card_payments', type_='check')
    op.create_check_constraint(op.f(NAME), 'card_payments', rule)
