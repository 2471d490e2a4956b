"""Orders are placed here, and nowhere else: from a card payment or from an original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import PROCEDURE, Origin
from checkout.orders.rules import LineProgress
from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotFound
from shop.core.money import Money
from shop.core.sales import Sale, SaleLine, sale_of
from shop.dossiers.models import Dossier
from shop.storage.db import locking


class NoProof(DomainError):
    """An order needs a proof; a constraint of the database requires it as well."""

    sentence = N_("An order requires proof: a card payment or the original purchase order.")


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of an order: a card payment (`evidence` is its intent), or the original purchase
    order (`evidence` is the id of its conformity record). It is never used twice.
    """

    origin: Origin
    evidence: str
    card_last4: str | None = None

    @property
    def text(self) -> str:
        """The form in which the database stores and checks it."""
        return f"{_PROOFS[self.origin]}:{self.evidence}"


@dataclass(frozen=True, slots=True)
class PurchaseTerms:
    """The terms of the original, and the payment delay of its body, in days."""

    quote_number: str | None = None
    purchase_order: str | None = None
    purchase_order_date: str | None = None
    purchase_order_file_id: int | None = None
    purchase_order_amount: Money | None = None
    engagement: str | None = None
    payment_delay_days: int = 30


_PROOFS = {Origin.CARD: "card", Origin.QUOTE: "original"}
NO_TERMS = PurchaseTerms()


def place_order(
    session: Session,
    number: str,
    dossier: Dossier,
    sale: Sale,
    proof: Proof,
    terms: PurchaseTerms = NO_TERMS,
    *,
    at: datetime,
) -> Order:
    """Write an order under a number just taken. The caller has reserved the stock before.

    Raises NoProof.
    """
    order, _lines = write_order(session, number, dossier, sale, proof, terms, at=at)
    session.flush()
    return order


def write_order(
    session: Session,
    number: str,
    dossier: Dossier,
    sale: Sale,
    proof: Proof,
    terms: PurchaseTerms = NO_TERMS,
    *,
    at: datetime,
) -> tuple[Order, list[OrderLine]]:
    """`place_order()`, with the lines: they are written with the next statement, so that a service
    that invoices them at once writes them once.
    """
    if not proof.evidence:
        raise NoProof
    order = Order(
        number=number,
        dossier_id=dossier.id,
        stage=PROCEDURE.first("place_order"),
        origin=proof.origin,
        proof=proof.text,
        card_last4=proof.card_last4,
        ordered_at=at,
        **sale.columns(),
        **{each.name: getattr(terms, each.name) for each in fields(terms)},
    )
    session.add(order)
    session.flush()
    lines = [
        OrderLine(delivered=0, invoiced=0, cancelled=0, returned=0, credited=0, **columns)
        for columns in sale.line_columns(order_id=order.id)
    ]
    session.add_all(lines)
    return order, lines


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


def sale_of_order(session: Session, order: Order, lines: Iterable[SaleLine]) -> Sale:
    """The sale of an order, as it was frozen, with some of its lines."""
    return sale_of(order, lines, title=session.get_one(Dossier, order.dossier_id).title)


def progress_of(lines: Sequence[OrderLine]) -> list[LineProgress]:
    """The progress of each line of an order."""
    return [
        LineProgress(
            line.position,
            line.name,
            line.quantity,
            line.delivered,
            line.invoiced,
            line.cancelled,
        )
        for line in lines
    ]
