"""The account manager: who looks after a client, at our end."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.parties import Contact
from shop.organisations.models import Organisation
from shop.people.models import User


def account_manager_of(session: Session, organisation: Organisation) -> Contact | None:
    """Name, telephone and e-mail of who looks after this client; None when nobody does."""
    if organisation.account_manager_id is None:
        return None
    found = session.execute(
        select(User.name, User.phone, User.email).where(
            User.id == organisation.account_manager_id, User.active
        )
    ).first()
    return Contact(*found) if found else None
