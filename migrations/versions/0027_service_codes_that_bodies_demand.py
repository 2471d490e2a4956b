"""Whether a body demands a service code on its invoices"""

from alembic import op

revision = '0027'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "ALTER TABLE organisations ADD COLUMN service_code_rule VARCHAR(20) NOT NULL"
        " DEFAULT 'unknown' CONSTRAINT ck_organisations_demand"
        " CHECK (service_code_rule IN ('unknown', 'required', 'optional', 'either'))"
    )
