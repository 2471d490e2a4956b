"""The changes of an organisation that a person asked for: for the export."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso
from shop.verification.models import ChangeRequest


def _requests(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.asked_by_id == who.user_id)
        .order_by(ChangeRequest.id)
    )
    return [
        {
            "asked_at": iso(row.asked_at),
            "wanted": row.wanted,
            "reason": row.reason,
            "decided_at": iso(row.decided_at),
            "answer": row.answer,
        }
        for row in rows
    ]


HOLDINGS = (
    Holding(
        "change_requests",
        N_("Changes of your organisation that you asked for."),
        _requests,
    ),
)
