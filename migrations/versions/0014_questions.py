"""Questions to the shop, with the dossier that they name"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STATES = ('WAITING', 'ANSWERED', 'CLOSED')


def upgrade():
    op.create_table(
        'questions',
        sa.Column('id', ROW_ID, nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                *STATES,
                name='questionstate',
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('name', sa.String(120), nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.Column('language', sa.String(2), nullable=False),
        sa.Column('subject', sa.String(200), nullable=False),
        sa.Column('number', sa.String(60), nullable=False),
        sa.Column('message', sa.Text(), nullable=False),
        sa.Column('user_id', ROW_ID, sa.ForeignKey('users.id', name=op.f('fk_questions_user_id'))),
        sa.Column(
            'dossier_id',
            ROW_ID,
            sa.ForeignKey('dossiers.id', name=op.f('fk_questions_dossier_id')),
        ),
        sa.Column('reads_dossier', sa.Boolean(), nullable=False),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True)),
        sa.Column('ended_by', sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    )
    op.create_index('ix_questions_state', 'questions', ['state', 'id'])
    op.create_index('ix_questions_email', 'questions', ['email'])
    op.create_index('ix_questions_user_id', 'questions', ['user_id'])
    op.create_index('ix_questions_dossier_id', 'questions', ['dossier_id'])


def downgrade():
    op.drop_table('questions')
