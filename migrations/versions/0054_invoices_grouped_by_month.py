"""Whether the deliveries to a client are invoiced one by one, or by month"""

from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "ALTER TABLE organisations ADD COLUMN invoice_grouping VARCHAR(20) NOT NULL"
        " DEFAULT 'delivery' CONSTRAINT ck_organisations_grouping"
        " CHECK (invoice_grouping IN ('delivery', 'month'))"
    )
