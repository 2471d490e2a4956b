"""Opens the account of an invited person who has none: the e-mail's link is enough."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.members.invitations import accept, ensure_open
from shop.members.models import Invitation
from shop.people.models import User
from shop.people.people import AddressTaken, actor_of, register_person
from shop.people.rules import Profile
from shop.signin.sessions import close_sessions
from shop.storage.journal import record


def has_account(session: Session, invitation: Invitation) -> bool:
    """Whether the invited person signs in, rather than opens an account. An account that was not
    activated does not count: anybody may have typed that address.
    """
    return (
        session.scalar(select(User.id).where(User.email == invitation.email, User.is_confirmed))
        is not None
    )


def join_as_newcomer(
    session: Session,
    invitation: Invitation,
    profile: Profile,
    *,
    password_hash: str,
    at: datetime,
) -> User:
    """Open the account of the address that the invitation was sent to, and accept.

    The link of the e-mail proves the address. An account of that address that was not activated is
    given to this person, with the password that they choose now. The caller locks the organisation.
    Raises AddressTaken and what `accept` raises.
    """
    ensure_open(session, invitation, at=at)
    person = session.scalar(select(User).where(User.email == invitation.email))
    if person is None:
        person = register_person(
            session,
            email=invitation.email,
            password_hash=password_hash,
            profile=profile,
            at=at,
        )
    elif person.is_confirmed:
        raise AddressTaken
    else:
        person.password_hash = password_hash
        person.set_profile(profile)
        close_sessions(session, person.id, at=at)
        record(session, f"user:{person.id}", "register", by=actor_of(person), at=at)
    accept(session, invitation, person, by=actor_of(person), at=at)
    return person
