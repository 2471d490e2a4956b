"""What a deposit tells of the life cycle of its invoice (checkout/invoices/statuses.py)."""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from checkout.deposits.documents import Document
from checkout.deposits.rules import mender_of
from checkout.invoices.models import Invoice
from checkout.invoices.statuses import note_status
from shop.core.actors import CLOCK, THE_CLOCK, Actor
from shop.core.errors import DomainError
from shop.core.text import paris_day
from shop.einvoicing.fault_rules import Mender
from shop.storage.db import get_locked

log = logging.getLogger("comptoir.deposits")

#: The codes of the reform for what the portal does with a deposit: taken, and rejected.
TAKEN, REJECTED = "200", "213"


@dataclass(frozen=True, slots=True)
class NotedStatus:
    """A status of the portal, the day from which it counts, and the reason that came with it."""

    code: str
    on: date
    reason: str = ""


def ask_the_buyer(session: Session, document: Document, reason: str, *, at: datetime) -> None:
    """What stopped a deposit before the portal, or was refused by it, for a cause that the buyer
    can cure: the invoice is rejected, which its own platform says in the reform (213), and asks
    them for the field that the reason names. Nothing where the office alone cures it.
    """
    if mender_of(reason) is Mender.BUYER:
        noted = NotedStatus(REJECTED, paris_day(at), reason[:500])
        tell(session, document, noted, by=THE_CLOCK, at=at)


def tell(
    session: Session, document: Document, noted: NotedStatus, *, by: Actor, at: datetime
) -> None:
    """Note a status in the life cycle of an invoice; a credit note has none. What a portal tells
    and the table does not take (a status after the last one) is logged, and kept on the deposit
    alone. Raises by a person the refusals of `statuses.note_status()`.
    """
    if document.is_credit:
        return
    invoice = get_locked(session, Invoice, document.invoice.id)
    on = max(min(noted.on, paris_day(at)), invoice.issued_on)
    try:
        note_status(session, invoice, noted.code, on=on, reason=noted.reason, by=by, at=at)
    except DomainError as refusal:
        if not by.has(CLOCK):
            raise
        log.warning("%s of %s is not taken: %s", noted.code, document.number, refusal)
