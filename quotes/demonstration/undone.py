"""What is undone in the demonstration: a return to decide, one on its way, a cancellation that a
buyer asks for, a correction of the stock.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.cancellations.cancellations import ask_cancellation
from checkout.orders.models import Order
from checkout.orders.orders import get_order
from checkout.returns.returns import accept_return, ask_return, returnable
from checkout.returns.rules import Asked, Reason
from quotes.demonstration.sales import ADV, STORE
from shop.catalogue.correction_rules import Correction
from shop.catalogue.correction_rules import Reason as Cause
from shop.catalogue.corrections import correct_stock
from shop.catalogue.models import Product, Stock
from shop.core.actors import BUYER, Actor
from shop.core.parties import parties_from
from shop.dossiers.models import Dossier


def fill_undone(session: Session, *, at: datetime) -> None:
    """Ask, by what each sale is about; correct the stock of a product of which some are free."""
    _ask_return(session, "Transport du parc son", Reason.RESERVATIONS, "Housse déchirée", at=at)
    _ask_return(session, "Pupitre de la salle du conseil", Reason.DEFECT, "Bruit de fond", at=at)
    order = _sold(session, "Régie du théâtre")
    reason = "Le reste ne sert plus\u00a0: le spectacle est passé"
    ask_cancellation(session, order, reason=reason, by=_buyer_of(order), at=_ago(at, 1))
    free = (
        select(Product.sku)
        .join(Stock, Stock.product_id == Product.id)
        .where(Stock.on_hand > Stock.reserved + 2)
        .order_by(Product.id)
    )
    found = Correction(Cause.BROKEN, 1, "Tombé du rayon")
    correct_stock(session, session.scalars(free.limit(1)).one(), found, by=STORE, at=_ago(at, 3))


def _ask_return(
    session: Session, subject: str, reason: Reason, words: str, *, at: datetime
) -> None:
    """One unit of the first line; a defect is accepted at once."""
    order = _sold(session, subject)
    first = next(line for line in returnable(session, order) if line.units)
    asked = Asked(reason, words, {first.position: 1})
    row = ask_return(session, order, asked, by=_buyer_of(order), at=_ago(at, 6))
    if reason is Reason.DEFECT:
        told = "Dans son emballage d’origine\u00a0; le transporteur passe jeudi matin."
        accept_return(session, row, order, instructions=told, by=ADV, at=_ago(at, 5))


def _sold(session: Session, subject: str) -> Order:
    number = select(Order.number).join(Dossier, Dossier.id == Order.dossier_id)
    found = session.scalars(number.where(Dossier.title == subject)).one()
    return get_order(session, found, by=ADV)


def _buyer_of(order: Order) -> Actor:
    return Actor(parties_from(order.parties).contact.name, frozenset({BUYER}), order.user_id)


def _ago(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)
