"""The e-mails with the file of an invoice: it is sent once the mail server has accepted it

Invoices of before were sent when their e-mail was written; they stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'invoice_sendings',
        sa.Column('email_id', ROW_ID, nullable=False),
        sa.Column('invoice_id', ROW_ID, nullable=False),
        sa.Column('noted_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['email_id'], ['outbox.id'], name=op.f('fk_invoice_sendings_email_id')
        ),
        sa.ForeignKeyConstraint(
            ['invoice_id'], ['invoices.id'], name=op.f('fk_invoice_sendings_invoice_id')
        ),
        sa.PrimaryKeyConstraint('email_id', name=op.f('pk_invoice_sendings')),
    )
    op.create_index('ix_invoice_sendings_invoice_id', 'invoice_sendings', ['invoice_id'])
    op.create_index('ix_invoice_sendings_noted_at', 'invoice_sendings', ['noted_at'])


def downgrade():
    raise NotImplementedError('The link of an invoice to its e-mails would be lost.')
