"""The office's look-up: dossiers by any number, reference, name or e-mail.

Each package finds dossiers by the numbers that it stores, as a `Finder`; app.py collects them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.dossiers.lookup_rules import Asked, read_asked
from shop.dossiers.models import Dossier, Paper
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.folded import has_words
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Whole numbers and references come first, then parts of them, then names.
WHOLE, PART, NAMED = 0, 1, 2
#: Maximum number of dossiers that one number names, as far as anybody asks.
_A_FEW = 20

BY_BUYER = Filter(
    "buyer",
    N_("Buyer"),
    (
        Choice("organisation", N_("Organisations"), Dossier.organisation_id.is_not(None)),
        Choice("person", N_("Private customers"), Dossier.organisation_id.is_(None)),
    ),
)

#: Selects dossier ids and ranks.
Finder = Callable[[Asked], Select[int, int]]


@dataclass(frozen=True, slots=True)
class FoundDossier:
    """One result; `client` is the organisation, or the person who bought for themselves; empty
    for a guest until a document is issued.
    """

    number: str
    title: str
    client: str
    email: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the results, those named by a whole number before the others, then the newest
    first. `named` is the number of the one dossier that the number names.
    """

    dossiers: Page[FoundDossier]
    named: str | None = None


def find_dossiers(
    session: Session,
    typed: str,
    finders: Sequence[Finder],
    place: Place = FIRST,
    *,
    only: ColumnElement[bool] | None = None,
) -> Found:
    """Search among all dossiers, or those that `only` keeps: for the staff."""
    asked = read_asked(typed)
    if not asked.key:
        return Found(Page([], 0))
    matches = union_all(*(finder(asked) for finder in (*finders, by_number, by_name))).subquery()
    dossier_id, rank = matches.c.dossier_id, func.min(matches.c.rank)
    ranked = select(dossier_id, rank.label("rank")).group_by(dossier_id).subquery()
    statement = (
        select(Dossier, Organisation.name, User.name, ranked.c.rank)
        .join(ranked, ranked.c.dossier_id == Dossier.id)
        .outerjoin(Organisation, Organisation.id == Dossier.organisation_id)
        .outerjoin(User, User.id == Dossier.user_id)
    )
    listing = Listing(
        statement,
        (ranked.c.rank, Dossier.id.desc()),
        Dossier.id,
        (BY_BUYER,),
        (
            Sort("number", N_("File"), (Dossier.number,)),
            Sort("client", N_("Client"), (Dossier.parties_key,)),
            Sort("opened", N_("Opened on"), (Dossier.opened_at,)),
        ),
    )
    rows = page_of(session, listing if only is None else listing.where(only), place)
    whole = [row[0].number for row in rows if row.rank == WHOLE] if rows.number == 1 else []
    buyers = _guests(session, rows)
    return Found(rows.of(lambda row: _found(row, buyers)), whole[0] if len(whole) == 1 else None)


def _found(row: Any, guests: Mapping[int, str]) -> FoundDossier:
    one, body, person, _rank = row
    client = body or person or guests.get(one.id, "")
    return FoundDossier(one.number, one.title, client, one.email, one.opened_at)


def _guests(session: Session, rows: Iterable[Any]) -> dict[int, str]:
    """The names of those who bought without an account, by dossier: their documents have them."""
    ids = [one.id for one, body, person, _rank in rows if not (body or person)]
    if not ids:
        return {}
    issued = (
        select(Paper.dossier_id, Paper.content)
        .where(Paper.dossier_id.in_(ids))
        .order_by(Paper.id.desc())
    )
    return {
        dossier_id: content.get("contact", {}).get("name", "")
        for dossier_id, content in session.execute(issued)
    }


def find_named(session: Session, typed: str, finders: Sequence[Finder]) -> Sequence[Dossier]:
    """The dossiers that a whole number or reference names, a few at most."""
    asked = read_asked(typed)
    if not asked.key:
        return []
    matches = union_all(*(finder(asked) for finder in (*finders, by_number))).subquery()
    whole = select(matches.c.dossier_id).where(matches.c.rank == WHOLE)
    return session.scalars(select(Dossier).where(Dossier.id.in_(whole)).limit(_A_FEW)).all()


def matches_number(column: Any, asked: Asked) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """Whether a column of numbers (DE-2026-000131) matches, and its rank."""
    whole = column.like(asked.whole) if asked.whole else false()
    part = func.replace(column, "-", "").like(f"%{asked.part}%") if asked.part else false()
    return or_(whole, part), _ranked(whole)


def matches_reference(column: Any, asked: Asked) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """Whether a column of folded references matches, and its rank."""
    whole = column == asked.key
    part = column.like(f"%{asked.part.lower()}%") if asked.part else false()
    return or_(whole, part), _ranked(whole)


def _ranked(whole: ColumnElement[bool]) -> ColumnElement[int]:
    return case((whole, WHOLE), else_=PART)


def by_number(asked: Asked) -> Select[int, int]:
    """By the number of a document: quote, delivery note, invoice."""
    matches, rank = matches_number(Paper.number, asked)
    return select(Paper.dossier_id.label("dossier_id"), rank.label("rank")).where(matches)


def by_name(asked: Asked) -> Select[int, int]:
    """By words of the buyer, the place, the contact, the person with the account, the subject; or
    by the beginning of an e-mail address.
    """
    names = Dossier.parties_key.concat(" ").concat(func.coalesce(Organisation.name_key, ""))
    names = names.concat(" ").concat(func.coalesce(User.name_key, ""))
    email = asked.typed.casefold()
    by_email = or_(
        Dossier.email.istartswith(email, autoescape=True),
        User.email.istartswith(email, autoescape=True),
    )
    return (
        select(Dossier.id.label("dossier_id"), literal(NAMED).label("rank"))
        .outerjoin(Organisation, Organisation.id == Dossier.organisation_id)
        .outerjoin(User, User.id == Dossier.user_id)
        .where(or_(has_words(names, asked.typed), and_(literal("@" in email), by_email)))
    )
