"""How organisations receive their invoices: the form of the file, the addresses of copies"""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = "0050"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'invoicing_wishes',
        sa.Column('organisation_id', ROW_ID, autoincrement=False, nullable=False),
        sa.Column(
            'form',
            sa.Enum(
                'pdf',
                'zip',
                name='fileform',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('announces', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisations.id'],
            name=op.f('fk_invoicing_wishes_organisation_id'),
        ),
        sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_invoicing_wishes')),
    )
    op.create_table(
        'invoice_copies',
        sa.Column('id', ROW_ID, nullable=False),
        sa.Column('organisation_id', ROW_ID, nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisations.id'],
            name=op.f('fk_invoice_copies_organisation_id'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_copies')),
    )
    op.create_index('ix_invoice_copies_organisation_id', 'invoice_copies', ['organisation_id'])
    op.create_index('ix_invoice_copies_email', 'invoice_copies', ['email'])


def downgrade():
    raise NotImplementedError('What organisations asked for would be lost.')
