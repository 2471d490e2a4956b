"""Putting products on sale, and taking them off sale."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.catalogue.counts import refresh_counts
from shop.catalogue.models import Product
from shop.catalogue.search import index_products
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.errors import N_, Changed
from shop.storage import journal
from shop.storage.db import get_locked


class OnSaleAlready(Changed):
    sentence = N_("This product is on sale already.")


class WithdrawnAlready(Changed):
    sentence = N_("This product is not on sale any more.")


def publish_product(session: Session, product_id: int, *, by: Actor, at: datetime) -> Product:
    """Put a product on sale. Raises NotAllowed, NotFound, OnSaleAlready."""
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    if product.published:
        raise OnSaleAlready
    product.published = True
    if not product.was_published:
        product.first_published_at = at
    _show_or_hide(session, product)
    journal.record(
        session, f"product:{product_id}", "publish_product", by=by, at=at, sku=product.sku
    )
    return product


def withdraw_product(
    session: Session, product_id: int, reason: str, *, by: Actor, at: datetime
) -> Product:
    """Take a product off sale: the papers that name it stay as they are, and the carts that have it
    say that it is no longer on sale.

    Raises NotAllowed, NotFound, WithdrawnAlready.
    """
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    if not product.published:
        raise WithdrawnAlready
    product.published = False
    _show_or_hide(session, product)
    journal.record(
        session,
        f"product:{product_id}",
        "withdraw_product",
        by=by,
        at=at,
        sku=product.sku,
        reason=reason,
    )
    return product


def _show_or_hide(session: Session, product: Product) -> None:
    session.flush()
    index_products(session, [product.id])
    refresh_counts(session, {product.chapter_id, product.category_id})
