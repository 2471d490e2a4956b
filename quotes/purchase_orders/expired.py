"""Expired quotes of which a copy was received: the office awaits their original until it is
honoured, refused or given up.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.rules import GivingUpReasonMissing
from quotes.quotes.models import Quote
from quotes.quotes.quotes import lapse_if_due
from quotes.quotes.records import subject_of
from shop.core.actors import Actor
from shop.storage.transitions import advance


def give_up(session: Session, quote: Quote, *, reason: str, by: Actor, at: datetime) -> None:
    """Await the original of an expired quote no longer, with a reason for the journal. The quote
    stays expired; a new copy, or the original, can still come.

    Raises NotAllowed, IllegalTransition, GivingUpReasonMissing.
    """
    lapse_if_due(session, quote, at=at)
    transition = PROCEDURE.ensure("give_up", quote.stage, by)
    if not reason.strip():
        raise GivingUpReasonMissing
    advance(session, subject_of(quote), transition, by=by, at=at, reason=reason.strip())
