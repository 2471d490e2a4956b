"""The tables of version 0.1"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

#: Rows written once: nobody may update or delete them.
WRITTEN_ONCE = (
    "papers",
    "files",
    "journal",
    "letterheads",
    "purchase_order_scans",
    "purchase_orders",
    "quote_lines",
    "delivery_notes",
    "delivery_lines",
    "invoice_lines",
    "payments",
    "verification_decisions",
    "stock_movements",
)

#: Issued rows of which only later facts may change, and which are never deleted.
FROZEN_COLUMNS = {
    "invoices": ("number", "order_id", "paper_id", "issued_at", "issued_on", "due_on")
    + ("excluding", "vat_total", "including", "by_name"),
    "quotes": ("number", "dossier_id", "paper_id", "organisation_id", "issued_at", "valid_until")
    + ("excluding", "vat_total", "including", "conditions_version", "accepted_by", "accepted_at"),
    "orders": ("number", "dossier_id", "origin", "proof", "ordered_at")
    + ("excluding", "vat_total", "including"),
}


def protect():
    """Triggers that refuse changes of issued rows, in both dialects."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for table in WRITTEN_ONCE:
            for event in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table}: written once'); END"
                )
        for table, columns in FROZEN_COLUMNS.items():
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table}: issued'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OF {', '.join(columns)} ON {table}"
                f" WHEN {' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)}"
                f" BEGIN SELECT RAISE(ABORT, '{table}: issued'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%: written once', TG_TABLE_NAME; END $$"
    )
    for table in WRITTEN_ONCE:
        op.execute(
            f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION written_once()"
        )
    for table, columns in FROZEN_COLUMNS.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION written_once()"
        )
        changed = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in columns)
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN ({changed}) EXECUTE FUNCTION written_once()"
        )


def upgrade():
    op.create_table('brands',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brands')),
    sa.UniqueConstraint('slug', name=op.f('uq_brands_slug'))
    )
    op.create_table('catalogue_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalogue_version'))
    )
    op.create_table('categories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('letter', sa.String(length=1), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('intro', sa.String(length=300), nullable=False),
    sa.Column('intro_en', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['categories.id'], name=op.f('fk_categories_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_categories')),
    sa.UniqueConstraint('slug', name=op.f('uq_categories_slug'))
    )
    op.create_table('counters',
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_counters'))
    )
    op.create_table('letterheads',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letterheads'))
    )
    op.create_table('processor_events',
    sa.Column('id', sa.String(length=120), nullable=False),
    sa.Column('type', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_processor_events'))
    )
    op.create_table('public_bodies',
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('folded', sa.String(length=200), nullable=False),
    sa.Column('legal_category', sa.String(length=4), nullable=False),
    sa.Column('departement', sa.String(length=3), nullable=False),
    sa.Column('postal_code', sa.String(length=5), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('siren', name=op.f('pk_public_bodies'))
    )
    with op.batch_alter_table('public_bodies', schema=None) as batch_op:
        batch_op.create_index('ix_public_bodies_folded', ['folded'], unique=False)
        batch_op.create_index('ix_public_bodies_postal_code', ['postal_code'], unique=False)

    op.create_table('usages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_usages')),
    sa.UniqueConstraint('slug', name=op.f('uq_usages_slug'))
    )
    op.create_table('users',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('function', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('staff_role', sa.String(length=20), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('session_epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_sign_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email'))
    )
    op.create_table('carts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_carts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carts')),
    sa.UniqueConstraint('token', name=op.f('uq_carts_token')),
    sa.UniqueConstraint('user_id', name=op.f('uq_carts_user_id'))
    )
    op.create_table('facets',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('label_en', sa.String(length=80), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_facets_category_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facets')),
    sa.UniqueConstraint('category_id', 'kind', 'value', name=op.f('uq_facets_category_id_kind_value'))
    )
    op.create_table('organisations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('legal_category', sa.String(length=4), nullable=False),
    sa.Column('nature', sa.Enum('public', 'review', 'private', name='nature', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('verification', sa.Enum('UNVERIFIED', 'PENDING', 'VERIFIED', 'REFUSED', 'SUSPENDED', name='verification', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('verification_reason', sa.String(length=500), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('payment_delay_days', sa.Integer(), nullable=False),
    sa.Column('engagement_rule', sa.Enum('required', 'optional', 'unknown', name='engagementrule', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('header', sa.JSON(), nullable=False),
    sa.Column('account_manager_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_manager_id'], ['users.id'], name=op.f('fk_organisations_account_manager_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations')),
    sa.UniqueConstraint('customer_code', name=op.f('uq_organisations_customer_code')),
    sa.UniqueConstraint('siret', name=op.f('uq_organisations_siret'))
    )
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisations_siren'), ['siren'], unique=False)

    op.create_table('products',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sku', sa.String(length=40), nullable=False),
    sa.Column('ean', sa.String(length=13), nullable=True),
    sa.Column('slug', sa.String(length=160), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('chapter_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('price_including', sa.BigInteger(), nullable=False),
    sa.Column('vat_rate', sa.Integer(), nullable=False),
    sa.Column('eco_fee', sa.BigInteger(), nullable=False),
    sa.Column('specifications', sa.JSON(), nullable=False),
    sa.Column('picture', sa.String(length=80), nullable=False),
    sa.Column('finish', sa.String(length=20), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.Column('supply', sa.Enum('stocked', 'on_order', name='supply', native_enum=False, length=20), nullable=False),
    sa.Column('lead_days', sa.Integer(), nullable=False),
    sa.Column('restock_on', sa.Date(), nullable=True),
    sa.Column('warranty_months', sa.Integer(), nullable=False),
    sa.Column('popularity', sa.Integer(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('unit_price > 0', name=op.f('ck_products_priced')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_products_brand_id')),
    sa.ForeignKeyConstraint(['category_id'], ['categories.id'], name=op.f('fk_products_category_id')),
    sa.ForeignKeyConstraint(['chapter_id'], ['categories.id'], name=op.f('fk_products_chapter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products')),
    sa.UniqueConstraint('ean', name=op.f('uq_products_ean')),
    sa.UniqueConstraint('sku', name=op.f('uq_products_sku')),
    sa.UniqueConstraint('slug', name=op.f('uq_products_slug'))
    )
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.create_index('ix_products_brand', ['brand_id'], unique=False)
        batch_op.create_index('ix_products_chapter_listing', ['chapter_id', 'price_including', 'id'], unique=False)
        batch_op.create_index('ix_products_chapter_popular', ['chapter_id', 'popularity', 'id'], unique=False)
        batch_op.create_index('ix_products_listing', ['category_id', 'price_including', 'id'], unique=False)
        batch_op.create_index('ix_products_popular', ['category_id', 'popularity', 'id'], unique=False)

    op.create_table('addresses',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('contact', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('header','delivery','paying_service')", name=op.f('ck_addresses_kind')),
    sa.CheckConstraint('(organisation_id IS NULL) <> (user_id IS NULL)', name=op.f('ck_addresses_one_owner')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_addresses_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_addresses_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses'))
    )
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addresses_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_addresses_user_id'), ['user_id'], unique=False)

    op.create_table('cart_lines',
    sa.Column('cart_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 9999', name=op.f('ck_cart_lines_quantity')),
    sa.ForeignKeyConstraint(['cart_id'], ['carts.id'], name=op.f('fk_cart_lines_cart_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_cart_lines_product_id')),
    sa.PrimaryKeyConstraint('cart_id', 'product_id', name=op.f('pk_cart_lines'))
    )
    op.create_table('dossiers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('guest_key', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_dossiers_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_dossiers_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossiers')),
    sa.UniqueConstraint('number', name=op.f('uq_dossiers_number'))
    )
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossiers_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossiers_user_id'), ['user_id'], unique=False)

    op.create_table('drafts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cart_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('parties', sa.JSON(), nullable=False),
    sa.Column('shipping', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cart_id'], ['carts.id'], name=op.f('fk_drafts_cart_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_drafts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('cart_id', name=op.f('uq_drafts_cart_id')),
    sa.UniqueConstraint('token', name=op.f('uq_drafts_token'))
    )
    op.create_table('memberships',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('member_admin','buyer','accountant','reader')", name=op.f('ck_memberships_role')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_memberships_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_memberships_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships')),
    sa.UniqueConstraint('user_id', 'organisation_id', name=op.f('uq_memberships_user_id_organisation_id'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memberships_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('product_usages',
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('usage_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_product_usages_product_id')),
    sa.ForeignKeyConstraint(['usage_id'], ['usages.id'], name=op.f('fk_product_usages_usage_id')),
    sa.PrimaryKeyConstraint('product_id', 'usage_id', name=op.f('pk_product_usages'))
    )
    with op.batch_alter_table('product_usages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_usages_usage_id'), ['usage_id'], unique=False)

    op.create_table('stock',
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on_hand', sa.Integer(), nullable=False),
    sa.Column('reserved', sa.Integer(), nullable=False),
    sa.Column('backorder', sa.Boolean(), nullable=False),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_on_hand')),
    sa.CheckConstraint('reserved <= on_hand OR backorder', name=op.f('ck_stock_promised')),
    sa.CheckConstraint('reserved >= 0', name=op.f('ck_stock_reserved')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_product_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_stock')),
    postgresql_with={'fillfactor': 60}
    )
    op.create_table('stock_alerts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_alerts_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_alerts')),
    sa.UniqueConstraint('product_id', 'email', name=op.f('uq_stock_alerts_product_id_email'))
    )
    op.create_table('stock_movements',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_movements_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movements'))
    )
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_movements_product_id'), ['product_id'], unique=False)

    op.create_table('verification_decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verification', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_verification_decisions_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_verification_decisions_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification_decisions'))
    )
    with op.batch_alter_table('verification_decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verification_decisions_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('journal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=True),
    sa.Column('target', sa.String(length=20), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_journal_dossier_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_journal_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal'))
    )
    with op.batch_alter_table('journal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_journal_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_journal_subject'), ['subject'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to', sa.String(length=320), nullable=False),
    sa.Column('template', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('papers', sa.JSON(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=500), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('subject', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_outbox_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('ix_outbox_waiting', ['sent_at', 'next_try_at'], unique=False)

    op.create_table('papers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_papers_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    sa.UniqueConstraint('kind', 'number', name=op.f('uq_papers_kind_number'))
    )
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_papers_dossier_id'), ['dossier_id'], unique=False)

    op.create_table('files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored_by', sa.String(length=200), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_files_not_empty')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_files_dossier_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_files_paper_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_files'))
    )
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_files_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('uq_files_paper_id', ['paper_id'], unique=True)

    op.create_table('quotes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.Enum('QUOTED', 'RESERVED', 'ORDERED', 'CANCELLED', 'EXPIRED', name='quotestage', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('parties', sa.JSON(), nullable=False),
    sa.Column('shipping', sa.String(length=20), nullable=False),
    sa.Column('excluding', sa.BigInteger(), nullable=False),
    sa.Column('vat_total', sa.BigInteger(), nullable=False),
    sa.Column('including', sa.BigInteger(), nullable=False),
    sa.Column('conditions_version', sa.String(length=20), nullable=False),
    sa.Column('accepted_by', sa.String(length=200), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('draft_token', sa.String(length=43), nullable=True),
    sa.Column('reserved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('original_id', sa.Integer(), nullable=True),
    sa.Column('renewed_from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(stage = 'ORDERED') = (original_id IS NOT NULL)", name=op.f('ck_quotes_original')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_quotes_dossier_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_quotes_organisation_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_quotes_paper_id')),
    sa.ForeignKeyConstraint(['renewed_from_id'], ['quotes.id'], name=op.f('fk_quotes_renewed_from_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_quotes_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes')),
    sa.UniqueConstraint('dossier_id', name=op.f('uq_quotes_dossier_id')),
    sa.UniqueConstraint('draft_token', name=op.f('uq_quotes_draft_token')),
    sa.UniqueConstraint('number', name=op.f('uq_quotes_number')),
    sa.UniqueConstraint('original_id', name=op.f('uq_quotes_original_id')),
    sa.UniqueConstraint('paper_id', name=op.f('uq_quotes_paper_id'))
    )
    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quotes_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_quotes_stage', ['stage', 'valid_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_quotes_user_id'), ['user_id'], unique=False)

    op.create_table('orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.Enum('ORDERED', 'DELIVERED', 'INVOICED', 'PAID', name='orderstage', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('origin', sa.Enum('card', 'quote', name='origin', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('proof', sa.String(length=120), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('parties', sa.JSON(), nullable=False),
    sa.Column('shipping', sa.String(length=20), nullable=False),
    sa.Column('excluding', sa.BigInteger(), nullable=False),
    sa.Column('vat_total', sa.BigInteger(), nullable=False),
    sa.Column('including', sa.BigInteger(), nullable=False),
    sa.Column('quote_number', sa.String(length=20), nullable=True),
    sa.Column('purchase_order', sa.String(length=60), nullable=True),
    sa.Column('purchase_order_date', sa.String(length=10), nullable=True),
    sa.Column('purchase_order_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('engagement', sa.String(length=50), nullable=True),
    sa.Column('payment_delay_days', sa.Integer(), nullable=False),
    sa.Column('card_last4', sa.String(length=4), nullable=True),
    sa.CheckConstraint("(origin = 'card' AND proof LIKE 'card:_%') OR (origin = 'quote' AND proof LIKE 'original:_%')", name=op.f('ck_orders_proof')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_orders_dossier_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_orders_organisation_id')),
    sa.ForeignKeyConstraint(['purchase_order_file_id'], ['files.id'], name=op.f('fk_orders_purchase_order_file_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_orders_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('dossier_id', name=op.f('uq_orders_dossier_id')),
    sa.UniqueConstraint('number', name=op.f('uq_orders_number')),
    sa.UniqueConstraint('proof', name=op.f('uq_orders_proof'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_orders_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_orders_stage', ['stage', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_orders_user_id'), ['user_id'], unique=False)

    op.create_table('purchase_order_scans',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quote_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_purchase_order_scans_file_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_purchase_order_scans_quote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_order_scans'))
    )
    with op.batch_alter_table('purchase_order_scans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_purchase_order_scans_quote_id'), ['quote_id'], unique=False)

    op.create_table('purchase_orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quote_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('signatory_name', sa.String(length=120), nullable=False),
    sa.Column('signatory_capacity', sa.String(length=120), nullable=False),
    sa.Column('engagement', sa.String(length=50), nullable=False),
    sa.Column('service_code', sa.String(length=100), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('original_paper', sa.Boolean(), nullable=False),
    sa.Column('letterhead', sa.Boolean(), nullable=False),
    sa.Column('dated', sa.Boolean(), nullable=False),
    sa.Column('signed', sa.Boolean(), nullable=False),
    sa.Column('stamped', sa.Boolean(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('filed_at', sa.String(length=120), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reuse_confirmed', sa.Boolean(), nullable=False),
    sa.Column('late_reason', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint('original_paper AND letterhead AND dated AND signed AND stamped', name=op.f('ck_purchase_orders_conforming')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_purchase_orders_file_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_purchase_orders_organisation_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_purchase_orders_quote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_orders')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_purchase_orders_quote_id'))
    )
    with op.batch_alter_table('purchase_orders', schema=None) as batch_op:
        batch_op.create_index('ix_purchase_orders_reference', ['organisation_id', 'reference'], unique=False)

    op.create_table('quote_lines',
    sa.Column('quote_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sku', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('detail', sa.String(length=300), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('eco_fee', sa.BigInteger(), nullable=False),
    sa.Column('vat_rate', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_quote_lines_quantity')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_quote_lines_product_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_lines_quote_id')),
    sa.PrimaryKeyConstraint('quote_id', 'position', name=op.f('pk_quote_lines'))
    )
    op.create_table('card_payments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=43), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('OPEN', 'PAID', 'REFUNDING', 'REFUNDED', 'EXPIRED', name='paymentstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('cart_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('guest_key', sa.String(length=64), nullable=False),
    sa.Column('parties', sa.JSON(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('shipping', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('session_id', sa.String(length=120), nullable=True),
    sa.Column('session_url', sa.String(length=1000), nullable=True),
    sa.Column('payment_intent', sa.String(length=120), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refund_reason', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cart_id'], ['carts.id'], name=op.f('fk_card_payments_cart_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_card_payments_order_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_card_payments_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_card_payments_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_payments')),
    sa.UniqueConstraint('order_id', name=op.f('uq_card_payments_order_id')),
    sa.UniqueConstraint('payment_intent', name=op.f('uq_card_payments_payment_intent')),
    sa.UniqueConstraint('reference', name=op.f('uq_card_payments_reference')),
    sa.UniqueConstraint('session_id', name=op.f('uq_card_payments_session_id'))
    )
    with op.batch_alter_table('card_payments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_payments_cart_id'), ['cart_id'], unique=False)
        batch_op.create_index('ix_card_payments_open', ['state', 'created_at'], unique=False)

    op.create_table('delivery_notes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('shipped_on', sa.Date(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.Column('carrier', sa.String(length=80), nullable=False),
    sa.Column('tracking', sa.String(length=80), nullable=False),
    sa.Column('parcels', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_delivery_notes_order_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_delivery_notes_paper_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_notes')),
    sa.UniqueConstraint('number', name=op.f('uq_delivery_notes_number')),
    sa.UniqueConstraint('paper_id', name=op.f('uq_delivery_notes_paper_id'))
    )
    with op.batch_alter_table('delivery_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_notes_order_id'), ['order_id'], unique=False)

    op.create_table('invoices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('excluding', sa.BigInteger(), nullable=False),
    sa.Column('vat_total', sa.BigInteger(), nullable=False),
    sa.Column('including', sa.BigInteger(), nullable=False),
    sa.Column('paid', sa.BigInteger(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_to', sa.String(length=320), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint('paid >= 0 AND paid <= including', name=op.f('ck_invoices_paid')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_invoices_order_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_invoices_paper_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('number', name=op.f('uq_invoices_number')),
    sa.UniqueConstraint('paper_id', name=op.f('uq_invoices_paper_id'))
    )
    with op.batch_alter_table('invoices', schema=None) as batch_op:
        batch_op.create_index('ix_invoices_due', ['due_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoices_order_id'), ['order_id'], unique=False)

    op.create_table('order_lines',
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sku', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('detail', sa.String(length=300), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price', sa.BigInteger(), nullable=False),
    sa.Column('eco_fee', sa.BigInteger(), nullable=False),
    sa.Column('vat_rate', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('weight_g', sa.Integer(), nullable=False),
    sa.Column('delivered', sa.Integer(), nullable=False),
    sa.Column('invoiced', sa.Integer(), nullable=False),
    sa.CheckConstraint('delivered BETWEEN 0 AND quantity', name=op.f('ck_order_lines_delivered')),
    sa.CheckConstraint('invoiced BETWEEN 0 AND quantity', name=op.f('ck_order_lines_invoiced')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_order_lines_quantity')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_lines_order_id')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_order_lines_product_id')),
    sa.PrimaryKeyConstraint('order_id', 'position', name=op.f('pk_order_lines'))
    )
    op.create_table('delivery_lines',
    sa.Column('delivery_note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_delivery_lines_quantity')),
    sa.ForeignKeyConstraint(['delivery_note_id'], ['delivery_notes.id'], name=op.f('fk_delivery_lines_delivery_note_id')),
    sa.PrimaryKeyConstraint('delivery_note_id', 'position', name=op.f('pk_delivery_lines'))
    )
    op.create_table('invoice_lines',
    sa.Column('invoice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_invoice_lines_quantity')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_invoice_lines_invoice_id')),
    sa.PrimaryKeyConstraint('invoice_id', 'position', name=op.f('pk_invoice_lines'))
    )
    op.create_table('payments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invoice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('reference', sa.String(length=140), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.String(length=200), nullable=False),
    sa.CheckConstraint("method IN ('transfer','card')", name=op.f('ck_payments_method')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payments_amount')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_payments_invoice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('invoice_id', 'reference', 'received_on', name=op.f('uq_payments_invoice_id_reference_received_on'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payments_invoice_id'), ['invoice_id'], unique=False)

    protect()


def downgrade():
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payments_invoice_id'))

    op.drop_table('payments')
    op.drop_table('invoice_lines')
    op.drop_table('delivery_lines')
    op.drop_table('order_lines')
    with op.batch_alter_table('invoices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invoices_order_id'))
        batch_op.drop_index('ix_invoices_due')

    op.drop_table('invoices')
    with op.batch_alter_table('delivery_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_notes_order_id'))

    op.drop_table('delivery_notes')
    with op.batch_alter_table('card_payments', schema=None) as batch_op:
        batch_op.drop_index('ix_card_payments_open')
        batch_op.drop_index(batch_op.f('ix_card_payments_cart_id'))

    op.drop_table('card_payments')
    op.drop_table('quote_lines')
    with op.batch_alter_table('purchase_orders', schema=None) as batch_op:
        batch_op.drop_index('ix_purchase_orders_reference')

    op.drop_table('purchase_orders')
    with op.batch_alter_table('purchase_order_scans', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_purchase_order_scans_quote_id'))

    op.drop_table('purchase_order_scans')
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_orders_user_id'))
        batch_op.drop_index('ix_orders_stage')
        batch_op.drop_index(batch_op.f('ix_orders_organisation_id'))

    op.drop_table('orders')
    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quotes_user_id'))
        batch_op.drop_index('ix_quotes_stage')
        batch_op.drop_index(batch_op.f('ix_quotes_organisation_id'))

    op.drop_table('quotes')
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.drop_index('uq_files_paper_id')
        batch_op.drop_index(batch_op.f('ix_files_dossier_id'))

    op.drop_table('files')
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_papers_dossier_id'))

    op.drop_table('papers')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_waiting')
        batch_op.drop_index(batch_op.f('ix_outbox_dossier_id'))

    op.drop_table('outbox')
    with op.batch_alter_table('journal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_journal_subject'))
        batch_op.drop_index(batch_op.f('ix_journal_dossier_id'))

    op.drop_table('journal')
    with op.batch_alter_table('verification_decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_verification_decisions_organisation_id'))

    op.drop_table('verification_decisions')
    with op.batch_alter_table('stock_movements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stock_movements_product_id'))

    op.drop_table('stock_movements')
    op.drop_table('stock_alerts')
    op.drop_table('stock')
    with op.batch_alter_table('product_usages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_usages_usage_id'))

    op.drop_table('product_usages')
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memberships_organisation_id'))

    op.drop_table('memberships')
    op.drop_table('drafts')
    with op.batch_alter_table('dossiers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossiers_user_id'))
        batch_op.drop_index(batch_op.f('ix_dossiers_organisation_id'))

    op.drop_table('dossiers')
    op.drop_table('cart_lines')
    with op.batch_alter_table('addresses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_addresses_user_id'))
        batch_op.drop_index(batch_op.f('ix_addresses_organisation_id'))

    op.drop_table('addresses')
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_index('ix_products_popular')
        batch_op.drop_index('ix_products_listing')
        batch_op.drop_index('ix_products_chapter_popular')
        batch_op.drop_index('ix_products_chapter_listing')
        batch_op.drop_index('ix_products_brand')

    op.drop_table('products')
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisations_siren'))

    op.drop_table('organisations')
    op.drop_table('facets')
    op.drop_table('carts')
    op.drop_table('users')
    op.drop_table('usages')
    with op.batch_alter_table('public_bodies', schema=None) as batch_op:
        batch_op.drop_index('ix_public_bodies_postal_code')
        batch_op.drop_index('ix_public_bodies_folded')

    op.drop_table('public_bodies')
    op.drop_table('processor_events')
    op.drop_table('letterheads')
    op.drop_table('counters')
    op.drop_table('categories')
    op.drop_table('catalogue_version')
    op.drop_table('brands')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION written_once() CASCADE")
