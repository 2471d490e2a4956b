"""A quote and its lines: found and locked, reserved, and e-mails about it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote, QuoteLine
from quotes.quotes.rules import ensure_valid, expected_when_ordered
from shop.catalogue import stock
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.sales import Sale, SaleLine, line_of, sale_of, wanted
from shop.core.text import paris_day
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.members.correspondents import Reader, send_to_reader
from shop.organisations.models import Organisation
from shop.organisations.rules import ensure_quote_way
from shop.storage.db import locking
from shop.storage.transitions import Subject


def get_quote(session: Session, number: str, *, by: Actor) -> Quote:
    """The quote of that number, locked, for an actor who may read its dossier. Raises NotFound."""
    quote = session.scalar(locking(session, select(Quote).where(Quote.number == number)))
    if quote is None or not may_read(session.get_one(Dossier, quote.dossier_id), by):
        raise NotFound(number=number)
    return quote


def lines_of(session: Session, quote_id: int) -> list[SaleLine]:
    """The frozen lines of a quote."""
    rows = session.scalars(
        select(QuoteLine).where(QuoteLine.quote_id == quote_id).order_by(QuoteLine.position)
    )
    return [line_of(row) for row in rows]


def sale_of_quote(session: Session, quote: Quote) -> Sale:
    """The sale of a quote, as it was frozen."""
    title = session.get_one(Dossier, quote.dossier_id).title
    return sale_of(quote, lines_of(session, quote.id), title=title)


def expected_from(quote: Quote, on: date) -> date | None:
    """The day of arrival of the goods of a quote that is ordered, or renewed, on a day."""
    return expected_when_ordered(quote.expected_on, paris_day(quote.issued_at), on)


def quote_of_draft(session: Session, draft_token: str) -> Quote | None:
    """The quote that was issued from a draft: a second press shows it again."""
    return session.scalar(select(Quote).where(Quote.draft_token == draft_token))


def last_renewal(session: Session, quote: Quote) -> Quote | None:
    """The newest quote that renews this one."""
    return session.scalar(
        select(Quote).where(Quote.renewed_from_id == quote.id).order_by(Quote.id.desc()).limit(1)
    )


def lapsed_quotes(session: Session, today: date) -> Sequence[str]:
    """Numbers of open quotes whose last day is over: the worker expires them every minute."""
    return session.scalars(
        select(Quote.number)
        .where(Quote.stage.in_(PROCEDURE.sources_of("lapse")), Quote.valid_until < today)
        .order_by(Quote.id)
    ).all()


def set_aside(session: Session, quote: Quote, *, at: datetime) -> None:
    """Reserve the stock of a quote, once: a second scan does not reserve it again."""
    if not quote.holds_stock:
        units = wanted(lines_of(session, quote.id))
        stock.reserve(session, units, reference=quote.number, at=at)
        quote.reserved_at = at


def subject_of(quote: Quote) -> Subject:
    """A quote as the subject of its transitions."""
    return Subject(quote, "stage", f"quote:{quote.id}", quote.dossier_id)


def send_email(
    session: Session,
    quote: Quote,
    template: str,
    *,
    reader: Reader | None = None,
    at: datetime,
    papers: tuple[int, ...] = (),
    **facts: Any,
) -> None:
    """Send an e-mail about a quote to its buyer, or to their correspondent in the organisation;
    `reader` when the service knows who may read it.
    """
    send_to_reader(
        session,
        subject_of(quote),
        template,
        Reader(quote.email, quote.accepted_by),
        reader=reader,
        at=at,
        papers=papers,
        number=quote.number,
        including=quote.including.cents,
        valid_until=quote.valid_until.isoformat(),
        **facts,
    )


def ensure_still_valid(quote: Quote, at: datetime) -> None:
    """Raises QuoteExpired after the last day, whether the worker has run or not."""
    ensure_valid(quote.number, quote.valid_until, at)


def ensure_body_verified(session: Session, quote: Quote) -> None:
    """Whether the body of a quote still has the quote way. Raises QuoteWayClosed,
    OrganisationNotVerified.
    """
    body = session.get_one(Organisation, quote.organisation_id)
    ensure_quote_way(body.nature, body.verification)
