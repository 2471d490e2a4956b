"""Who accepted which version of the conditions of sale: asked once for each version."""

from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from shop.core.text import paris_day
from shop.storage.db import table_of
from shop.texts.models import TermsAcceptance
from shop.texts.rules import TERMS, version_of
from shop.texts.texts import versions_known

#: Two requests of one person at once write one row.
_ACCEPT = text(
    "INSERT INTO terms_acceptances (user_id, version, accepted_at)"
    " VALUES (:user_id, :version, :accepted_at) ON CONFLICT (user_id, version) DO NOTHING"
).bindparams(
    *(
        bindparam(column.name, type_=column.type)
        for column in table_of(TermsAcceptance).columns
        if column.name != "id"
    )
)


def terms_in_force(session: Session, *, at: datetime) -> int:
    """The version of the conditions of sale in force."""
    return version_of(TERMS, versions_known(session), paris_day(at))


def terms_to_accept(session: Session, user_id: int | None, *, at: datetime) -> int | None:
    """The version in force, where the person has not accepted it yet. None for a visitor without
    account, who is told of the conditions at each purchase, and for the version that the shop is
    delivered with: nobody bought under another one before.
    """
    version = terms_in_force(session, at=at)
    if user_id is None or version == TERMS.first:
        return None
    accepted = session.scalar(
        select(TermsAcceptance.id).where(
            TermsAcceptance.user_id == user_id, TermsAcceptance.version == version
        )
    )
    return version if accepted is None else None


def accept_terms(session: Session, user_id: int | None, *, at: datetime) -> None:
    """The person accepts the version in force; nothing where that is known already."""
    version = terms_to_accept(session, user_id, at=at)
    if version is not None:
        session.execute(_ACCEPT, {"user_id": user_id, "version": version, "accepted_at": at})
