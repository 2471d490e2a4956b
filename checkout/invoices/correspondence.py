"""E-mails about what is told of an invoice: to its buyer and their accounts, to our accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.progress import send_email
from shop.core.actors import ACCOUNTING
from shop.core.text import paris_day
from shop.organisations.contacts import PAYER, contacts_of
from shop.people.emails import post_to
from shop.staff.holders import holders_of


def tell_buyer(
    session: Session, order: Order, template: str, *, at: datetime, **facts: Any
) -> None:
    """An e-mail to the buyer, and to their organisation's contacts for payments; nobody twice."""
    if order.organisation_id is None:
        return
    told = send_email(session, order, template, at=at, **facts)
    known = {told.to} if told else set()
    for contact in contacts_of(session, order.organisation_id):
        if contact.function == PAYER and contact.email and contact.email not in known:
            known.add(contact.email)
            send_email(session, order, template, at=at, to=contact.email, **facts)


def tell_accounting(session: Session, template: str, *, at: datetime, **facts: Any) -> None:
    """An e-mail to each of the accounting staff and their substitutes."""
    for person in holders_of(session, ACCOUNTING, on=paris_day(at)):
        post_to(session, person, template, at=at, **facts)
