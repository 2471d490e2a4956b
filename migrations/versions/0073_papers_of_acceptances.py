"""The paper or e-mail by which a buyer's body accepted a delivery"""

from alembic import op

revision = '0073'
down_revision = '0076'
branch_labels = None
depends_on = None


def upgrade():
    kind = 'BIGINT' if op.get_bind().dialect.name == 'postgresql' else 'INTEGER'
    op.execute(
        f'ALTER TABLE delivery_acceptances ADD COLUMN file_id {kind}'
        ' CONSTRAINT fk_delivery_acceptances_file_id REFERENCES files (id)'
    )


def downgrade():
    raise NotImplementedError('Which paper is that of an acceptance would be lost: restore.')
