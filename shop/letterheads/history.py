"""The changes of what the shop says of itself, as the journal has them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.storage.arrangements import Sort
from shop.storage.journal import JournalEntry
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

_CHANGES = Listing(
    select(JournalEntry).where(JournalEntry.act == "change_identity"),
    (JournalEntry.id.desc(),),
    JournalEntry.id,
    (),
    (
        Sort("at", N_("Date"), (JournalEntry.at,)),
        Sort("by", N_("Changed by"), (JournalEntry.by_name,)),
    ),
    "-at",
)


def identity_changes(session: Session, place: Place = FIRST) -> Page[JournalEntry]:
    """Every change, the latest first."""
    return page_of(session, _CHANGES, place).of(lambda row: row[0])
