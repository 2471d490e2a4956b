"""The journal as the office reads it: entries by person, kind, number and period, the newest first.

The administrator reads all entries but those by which a person signs in, which are shown to that
person alone. Others who may open it read the entries of dossiers, as the pages of these do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.days import end_of_day
from shop.core.errors import NotAllowed
from shop.core.folding import fold_reference
from shop.dossiers.models import Dossier
from shop.people.models import User
from shop.signin import JOURNALLED as OF_SIGNING_IN
from shop.storage import paging
from shop.storage.folded import has_words
from shop.storage.journal import JournalEntry
from shop.storage.lookup import LookupKind, LookupTerm

#: Who may read the journal.
READERS = (ACCOUNTING, ADMIN)
#: Entries that the person reads alone (shop/signin); the record of a client shows the other two.
OWN = frozenset(OF_SIGNING_IN) - {"change_email", "remove_second_factor"}
#: What the number of a dossier or of one of its documents leads to.
_NUMBERED = (
    LookupKind.DOSSIER,
    LookupKind.ORDER,
    LookupKind.DELIVERY,
    LookupKind.INVOICE,
    LookupKind.RETURN,
)
#: Rows that an export reads at once.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is looked for. `acts` empty: entries of every kind; `number` is that of a dossier, an
    order or a document.
    """

    who: str = ""
    acts: tuple[str, ...] = ()
    number: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with the number of its dossier, if any."""

    entry: JournalEntry
    dossier: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries. `newer` and `older` are the keys from which the pages beside it go on,
    None where there is none.
    """

    rows: Sequence[Told]
    newer: int | None = None
    older: int | None = None


def page_of_entries(
    session: Session, criteria: Criteria, *, by: Actor, before: int = 0, after: int = 0
) -> EntryPage:
    """The entries before a key, those after it, or the newest ones. Raises NotAllowed."""
    wanted, size = entries_asked(criteria, by), paging.A_PAGE
    if after:
        later = wanted.where(JournalEntry.id > after).order_by(JournalEntry.id)
        rows = _rows(session, later, size + 1)
        if len(rows) > size:
            rows = rows[size - 1 :: -1]
            return EntryPage(rows, rows[0].entry.id, rows[-1].entry.id)
    narrowed = wanted.where(JournalEntry.id < before) if before else wanted
    rows = _rows(session, narrowed.order_by(JournalEntry.id.desc()), size + 1)
    shown = rows[:size]
    newer = shown[0].entry.id if before and shown else None
    return EntryPage(shown, newer, shown[-1].entry.id if len(rows) > size else None)


def count_entries(session: Session, criteria: Criteria, *, by: Actor) -> int:
    """The number of entries. Raises NotAllowed."""
    keys = entries_asked(criteria, by).with_only_columns(JournalEntry.id)
    return session.scalar(select(func.count()).select_from(keys.subquery())) or 0


def every_entry(session: Session, criteria: Criteria, *, by: Actor) -> Iterator[Told]:
    """All entries, the newest first, read while they are used. Raises NotAllowed."""
    statement = entries_asked(criteria, by).order_by(JournalEntry.id.desc())
    rows = session.execute(statement.execution_options(yield_per=_BATCH))
    return (Told(*row) for row in rows)


def entries_asked(criteria: Criteria, by: Actor) -> Select[JournalEntry, str]:
    """The statement of what that person may read. Raises NotAllowed."""
    if not by.has(*READERS):
        raise NotAllowed
    conditions = [JournalEntry.act.not_in(sorted(OWN))]
    if not by.has(ADMIN):
        conditions.append(JournalEntry.dossier_id.is_not(None))
    return (
        select(JournalEntry, Dossier.number)
        .outerjoin(Dossier, Dossier.id == JournalEntry.dossier_id)
        .where(*conditions, *_conditions(criteria))
    )


def _conditions(criteria: Criteria) -> Iterator[Any]:
    if criteria.who:
        yield _by(criteria.who)
    if criteria.acts:
        yield JournalEntry.act.in_(criteria.acts)
    if criteria.number:
        numbered = select(LookupTerm.dossier_id).where(
            LookupTerm.kind.in_(_NUMBERED), LookupTerm.term == fold_reference(criteria.number)
        )
        yield JournalEntry.dossier_id.in_(numbered)
    if criteria.since:
        yield JournalEntry.at >= end_of_day(criteria.since - timedelta(days=1))
    if criteria.until:
        yield JournalEntry.at < end_of_day(criteria.until)


def _by(who: str) -> Any:
    """Those of people whose name has these words; without an account, of exactly that name."""
    people = select(User.id).where(has_words(User.name_key, who))
    alone = and_(JournalEntry.user_id.is_(None), JournalEntry.by_name == who)
    return or_(JournalEntry.user_id.in_(people), alone)


def _rows(session: Session, statement: Select[JournalEntry, str], limit: int) -> list[Told]:
    return [Told(*row) for row in session.execute(statement.limit(limit))]
