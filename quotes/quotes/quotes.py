"""The acts on a quote, up to the original: issue, cancel, lapse, renew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE, stage_at
from quotes.quotes.models import Quote, QuoteLine
from quotes.quotes.records import last_renewal, lines_of, subject_of, tell, write
from quotes.quotes.renewal import Difference, at_todays_prices
from quotes.quotes.rules import Acceptance, NothingLeftToSell, ensure_paying_service, last_day
from shop.cart.rules import EmptyCart
from shop.catalogue import stock
from shop.clients.account_managers import account_manager_of
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import NotAllowed
from shop.core.parties import Parties, parties_from
from shop.core.sales import SaleLine, sale_totals, wanted
from shop.core.text import paris_day
from shop.dossiers.content import line_contents, paper_content, postal_lines
from shop.dossiers.dossiers import open_dossier
from shop.dossiers.models import Dossier
from shop.dossiers.papers import QUOTE as QUOTE_PAPER
from shop.dossiers.papers import issue_paper
from shop.letterheads.letterheads import current_letterhead
from shop.members.buying import Held, as_known_now, ensure_own_establishment, hold, hold_for_buyer
from shop.organisations.models import Organisation
from shop.organisations.rules import ensure_quote_way
from shop.storage import numbering
from shop.storage.db import table_of
from shop.storage.transitions import advance, begin

#: The service that originals are sent to, on the shop's own (French) letterhead.
SALES_OFFICE = "administration des ventes"


def issue_quote(
    session: Session,
    organisation_id: int | None,
    lines: Sequence[SaleLine],
    *,
    parties: Parties,
    shipping: str,
    email: str,
    language: str,
    by: Actor,
    at: datetime,
    draft_token: str | None = None,
    title: str = "",
    renewed_from: Quote | None = None,
    differences: Sequence[Difference] = (),
    held: Held | None = None,
) -> Quote:
    """Draw a quote: frozen lines, its number, its paper, the letter to the buyer.

    Only for a verified public body, whoever asks (raises QuoteWayClosed, OrganisationNotVerified,
    NotAllowed, PayingServiceMissing). A draft draws one quote: the edge looks for it first
    (`quote_of_draft`), and the database refuses a second. `held`: the body, when the caller has
    it from `hold_for_buyer` in this transaction; else it is locked here.
    """
    organisation = _verified(session, organisation_id, held, parties, by=by)
    transition = PROCEDURE.ensure("issue", None, by)
    if not lines:
        raise EmptyCart
    ensure_paying_service(parties)
    accepted = _acceptance(renewed_from, email, by=by, at=at)
    seller = current_letterhead(session)
    number = numbering.take_number(session, numbering.QUOTE, at=at)
    dossier = open_dossier(
        session,
        number,
        email=accepted.email,
        language=language,
        at=at,
        organisation_id=organisation.id,
        establishment_id=parties.establishment_id,
        user_id=accepted.user_id,
        title=title,
    )
    totals, valid_until = sale_totals(lines), last_day(at)
    content = paper_content(
        QUOTE_PAPER,
        number,
        language=language,
        issued_on=paris_day(at).isoformat(),
        seller=seller,
        parties=parties,
        lines=line_contents(lines),
        totals=totals,
        references={"quote": number, "service_code": _service_code(parties)},
        valid_until=valid_until.isoformat(),
        conditions_version=accepted.version,
        accepted_by=accepted.name,
        accepted_at=accepted.at.isoformat(),
        lead=title,
        purchase_order_address=postal_lines(seller, SALES_OFFICE),
        account_manager=account_manager_of(session, organisation),
    )
    paper = issue_paper(session, dossier, QUOTE_PAPER, content, at=at)
    quote = Quote(
        number=number,
        dossier_id=dossier.id,
        paper_id=paper.id,
        stage=transition.target,
        organisation_id=organisation.id,
        user_id=accepted.user_id,
        email=accepted.email,
        language=language,
        issued_at=at,
        valid_until=valid_until,
        parties=parties.to_json(),
        shipping=shipping,
        excluding=totals.excluding,
        vat_total=totals.vat_total,
        including=totals.including,
        conditions_version=accepted.version,
        accepted_by=accepted.name,
        accepted_at=accepted.at,
        draft_token=draft_token,
        renewed_from_id=renewed_from.id if renewed_from else None,
        line_count=len(lines),
    )
    session.add(quote)
    session.flush()
    session.execute(
        insert(table_of(QuoteLine)),
        [{"quote_id": quote.id, **line.columns(n)} for n, line in enumerate(lines, start=1)],
    )
    changes = [difference.to_json() for difference in differences]
    renewed = renewed_from.number if renewed_from else ""
    letter: dict[str, Any] = {"papers": (paper.id,), "renewed_from": renewed, "changes": changes}
    if by.is_staff:
        tell(session, quote, "quote_issued", at=at, **letter)
    else:  # it is he who reads it: his right was looked at above
        reader = (accepted.email, accepted.name)
        write(session, quote, "quote_issued", reader=reader, at=at, **letter)
    facts = {"renewed_from": renewed, "changes": changes} if renewed else {}
    begin(session, subject_of(quote), transition, by=by, at=at, number=number, **facts)
    return quote


def _acceptance(renewed_from: Quote | None, email: str, *, by: Actor, at: datetime) -> Acceptance:
    """The buyer's own, now; staff who renews for him keeps his."""
    if renewed_from is not None and by.is_staff:
        return Acceptance(
            renewed_from.user_id,
            renewed_from.accepted_by,
            renewed_from.email,
            renewed_from.accepted_at,
            renewed_from.conditions_version,
        )
    return Acceptance(by.user_id, by.name, email, at)


def cancel_quote(session: Session, quote: Quote, *, by: Actor, at: datetime) -> None:
    """Give a quote up; what was set aside is freed."""
    _close(session, quote, "cancel", "quote_cancelled", by=by, at=at)


def renew_quote(session: Session, quote: Quote, *, by: Actor, at: datetime) -> Quote:
    """A new quote at today's prices; the old one stays as it is. Pressed twice, one new quote."""
    lapse_if_due(session, quote, at=at)
    transition = PROCEDURE.ensure("renew", quote.stage, by)
    earlier = last_renewal(session, quote)
    if earlier and PROCEDURE.find("cancel", stage_at(earlier.stage, lapsed=_over(earlier, at))):
        return earlier
    token = f"renewal-of-{quote.id}-after-{earlier.id if earlier else 0}"
    parties = parties_from(quote.parties)
    lines, differences = at_todays_prices(session, lines_of(session, quote.id))
    if not wanted(lines):
        raise NothingLeftToSell(number=quote.number)
    renewed = issue_quote(
        session,
        quote.organisation_id,
        lines,
        parties=as_known_now(session, parties, parties.establishment_id),
        shipping=quote.shipping,
        email=by.email or quote.email,
        language=quote.language,
        by=by,
        at=at,
        draft_token=token,
        title=session.get_one(Dossier, quote.dossier_id).title,
        renewed_from=quote,
        differences=differences,
    )
    advance(session, subject_of(quote), transition, by=by, at=at, number=renewed.number)
    return renewed


def lapse_if_due(session: Session, quote: Quote, *, at: datetime) -> None:
    """Before an act on an expired quote: what the worker does within a minute."""
    if PROCEDURE.find("lapse", quote.stage):
        lapse_quote(session, quote, by=THE_CLOCK, at=at)


def lapse_quote(session: Session, quote: Quote, *, by: Actor, at: datetime) -> None:
    """Tidy a quote after its last day; what was set aside is freed. Nothing if it still holds."""
    if _over(quote, at):
        _close(session, quote, "lapse", "quote_expired", by=by, at=at)


def _close(
    session: Session, quote: Quote, act: str, letter: str, *, by: Actor, at: datetime
) -> None:
    transition = PROCEDURE.ensure(act, quote.stage, by)
    if quote.reserved_at is not None:
        units = wanted(lines_of(session, quote.id))
        stock.release(session, units, reference=quote.number, at=at)
        quote.reserved_at = None
    tell(session, quote, letter, at=at, by=by.name)
    advance(session, subject_of(quote), transition, by=by, at=at)


def _over(quote: Quote, at: datetime) -> bool:
    return paris_day(at) > quote.valid_until


def _verified(
    session: Session,
    organisation_id: int | None,
    held: Held | None,
    parties: Parties,
    *,
    by: Actor,
) -> Organisation:
    """The body, locked, if it still is verified and the buyer still buys for it; its papers speak
    of its own establishments."""
    if held is None and organisation_id is not None:
        staff = by.is_staff
        held = hold(session, organisation_id) if staff else hold_for_buyer(session, by=by)
    if held is None:
        ensure_quote_way(None, None)
        raise AssertionError("a private person has no quote way")
    organisation = held.organisation
    if organisation.id != organisation_id:
        raise NotAllowed(act="issue")
    ensure_quote_way(organisation.nature, organisation.verification)
    ensure_own_establishment(session, parties, organisation.id)
    return organisation


def _service_code(parties: Parties) -> str | None:
    return (parties.paying_service.service_code or None) if parties.paying_service else None
