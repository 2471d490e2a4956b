"""The signed copies of price agreements"""

import sqlalchemy as sa
from alembic import op

revision = '0112'
down_revision = '0111'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'agreement_copies',
        sa.Column('id', ID, primary_key=True),
        sa.Column('agreement_id', ID, _to('agreement_id', 'price_agreements'), nullable=False),
        sa.Column('organisation_id', ID, _to('organisation_id', 'organisations'), nullable=False),
        sa.Column('file_id', ID, _to('file_id', 'files'), nullable=False),
        sa.Column('attached_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
    )
    for column in ('agreement_id', 'organisation_id'):
        op.create_index(f'ix_agreement_copies_{column}', 'agreement_copies', [column])


def _to(column, table):
    return sa.ForeignKey(f'{table}.id', name=op.f(f'fk_agreement_copies_{column}'))


def downgrade():
    raise NotImplementedError('What clients signed would be lost: restore a backup.')
