"""The addresses of products: made from their names, and those that they had while on sale."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.catalogue.models import FormerAddress, Product
from shop.catalogue.sheet_rules import Sheet, slugs_for


def free_slug(session: Session, sheet: Sheet, product_id: int) -> str:
    """The best address that no other product has, or had."""
    wanted = slugs_for(sheet.name, sheet.sku)
    taken = set(
        session.scalars(
            select(Product.slug).where(Product.slug.in_(wanted), Product.id != product_id)
        )
    )
    taken |= set(
        session.scalars(
            select(FormerAddress.slug).where(
                FormerAddress.slug.in_(wanted), FormerAddress.product_id != product_id
            )
        )
    )
    return next(slug for slug in wanted if slug not in taken)


def move_address(session: Session, product: Product, sheet: Sheet) -> None:
    """The address follows the name; that of a product which was on sale leads to the new one."""
    slug, former = free_slug(session, sheet, product.id), product.slug
    if slug == former:
        return
    session.execute(delete(FormerAddress).where(FormerAddress.slug == slug))
    if product.was_published:
        session.add(FormerAddress(slug=former, product_id=product.id))
    product.slug = slug


def present_slug(session: Session, former: str) -> str | None:
    """The present address of a product on sale that had that address; None when there is none."""
    return session.scalar(
        select(Product.slug)
        .join(FormerAddress, FormerAddress.product_id == Product.id)
        .where(FormerAddress.slug == former, Product.published)
    )
