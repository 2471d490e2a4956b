"""Many products put on sale or taken off sale at a time; the search and the counts follow in parts,
once the changes are stored.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.storage import journal


def publish_products(
    session: Session, product_ids: Sequence[int], *, by: Actor, at: datetime
) -> None:
    """Put on sale those products that are not. Raises NotAllowed."""
    ensure_may_edit(by)
    values = {
        "published": True,
        "first_published_at": func.coalesce(Product.first_published_at, at),
    }
    known = _changed(session, product_ids, values, published=False)
    facts = ((f"product:{key}", {"sku": sku}) for key, sku in known)
    journal.record_all(session, "publish_product", facts, by=by, at=at)


def withdraw_products(
    session: Session, product_ids: Sequence[int], reason: str, *, by: Actor, at: datetime
) -> None:
    """Take off sale those products that are on sale. Raises NotAllowed."""
    ensure_may_edit(by)
    known = _changed(session, product_ids, {"published": False}, published=True)
    facts = ((f"product:{key}", {"sku": sku, "reason": reason}) for key, sku in known)
    journal.record_all(session, "withdraw_product", facts, by=by, at=at)


def _changed(
    session: Session, product_ids: Sequence[int], values: dict[str, object], *, published: bool
) -> list[tuple[int, str]]:
    """Change those that are in that state; their ids and references."""
    which = Product.id.in_(product_ids), Product.published.is_(published)
    rows = session.execute(select(Product.id, Product.sku).where(*which).order_by(Product.id))
    known = [(row.id, row.sku) for row in rows]
    session.execute(
        update(Product).where(*which).values(values).execution_options(synchronize_session=False)
    )
    return known
