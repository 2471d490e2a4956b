"""Corrections of the stock: what was counted, broke, was lost or found, with its reason; and the
movements of a product, whose sum is what is on hand.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from shop.catalogue import stock
from shop.catalogue.correction_rules import (
    CorrectedBack,
    Correction,
    Reason,
    change_of,
    ensure_correctable,
)
from shop.catalogue.models import Product, Stock, StockCorrection, StockMovement
from shop.catalogue.receipts import announce
from shop.core.actors import ADMIN, LOGISTICS, Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.core.text import one_line
from shop.storage import journal
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import locking
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


def correct_stock(
    session: Session, sku: str, asked: Correction, *, by: Actor, at: datetime
) -> StockCorrection:
    """Correct the units on hand of a product. The row of its stock is locked first: of two people
    who counted at the same time, the second one is told.

    Raises NotAllowed, NotFound, and the refusals of `change_of()` and `ensure_correctable()`.
    """
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    product, _shelf = get_product(session, sku)
    shelf = _locked(session, product.id)
    change = change_of(asked, shelf.on_hand)
    ensure_correctable(
        change, on_hand=shelf.on_hand, reserved=shelf.reserved, confirmed=asked.confirmed
    )
    made = StockCorrection(reason=asked.reason, words=one_line(asked.words), change=change)
    return _write(session, product, shelf, made, by=by, at=at)


def undo_correction(
    session: Session, correction_id: int, *, confirmed: bool = False, by: Actor, at: datetime
) -> StockCorrection:
    """Undo a correction by a contrary one, once.

    Raises NotAllowed, NotFound, CorrectedBack, MoreThanOnHand, BelowPromised.
    """
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    first = session.get(StockCorrection, correction_id)
    if first is None or first.undoes_id is not None:
        raise NotFound
    shelf = _locked(session, first.product_id)
    if session.scalar(select(StockCorrection.id).where(StockCorrection.undoes_id == first.id)):
        raise CorrectedBack
    ensure_correctable(
        -first.change, on_hand=shelf.on_hand, reserved=shelf.reserved, confirmed=confirmed
    )
    contrary = StockCorrection(
        reason=first.reason, words=first.words, change=-first.change, undoes_id=first.id
    )
    product = session.get_one(Product, first.product_id)
    return _write(session, product, shelf, contrary, by=by, at=at)


def get_product(session: Session, sku: str) -> tuple[Product, Stock]:
    """A product and its stock, to be read. Raises NotFound."""
    found = session.execute(
        select(Product, Stock).join(Stock, Stock.product_id == Product.id).where(Product.sku == sku)
    ).first()
    if found is None:
        raise NotFound(sku=sku)
    return found[0], found[1]


def _locked(session: Session, product_id: int) -> Stock:
    statement = locking(session, select(Stock).where(Stock.product_id == product_id))
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _write(
    session: Session,
    product: Product,
    shelf: Stock,
    made: StockCorrection,
    *,
    by: Actor,
    at: datetime,
) -> StockCorrection:
    made.product_id, made.at = product.id, at
    made.user_id, made.by_name = by.user_id, by.name
    session.add(made)
    session.flush()
    missing = max(0, shelf.reserved - shelf.on_hand - made.change)
    stock.correct(session, product.id, made.change, missing=missing, correction_id=made.id, at=at)
    session.refresh(shelf)
    if made.change > 0:
        announce(session, product, shelf, at=at)
    undoes = made.undoes_id is not None
    journal.record(
        session,
        f"product:{product.id}",
        "undo_correction" if undoes else "correct_stock",
        by=by,
        at=at,
        sku=product.sku,
        change=made.change,
        on_hand=shelf.on_hand,
        correction=made.id,
        reason=made.reason.value,
        words=made.words,
    )
    return made


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of a product: the units that it adds to those `on_hand` (after it); `promised` for
    one that only sets goods aside or frees them, `aside` for goods that came back and are not on
    the shelf. `undoable`: a correction that was not undone.
    """

    id: int
    at: datetime
    kind: str
    change: int
    promised: int
    aside: int
    on_hand: int
    reference: str
    correction_id: int | None
    reason: Reason | None
    words: str
    by_name: str
    undoes: bool
    undoable: bool


#: What each kind of movement does to the units on hand, and to those that are promised.
_ON_HAND = {"received": 1, "shipped": -1, "unshipped": 1, "returned": 1, "corrected": 1}
_PROMISED = {"reserved": 1, "released": -1, "shipped": -1, "unshipped": 1}
_ASIDE = {"repair": 1, "scrapped": 1}


def movements_of(session: Session, product_id: int, place: Place = FIRST) -> Page[Movement]:
    """The movements of a product, the newest first, a page at a time."""
    return page_of(session, _listing(product_id), place).of(lambda row: Movement(*row))


def _listing(product_id: int) -> Listing:
    kind = StockMovement.kind
    choices = (
        Choice("receipts", N_("Receipts"), kind == "received"),
        Choice("sales", N_("Shipments"), kind.in_(("shipped", "unshipped"))),
        Choice("corrections", N_("Corrections"), kind == "corrected"),
        Choice("returns", N_("Returns"), kind.in_(("returned", "repair", "scrapped"))),
        Choice("promises", N_("Goods set aside and freed"), kind.in_(("reserved", "released"))),
    )
    return Listing(
        _movements(product_id),
        (StockMovement.id.desc(),),
        StockMovement.id,
        (Filter("kind", N_("Movement"), choices),),
        (
            Sort("date", N_("Date"), (StockMovement.id,)),
            Sort("units", N_("Units"), (StockMovement.quantity, StockMovement.id)),
        ),
        "-date",
    )


def _movements(product_id: int) -> Select[*tuple[object, ...]]:
    """Each movement with the units on hand after it: a sum over the movements before."""
    change = StockMovement.quantity * case(_ON_HAND, value=StockMovement.kind, else_=0)
    promised = StockMovement.quantity * case(_PROMISED, value=StockMovement.kind, else_=0)
    aside = StockMovement.quantity * case(_ASIDE, value=StockMovement.kind, else_=0)
    sums = (
        select(
            StockMovement.id.label("id"),
            func.sum(change).over(order_by=StockMovement.id).label("on_hand"),
        )
        .where(StockMovement.product_id == product_id)
        .subquery()
    )
    undone = aliased(StockCorrection)
    return (
        select(
            StockMovement.id,
            StockMovement.at,
            StockMovement.kind,
            change,
            promised,
            aside,
            sums.c.on_hand,
            StockMovement.reference,
            StockCorrection.id,
            StockCorrection.reason,
            func.coalesce(StockCorrection.words, ""),
            func.coalesce(StockCorrection.by_name, ""),
            StockCorrection.undoes_id.is_not(None),
            (StockCorrection.id.is_not(None))
            & StockCorrection.undoes_id.is_(None)
            & undone.id.is_(None),
        )
        .join(sums, sums.c.id == StockMovement.id)
        .outerjoin(StockCorrection, StockCorrection.id == StockMovement.correction_id)
        .outerjoin(undone, undone.undoes_id == StockCorrection.id)
        .where(StockMovement.product_id == product_id)
    )


def on_hand_of_movements(session: Session, product_id: int) -> int:
    """The units on hand as the movements of a product add up to."""
    change = StockMovement.quantity * case(_ON_HAND, value=StockMovement.kind, else_=0)
    total = select(func.sum(change)).where(StockMovement.product_id == product_id)
    return session.scalar(total) or 0
