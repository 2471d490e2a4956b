"""The mistakes of an original and of its record, all of them at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from quotes.purchase_orders.references import previous_use
from quotes.purchase_orders.rules import (
    Conformity,
    LateReasonMissing,
    Mistake,
    ReferenceUsedBefore,
    mistakes_in,
)
from quotes.quotes.models import Quote
from shop.core.parties import parties_from
from shop.core.text import paris_day
from shop.organisations.models import Organisation
from shop.organisations.payer_rules import requires_code
from shop.organisations.rules import engagement_rule_of


def mistakes_of(
    session: Session,
    quote: Quote,
    conformity: Conformity,
    *,
    late_reason: str | None,
    at: datetime,
) -> list[Mistake]:
    """What is wrong with the record of an original, with what this quote and its body require.
    `late_reason` is None for an original that came in time.

    A number that this body used before is to be confirmed. Another body's purchase order with that
    number is only a signal: bodies number theirs alike (`warnings.py`).
    """
    organisation = session.get_one(Organisation, quote.organisation_id)
    parties = parties_from(quote.parties)
    found: list[Mistake] = mistakes_in(
        conformity,
        quoted=quote.including,
        engagement_rule=engagement_rule_of(parties, organisation.engagement_rule),
        pays_by_code=requires_code(parties, organisation.service_code_rule),
        quoted_on=None if quote.renewed_from_id else paris_day(quote.issued_at),
        today=paris_day(at),
    )
    earlier = previous_use(session, organisation.id, conformity.reference)
    if earlier is not None and not conformity.reuse_confirmed:
        found.append(ReferenceUsedBefore(reference=conformity.reference, number=earlier))
    if late_reason is not None and not late_reason.strip():
        found.append(LateReasonMissing())
    return found
