"""The queue of awaited originals, and the copies received."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.models import LoggedOriginal, PurchaseOrderScan
from quotes.quotes.models import Quote
from shop.core.errors import N_
from shop.dossiers.models import StoredFile
from shop.organisations.models import Organisation
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.journal import JournalEntry
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of

_AWAITING = [
    s
    for transition in PROCEDURE.transitions
    if transition.name == "record_original"
    for s in transition.sources
]


#: A quote that expires within that time is one to hurry.
SOON = timedelta(days=7)
#: What ends the wait for the original of an expired quote.
ENDED = ("refuse_purchase_order", "give_up")


def _is_awaited() -> ColumnElement[bool]:
    """Open quotes; and expired ones with a copy that nobody has refused or given up since."""
    ended = exists().where(
        JournalEntry.dossier_id == Quote.dossier_id,
        JournalEntry.act.in_(ENDED),
        JournalEntry.at >= PurchaseOrderScan.received_at,
    )
    lapsed = Quote.stage.in_(PROCEDURE.sources_of("give_up"))
    with_copy = and_(PurchaseOrderScan.id.is_not(None), ~ended)
    return or_(Quote.stage.in_(_AWAITING), and_(lapsed, or_(with_copy, _is_kept())))


def _is_kept() -> ColumnElement[bool]:
    """Whether the original came, is kept while documents are awaited, and was not refused since."""
    ended = exists().where(
        JournalEntry.dossier_id == Quote.dossier_id,
        JournalEntry.act.in_(ENDED),
        JournalEntry.at >= LoggedOriginal.logged_at,
    )
    return exists().where(LoggedOriginal.quote_id == Quote.id, ~ended)


def awaited(session: Session, today: date, place: Place = FIRST) -> Page[Any]:
    """The quotes whose original is awaited, with the data of the queue: those with a copy first,
    oldest copy first. An expired quote with a copy stays until its original is honoured, refused
    or given up.
    """
    return page_of(session, _listing(today), place)


def next_awaited(session: Session, number: str, today: date, place: Place = FIRST) -> str | None:
    """The quote after that one in the queue, as the place arranges it."""
    return following(session, _listing(today).at(place), number)


def select_awaited(today: date) -> Select[Any]:
    """The rows of the queue, for its sums."""
    return _listing(today).statement


@lru_cache(maxsize=8)
def _listing(today: date) -> Listing:
    scanned = func.max(PurchaseOrderScan.received_at).label("scanned_at")
    rows = (
        select(
            Quote.number,
            Quote.including,
            Quote.valid_until,
            Quote.issued_at,
            Organisation.name.label("body"),
            scanned,
        )
        .join(Organisation, Organisation.id == Quote.organisation_id)
        .outerjoin(PurchaseOrderScan, PurchaseOrderScan.quote_id == Quote.id)
        .where(_is_awaited())
        .group_by(Quote.id, Organisation.id)
    )
    received = func.max(PurchaseOrderScan.received_at)
    return Listing(
        rows,
        (received.is_(None), received, Quote.id),
        Quote.number,
        _filters(today),
        (
            Sort("copy", N_("Age of the copy"), (received,)),
            Sort("body", N_("Organisation"), (Organisation.name_key,)),
            Sort("until", N_("Valid until"), (Quote.valid_until,)),
            Sort("total", N_("Total incl. VAT"), (Quote.including,)),
        ),
        "copy",
    )


def _filters(today: date) -> tuple[Filter, ...]:
    scan = aliased(PurchaseOrderScan)
    has_copy = exists().where(scan.quote_id == Quote.id)
    soon = Quote.valid_until.between(today, today + SOON)
    copies = (
        Choice("with", N_("With a copy"), has_copy),
        Choice("without", N_("Without a copy"), ~has_copy),
    )
    validity = (
        Choice("soon", N_("Expires within 7 days"), soon),
        Choice("expired", N_("Expired"), Quote.valid_until < today),
    )
    kept = (Choice("kept", N_("Received, documents awaited"), _is_kept()),)
    return (
        Filter("copy", N_("Copy"), copies),
        Filter("validity", N_("Validity"), validity),
        Filter("original", N_("Original"), kept),
    )


def count_awaited() -> ColumnElement[int]:
    """Copies whose original was not received: the number on the tab."""
    with_copy: Select[Any] = (
        select(func.count(func.distinct(Quote.id)))
        .join(PurchaseOrderScan, PurchaseOrderScan.quote_id == Quote.id)
        .where(_is_awaited())
    )
    return with_copy.scalar_subquery()


def count_expired(today: date) -> ColumnElement[int]:
    """The quotes with a copy that have expired while their original was awaited."""
    listing = _listing(today)
    return count_of(listing.where(Quote.valid_until < today))


def last_scan(session: Session, quote_id: int) -> StoredFile | None:
    """The last copy received for a quote."""
    return session.scalar(
        select(StoredFile)
        .join(PurchaseOrderScan, PurchaseOrderScan.file_id == StoredFile.id)
        .where(PurchaseOrderScan.quote_id == quote_id)
        .order_by(PurchaseOrderScan.id.desc())
        .limit(1)
    )
