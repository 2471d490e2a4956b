"""Attempts to render a PDF: what failed, what the validation found, when it is tried again"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OUTCOMES = ('begun', 'not_made', 'not_validated', 'not_conforming')


def upgrade():
    op.create_table(
        'pdf_attempts',
        sa.Column(
            'paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
            sa.ForeignKey('papers.id', name=op.f('fk_pdf_attempts_paper_id')),
            autoincrement=False, nullable=False,
        ),
        sa.Column(
            'outcome',
            sa.Enum(
                *OUTCOMES, name='pdfoutcome', native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column('findings', sa.JSON(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint('paper_id', name=op.f('pk_pdf_attempts')),
    )
    op.create_index('ix_pdf_attempts_next_try_at', 'pdf_attempts', ['next_try_at'])


def downgrade():
    op.drop_table('pdf_attempts')
