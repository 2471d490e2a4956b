"""The personal data in `quotes/`, for the export. The law requires the shop to keep all of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.quotes.models import Quote
from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso


def _quotes(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Quote).where(Quote.user_id == who.user_id).order_by(Quote.id))
    return [
        {
            "number": row.number,
            "issued_at": iso(row.issued_at),
            "valid_until": row.valid_until.isoformat(),
            "stage": row.stage.value,
            "parties": row.parties,
            "accepted_by": row.accepted_by,
            "accepted_at": iso(row.accepted_at),
            "including_vat_cents": row.including.cents,
        }
        for row in rows
    ]


HOLDINGS = (Holding("quotes", N_("Your quotes."), _quotes),)
