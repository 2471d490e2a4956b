"""Documents wanted before a first order, and originals kept meanwhile"""

import sqlalchemy as sa
from alembic import op

revision = '0113'
down_revision = '0112'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
KINDS = ('registration', 'bank_details', 'delegation', 'conditions')


def upgrade():
    op.create_table(
        'wanted_documents',
        sa.Column(
            'organisation_id',
            ID,
            _to('wanted_documents', 'organisation_id', 'organisations'),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column('kind', _enumeration('wanted', *KINDS), primary_key=True),
        sa.Column('file_id', ID, _to('wanted_documents', 'file_id', 'files')),
        sa.Column('filed_at', sa.String(200), nullable=False),
        sa.Column('waived_for', sa.String(500), nullable=False),
        sa.Column('settled_at', MOMENT),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    op.create_table(
        'logged_originals',
        sa.Column(
            'quote_id',
            ID,
            _to('logged_originals', 'quote_id', 'quotes'),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column('file_id', ID, _to('logged_originals', 'file_id', 'files'), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('logged_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )


def _to(table, column, other):
    return sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}'))


def _enumeration(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def downgrade():
    raise NotImplementedError('What clients gave would be lost: restore a backup.')
