"""Send copies of a quote by e-mail to people whom its buyer names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote
from quotes.quotes.records import ensure_body_verified, ensure_still_valid, subject_of
from quotes.quotes.rules import ensure_few_copies
from shop.core.actors import Actor
from shop.storage.outbox import Email, post
from shop.storage.transitions import advance

_A_DAY = timedelta(days=1)


def send_copies(
    session: Session,
    quote: Quote,
    recipients: Sequence[str],
    *,
    words: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Send the PDF of a quote to each address, with the buyer's words. Raises NotAllowed,
    IllegalTransition, TooManyCopies, QuoteExpired, and what `ensure_body_verified` raises.
    """
    transition = PROCEDURE.ensure("send_copies", quote.stage, by)
    ensure_still_valid(quote, at)
    ensure_body_verified(session, quote)
    lately = select(func.count(Email.id)).where(
        Email.dossier_id == quote.dossier_id,
        Email.template == "quote_copied",
        Email.created_at > at - _A_DAY,
    )
    ensure_few_copies(len(recipients) + (session.scalar(lately) or 0))
    for recipient in recipients:
        post(
            session,
            "quote_copied",
            to=recipient,
            language=quote.language,
            at=at,
            dossier_id=quote.dossier_id,
            papers=(quote.paper_id,),
            number=quote.number,
            body=quote.parties["header"]["name"],
            by_name=by.name,
            including=quote.including.cents,
            valid_until=quote.valid_until.isoformat(),
            words=words.splitlines(),
        )
    told = ", ".join(recipients)
    advance(session, subject_of(quote), transition, by=by, at=at, recipients=told)
