"""Notes about a person, as personal data: a person may ask for a copy of them (RGPD, art. 15), and
they are erased with the person. A note about their organisation is about others too: it stays,
without their name and their address.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.clients.models import ClientNote
from shop.clients.rules import names_one_of, without
from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso


def _notes(session: Session, who: Subject) -> list[dict[str, Any]]:
    own = session.scalars(
        select(ClientNote).where(ClientNote.user_id == who.user_id).order_by(ClientNote.id)
    )
    rows = [*own, *_naming(session, who)]
    return [{"written_at": iso(row.written_at), "text": row.text} for row in rows]


def _erase_notes(session: Session, who: Subject) -> None:
    session.execute(delete(ClientNote).where(ClientNote.user_id == who.user_id))
    for row in _naming(session, who):
        row.text = without(row.text, _words(who))


def _naming(session: Session, who: Subject) -> Iterator[ClientNote]:
    """The notes about their organisations that name them."""
    rows = session.scalars(
        select(ClientNote)
        .where(ClientNote.organisation_id.in_(who.organisation_ids))
        .order_by(ClientNote.id)
    ).all()
    return (row for row in rows if names_one_of(row.text, _words(who)))


def _words(who: Subject) -> tuple[str, str]:
    return who.name, who.email


HOLDINGS = (
    Holding(
        "notes",
        N_(
            "What we have written down about you as a customer, or about your organisation "
            "with your name."
        ),
        _notes,
        _erase_notes,
    ),
)
