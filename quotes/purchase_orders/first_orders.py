"""The gate of a first order: the documents that are wanted, and an original kept meanwhile."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from quotes.procedure import PROCEDURE
from quotes.purchase_orders.models import LoggedOriginal
from quotes.purchase_orders.queue import ENDED
from quotes.purchase_orders.rules import DocumentsMissing, NoDocumentWanted, OriginalLogged
from quotes.quotes.models import Quote
from quotes.quotes.records import send_email, subject_of
from shop.core.actors import Actor
from shop.dossiers.models import StoredFile
from shop.organisations.models import Organisation
from shop.storage.journal import JournalEntry
from shop.storage.transitions import advance
from shop.wanted_documents.documents import Item, missing_of


def missing_before(session: Session, organisation_id: int, *, at: datetime) -> tuple[Item, ...]:
    """What is wanted before the first order of an organisation; nothing once it has ordered, nor
    while the settings want nothing.
    """
    missing = missing_of(session, organisation_id, at=at)
    if not missing:
        return ()
    ordered = select(Order.id).where(Order.organisation_id == organisation_id).limit(1)
    return missing if session.scalar(ordered) is None else ()


def ensure_documents(session: Session, organisation: Organisation, *, at: datetime) -> None:
    """Raises DocumentsMissing."""
    missing = missing_before(session, organisation.id, at=at)
    if missing:
        kinds = [one.kind.value for one in missing]
        raise DocumentsMissing(organisation=organisation.name, documents=kinds)


def log_original(
    session: Session,
    quote: Quote,
    scan: StoredFile,
    received_on: date,
    *,
    by: Actor,
    at: datetime,
) -> LoggedOriginal:
    """The original came and is kept, while documents are awaited: the buyer is told which. Raises
    NotAllowed, IllegalTransition, OriginalLogged, NoDocumentWanted.
    """
    transition = PROCEDURE.ensure("log_original", quote.stage, by)
    if find_logged(session, quote.id) is not None:
        raise OriginalLogged
    missing = missing_before(session, quote.organisation_id, at=at)
    if not missing:
        raise NoDocumentWanted
    row = session.get(LoggedOriginal, quote.id) or LoggedOriginal(quote_id=quote.id)
    row.file_id, row.received_on = scan.id, received_on
    row.logged_at, row.by_name = at, by.name
    session.add(row)
    session.flush()
    kinds = [one.kind.value for one in missing]
    send_email(session, quote, "documents_wanted", at=at, documents=kinds)
    day = received_on.isoformat()
    subject = subject_of(quote)
    advance(session, subject, transition, by=by, at=at, received_on=day, documents=kinds)
    return row


def find_logged(session: Session, quote_id: int) -> LoggedOriginal | None:
    """The original of a quote that is kept while documents are awaited: none that was refused."""
    row = session.get(LoggedOriginal, quote_id)
    if row is None:
        return None
    refused = (
        select(JournalEntry.id)
        .join(Quote, Quote.dossier_id == JournalEntry.dossier_id)
        .where(
            Quote.id == quote_id,
            JournalEntry.act.in_(ENDED),
            JournalEntry.at >= row.logged_at,
        )
    )
    return row if session.scalar(refused.limit(1)) is None else None


def logged_file(session: Session, quote_id: int) -> StoredFile | None:
    """The scan of an original that was kept."""
    return session.scalar(
        select(StoredFile)
        .join(LoggedOriginal, LoggedOriginal.file_id == StoredFile.id)
        .where(LoggedOriginal.quote_id == quote_id)
    )
