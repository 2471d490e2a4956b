"""Notes about a person, as personal data: a person may ask for a copy of them (RGPD, art. 15), and
they are erased with the person.
"""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.clients.models import ClientNote
from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso


def _notes(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ClientNote).where(ClientNote.user_id == who.user_id).order_by(ClientNote.id)
    )
    return [{"written_at": iso(row.written_at), "text": row.text} for row in rows]


def _erase_notes(session: Session, who: Subject) -> None:
    session.execute(delete(ClientNote).where(ClientNote.user_id == who.user_id))


HOLDINGS = (
    Holding(
        "notes",
        N_("What we have written down about you as a customer."),
        _notes,
        _erase_notes,
    ),
)
