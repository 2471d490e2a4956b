"""The list of people who buy for themselves: private customers with an account."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shop.core.errors import N_, NotFound
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.people.people import get_person
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.folded import has_words
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of, read_number


def private_customers(session: Session, wanted: str = "", place: Place = FIRST) -> Page[User]:
    """People by name, a page at a time; with `wanted`, those that have its words in their name, or
    whose e-mail address begins with it.
    """
    return page_of(session, _listing(wanted), place).of(lambda row: row[0])


def count_private_customers(session: Session) -> int:
    """The number of the whole list."""
    return read_number(session, count_of(_listing("")))


def get_client_person(session: Session, user_id: int) -> User:
    """A person who may buy, the member of an organisation too. Raises NotFound for the staff, and
    for a person whose data is erased.
    """
    user = get_person(session, user_id)
    if user.is_staff or user.is_erased:
        raise NotFound
    return user


def organisation_of_person(session: Session, user_id: int) -> Organisation | None:
    """The organisation that a person belongs to, or asks to join."""
    return session.scalar(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id)
    )


def _listing(wanted: str) -> Listing:
    accounts = (
        Choice("open", N_("open"), User.is_confirmed & User.active),
        Choice("unconfirmed", N_("address not confirmed"), ~User.is_confirmed & User.active),
        Choice("closed", N_("closed"), ~User.active),
    )
    return Listing(
        select(User).where(_is_private(), *([_is_called(wanted)] if wanted else [])),
        (User.name_key, User.name, User.id),
        User.id,
        (Filter("account", N_("Account"), accounts),),
        (
            Sort("name", N_("Name"), (User.name_key,)),
            Sort("since", N_("Registered on"), (User.created_at,)),
        ),
        "name",
    )


def _is_private() -> ColumnElement[bool]:
    member = select(Membership.id).where(Membership.user_id == User.id).exists()
    return ~User.is_staff & ~User.is_erased & ~member


def _is_called(wanted: str) -> ColumnElement[bool]:
    email = User.email.startswith(wanted.strip().casefold(), autoescape=True)
    return has_words(User.name_key, wanted) | email
