"""The versions of the conditions of sale that a person accepted, kept as proof of their sales."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso
from shop.texts.models import TermsAcceptance


def _terms(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(TermsAcceptance)
        .where(TermsAcceptance.user_id == who.user_id)
        .order_by(TermsAcceptance.id)
    )
    return [{"version": row.version, "accepted_at": iso(row.accepted_at)} for row in rows]


HOLDINGS = (
    Holding("terms_acceptances", N_("Versions of the terms of sale that you accepted."), _terms),
)
