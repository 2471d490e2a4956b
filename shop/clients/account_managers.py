"""The account manager: the person of the shop who looks after a client."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.parties import Contact
from shop.organisations.models import Organisation
from shop.people.models import User


def account_manager_of(session: Session, organisation: Organisation) -> Contact | None:
    """Name, telephone and e-mail of this client's account manager; None when it has none."""
    if organisation.account_manager_id is None:
        return None
    found = session.execute(
        select(User.name, User.phone, User.email).where(
            User.id == organisation.account_manager_id, User.active
        )
    ).first()
    return Contact(*found) if found else None
