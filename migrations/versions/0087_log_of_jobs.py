"""The log of the worker's jobs"""

import sqlalchemy as sa
from alembic import op

revision = '0087'
down_revision = "0085"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)


def _trouble():
    return sa.Column(
        'trouble',
        sa.Enum(
            'database',
            'server',
            'other',
            native_enum=False,
            create_constraint=True,
            length=20,
            name='trouble',
        ),
        nullable=True,
    )


def upgrade():
    op.create_table(
        'jobs',
        sa.Column('name', sa.String(40), primary_key=True),
        sa.Column('seconds', sa.Integer(), nullable=False),
        sa.Column('due_by', MOMENT, nullable=False),
        sa.Column('started_at', MOMENT, nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('worked_at', MOMENT, nullable=True),
        sa.Column('worked_count', sa.Integer(), nullable=False),
        sa.Column('failing_since', MOMENT, nullable=True),
        sa.Column('failed_at', MOMENT, nullable=True),
        _trouble(),
        sa.Column('error', sa.String(120), nullable=False),
    )
    op.create_table(
        'job_runs',
        sa.Column('id', ID, primary_key=True),
        sa.Column('job', sa.String(40), nullable=False),
        sa.Column('started_at', MOMENT, nullable=False),
        sa.Column('ended_at', MOMENT, nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        _trouble(),
        sa.Column('error', sa.String(120), nullable=False),
    )
    op.create_index('ix_job_runs_job_id', 'job_runs', ['job', 'id'])
    op.create_index('ix_job_runs_ended_at', 'job_runs', ['ended_at'])


def downgrade():
    op.drop_table('job_runs')
    op.drop_table('jobs')
