"""Orders are born here, and nowhere else: from a card payment or from an original."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import OrderStage, Origin
from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotFound
from shop.core.parties import Parties
from shop.core.sales import SaleLine, sale_totals
from shop.dossiers.models import Dossier
from shop.storage.db import locking, table_of


class NoProof(DomainError):
    """The guard behind all guards: the database has the same one."""

    sentence = N_("An order needs its proof: a card payment, or the original purchase order.")


def place_order(
    session: Session,
    number: str,
    dossier: Dossier,
    *,
    origin: Origin,
    proof: str,
    lines: Sequence[SaleLine],
    parties: Parties,
    shipping: str,
    at: datetime,
    quote_number: str | None = None,
    purchase_order: str | None = None,
    purchase_order_date: str | None = None,
    purchase_order_file_id: int | None = None,
    engagement: str | None = None,
    payment_delay_days: int = 30,
    card_last4: str | None = None,
) -> Order:
    """Write an order under a number just taken. The stock is the caller's: he reserved it first.

    `proof` is "card:<payment intent>" or "original:<record id>". Raises NoProof.
    """
    kind, _, evidence = proof.partition(":")
    if not evidence or kind != {Origin.CARD: "card", Origin.QUOTE: "original"}[origin]:
        raise NoProof
    totals = sale_totals(lines)
    order = Order(
        number=number,
        dossier_id=dossier.id,
        stage=OrderStage.ORDERED,
        origin=origin,
        proof=proof,
        ordered_at=at,
        organisation_id=dossier.organisation_id,
        user_id=dossier.user_id,
        email=dossier.email,
        language=dossier.language,
        parties=parties.to_json(),
        shipping=shipping,
        excluding=totals.excluding,
        vat_total=totals.vat_total,
        including=totals.including,
        quote_number=quote_number,
        purchase_order=purchase_order,
        purchase_order_date=purchase_order_date,
        purchase_order_file_id=purchase_order_file_id,
        engagement=engagement,
        payment_delay_days=payment_delay_days,
        card_last4=card_last4,
        line_count=len(lines),
    )
    session.add(order)
    session.flush()
    session.execute(
        insert(table_of(OrderLine)),
        [{"order_id": order.id, **line.columns(n)} for n, line in enumerate(lines, start=1)],
    )
    return order


def get_order(session: Session, number: str, *, by: Actor) -> Order:
    """The order of that number, locked, for staff. Raises NotFound for everybody else."""
    order = session.scalar(locking(session, select(Order).where(Order.number == number)))
    if order is None or not by.is_staff:
        raise NotFound(number=number)
    return order


def lines_of(session: Session, order_id: int) -> Sequence[OrderLine]:
    return session.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    ).all()


def sale_line(line: OrderLine, quantity: int | None = None, *, before: int = 0) -> SaleLine:
    """A line as it was sold; for part of it, `quantity` units after those billed `before`."""
    return SaleLine(
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity if quantity is None else quantity,
        unit_price=line.unit_price,
        vat_rate=line.vat_rate,
        eco_fee=line.eco_fee,
        detail=line.detail,
        weight_g=line.weight_g,
        before=before,
    )
