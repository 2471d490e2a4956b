"""The services of a quote, up to the original: issue, cancel, lapse, renew."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from checkout.drafts.shipping import ensure_reaches
from quotes.procedure import PROCEDURE, stage_at
from quotes.quotes.contents import (
    NOT_A_RENEWAL,
    Drawn,
    Renewal,
    acceptance_of,
    content_of_quote,
    offered,
)
from quotes.quotes.models import Quote, QuoteLine
from quotes.quotes.records import (
    last_renewal,
    lines_of,
    send_email,
    subject_of,
)
from quotes.quotes.renewal import propose_renewal
from quotes.quotes.rules import (
    Acceptance,
    RenewalChanged,
    ensure_paying_service,
)
from quotes.quotes.validity import last_day_at
from shop.cart.rules import EmptyCart
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import NotAllowed
from shop.core.sales import Sale, wanted
from shop.core.text import paris_day
from shop.dossiers.dossiers import open_dossier
from shop.dossiers.models import Paper
from shop.dossiers.papers import QUOTE as QUOTE_PAPER
from shop.dossiers.papers import issue_paper
from shop.members.buying import (
    LockedOrganisation,
    ensure_own_establishment,
    lock_for_buyer,
    lock_organisation,
)
from shop.members.correspondents import Reader
from shop.organisations.models import Organisation
from shop.organisations.rules import ensure_quote_way
from shop.settings import numbering
from shop.settings.tariffs import tariff_at
from shop.storage.db import table_of
from shop.storage.transitions import advance, begin
from shop.texts.acceptances import accept_terms


def issue_quote(
    session: Session,
    sale: Sale,
    *,
    draft_token: str | None = None,
    source: Renewal | Drawn | None = None,
    locked: LockedOrganisation | None = None,
    by: Actor,
    at: datetime,
) -> Quote:
    """Issue a quote: frozen lines, its number, its document, the e-mail to the buyer. `source`: it
    renews another one, or the office draws it for the buyer.

    Only for a verified public body, whoever asks (raises QuoteWayClosed, OrganisationNotVerified,
    NotAllowed, PayingServiceMissing), and for a place that the shop delivers to (PlaceNotServed).
    A draft draws one quote: the view looks for it first (`quote_of_draft`), and the database
    refuses a second. `locked`: the body, when the caller has it from `lock_for_buyer` in this
    transaction; else it is locked here.
    """
    organisation = _verified(session, sale, locked, by=by)
    transition = PROCEDURE.ensure("issue", None, by)
    if not sale.lines:
        raise EmptyCart
    ensure_paying_service(sale.parties)
    ensure_reaches(sale.shipping, sale.parties.delivery, tariff_at(session, at))
    accepted = acceptance_of(session, source, sale.buyer, by=by, at=at)
    buyer = replace(sale.buyer, email=accepted.email, user_id=accepted.user_id)
    sale = replace(sale, buyer=buyer)
    number = numbering.take_number(session, series.QUOTE, at=at)
    dossier = open_dossier(session, number, sale, at=at)
    content = content_of_quote(session, number, sale, organisation, accepted, at=at)
    content |= offered(session, source, at=at)
    paper = issue_paper(session, dossier.id, QUOTE_PAPER, content, at=at)
    quote = _write(session, sale, paper, accepted, source, draft_token=draft_token, at=at)
    if not by.is_staff:
        accept_terms(session, by.user_id, at=at)
    _send(session, quote, accepted, source, by=by, at=at)
    facts = source.facts() if source else {}
    begin(session, subject_of(quote), transition, by=by, at=at, number=number, **facts)
    return quote


def _write(
    session: Session,
    sale: Sale,
    paper: Paper,
    accepted: Acceptance,
    source: Renewal | Drawn | None,
    *,
    draft_token: str | None,
    at: datetime,
) -> Quote:
    """The quote and its lines, in its first state."""
    quote = Quote(
        number=paper.number,
        dossier_id=paper.dossier_id,
        paper_id=paper.id,
        stage=PROCEDURE.first("issue"),
        issued_at=at,
        valid_until=source.valid_until if isinstance(source, Drawn) else last_day_at(session, at),
        conditions_version=accepted.version,
        accepted_by=accepted.name,
        accepted_at=accepted.at,
        drawn_by=accepted.drawn_by,
        draft_token=draft_token,
        renewed_from_id=source.of.id if isinstance(source, Renewal) else None,
        **sale.columns(),
    )
    session.add(quote)
    session.flush()
    session.execute(insert(table_of(QuoteLine)), sale.line_columns(quote_id=quote.id))
    return quote


def _send(
    session: Session,
    quote: Quote,
    accepted: Acceptance,
    source: Renewal | Drawn | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The e-mail with the quote: to the buyer who draws it, else to a person who may read it."""
    told = source.facts() if isinstance(source, Renewal) else NOT_A_RENEWAL
    words = source.words if isinstance(source, Drawn) else ""
    told = told | {"drawn_by": accepted.drawn_by, "words": words.splitlines()}
    reader = None if by.is_staff else Reader(accepted.email, accepted.name)
    papers = (quote.paper_id,)
    send_email(session, quote, "quote_issued", reader=reader, at=at, papers=papers, **told)


def cancel_quote(session: Session, quote: Quote, *, by: Actor, at: datetime) -> None:
    """Cancel a quote; what was reserved is released."""
    _close(session, quote, "cancel", "quote_cancelled", by=by, at=at)


def renew_quote(
    session: Session, quote: Quote, *, seal: str | None = None, by: Actor, at: datetime
) -> Quote:
    """A new quote at today's prices; the old one stays as it is. Pressed twice, one new quote.

    With `seal`, exactly the proposal that was read: raises RenewalChanged for another one.
    """
    lapse_if_due(session, quote, at=at)
    transition = PROCEDURE.ensure("renew", quote.stage, by)
    earlier = last_renewal(session, quote)
    if earlier and PROCEDURE.find("cancel", stage_at(earlier.stage, lapsed=_over(earlier, at))):
        return earlier
    token = f"renewal-of-{quote.id}-after-{earlier.id if earlier else 0}"
    found = propose_renewal(session, quote, by=by, at=at)
    if seal is not None and seal != found.seal:
        raise RenewalChanged
    renewal = Renewal(quote, found.differences)
    renewed = issue_quote(session, found.sale, draft_token=token, source=renewal, by=by, at=at)
    advance(session, subject_of(quote), transition, by=by, at=at, number=renewed.number)
    return renewed


def lapse_if_due(session: Session, quote: Quote, *, at: datetime) -> None:
    """Before a service on an expired quote: what the worker does within a minute."""
    if PROCEDURE.find("lapse", quote.stage):
        lapse_quote(session, quote, by=THE_CLOCK, at=at)


def lapse_quote(session: Session, quote: Quote, *, by: Actor, at: datetime) -> None:
    """Lapse a quote after its last day; what was reserved is released. Nothing before that."""
    if _over(quote, at):
        _close(session, quote, "lapse", "quote_expired", by=by, at=at)


def _close(
    session: Session, quote: Quote, act: str, template: str, *, by: Actor, at: datetime
) -> None:
    transition = PROCEDURE.ensure(act, quote.stage, by)
    released = quote.holds_stock
    if released:
        units = wanted(lines_of(session, quote.id))
        stock.release(session, units, reference=quote.number, at=at)
        quote.reserved_at = None
    send_email(session, quote, template, at=at, by=by.name, released=released)
    advance(session, subject_of(quote), transition, by=by, at=at, released=released)


def _over(quote: Quote, at: datetime) -> bool:
    return paris_day(at) > quote.valid_until


def _verified(
    session: Session, sale: Sale, locked: LockedOrganisation | None, *, by: Actor
) -> Organisation:
    """The body, locked, if it still is verified and the buyer still buys for it; its papers speak
    of its own establishments."""
    organisation_id = sale.buyer.organisation_id
    if locked is None and organisation_id is not None:
        staff = by.is_staff
        locked = (
            lock_organisation(session, organisation_id) if staff else lock_for_buyer(session, by=by)
        )
    if locked is None:
        ensure_quote_way(None, None)
        raise AssertionError("a private person has no quote way")
    organisation = locked.organisation
    if organisation.id != organisation_id:
        raise NotAllowed(act="issue")
    ensure_quote_way(organisation.nature, organisation.verification)
    ensure_own_establishment(session, sale.parties, organisation.id)
    return organisation
