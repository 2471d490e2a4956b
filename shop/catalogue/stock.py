"""Stock: reservations and shipments. Available is on hand minus reserved.

All services lock the stock rows in ascending order of product (lock order: subject, stock, counter)
and write in a few statements whatever the number of lines.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from shop.catalogue.models import Product, Stock, StockMovement
from shop.catalogue.rules import OutOfStock
from shop.storage.db import locking


def reserve(session: Session, units: dict[int, int], *, reference: str, at: datetime) -> None:
    """Reserve units of products. Raises OutOfStock, with the units left, for the first one that
    lacks.
    """
    rows = _locked(session, units)
    for product_id, asked in sorted(units.items()):
        row = rows.get(product_id)
        available = 0 if row is None else row.on_hand - row.reserved
        if row is None or (available < asked and not row.backorder):
            raise OutOfStock(
                name=_name_of(session, product_id), available=max(0, available), asked=asked
            )
    _move(session, units, "reserved", reference, at, reserved=1)


def release(session: Session, units: dict[int, int], *, reference: str, at: datetime) -> None:
    """Release a reservation."""
    _locked(session, units)
    _move(session, units, "released", reference, at, reserved=-1)


def ship(session: Session, units: dict[int, int], *, reference: str, at: datetime) -> None:
    """Ship reserved units. Raises OutOfStock for units that are not in stock yet."""
    rows = _locked(session, units)
    for product_id, asked in sorted(units.items()):
        on_hand = rows[product_id].on_hand
        if on_hand < asked:
            raise OutOfStock(name=_name_of(session, product_id), available=on_hand, asked=asked)
    _move(session, units, "shipped", reference, at, reserved=-1, on_hand=-1)


def unship(session: Session, units: dict[int, int], *, reference: str, at: datetime) -> None:
    """Units that did not leave, although a delivery note says so: on hand and reserved again."""
    _locked(session, units)
    _move(session, units, "unshipped", reference, at, reserved=1, on_hand=1)


def receive(session: Session, units: dict[int, int], *, reference: str, at: datetime) -> None:
    """Add units received from a supplier."""
    _locked(session, units)
    _move(session, units, "received", reference, at, on_hand=1)


def take_back(
    session: Session,
    units: Mapping[int, int],
    *,
    kind: str = "returned",
    reference: str,
    at: datetime,
) -> None:
    """Goods that a customer returned: "returned" ones are on the shelf again, those to "repair" and
    "scrapped" ones are not.
    """
    lock(session, units)
    _move(session, units, kind, reference, at, on_hand=1 if kind == "returned" else 0)


def correct(
    session: Session,
    product_id: int,
    change: int,
    *,
    missing: int,
    correction_id: int,
    at: datetime,
) -> None:
    """Change the units on hand of a product, locked before, by a correction; `missing`: promised
    units that the stock does not cover afterwards.
    """
    session.execute(
        update(Stock)
        .where(Stock.product_id == product_id)
        .values(on_hand=Stock.on_hand + change, missing=missing)
        .execution_options(synchronize_session=False)
    )
    movement = {"product_id": product_id, "at": at, "kind": "corrected", "quantity": change}
    reference = f"correction {correction_id}"
    session.execute(
        insert(StockMovement).values(**movement, reference=reference, correction_id=correction_id)
    )


def lock(session: Session, units: Mapping[int, int]) -> None:
    """Lock the stock of products, before a number is taken for the document of their movement."""
    _locked(session, units)


def _locked(session: Session, units: Mapping[int, int]) -> dict[int, Stock]:
    statement = select(Stock).where(Stock.product_id.in_(units)).order_by(Stock.product_id)
    statement = locking(session, statement).execution_options(populate_existing=True)
    return {row.product_id: row for row in session.scalars(statement)}


def _move(
    session: Session,
    units: Mapping[int, int],
    kind: str,
    reference: str,
    at: datetime,
    *,
    reserved: int = 0,
    on_hand: int = 0,
) -> None:
    if not units:
        return
    amounts = case(dict(units), value=Stock.product_id)
    left = Stock.on_hand + amounts * on_hand
    promised = Stock.reserved + amounts * reserved
    session.execute(
        update(Stock)
        .where(Stock.product_id.in_(units))
        .values(
            on_hand=left,
            reserved=promised,
            missing=case((promised <= left, 0), else_=Stock.missing),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        insert(StockMovement),
        [
            {
                "product_id": product_id,
                "at": at,
                "kind": kind,
                "quantity": quantity,
                "reference": reference,
            }
            for product_id, quantity in sorted(units.items())
        ],
    )


def _name_of(session: Session, product_id: int) -> str:
    return session.scalar(select(Product.name).where(Product.id == product_id)) or "?"
