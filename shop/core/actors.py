"""Actors: a person, the clock or the card processor, with the roles that the tables of transitions
name.
"""

from dataclasses import dataclass

BUYER, ACCOUNTANT, READER, MEMBER_ADMIN = "buyer", "accountant", "reader", "member_admin"
SALES, SALES_ADMIN, LOGISTICS, ACCOUNTING, ADMIN = (
    "sales",
    "sales_admin",
    "logistics",
    "accounting",
    "admin",
)
CLOCK, PROCESSOR = "clock", "processor"
CUSTOMER = "customer"

MEMBER_ROLES = (MEMBER_ADMIN, BUYER, ACCOUNTANT, READER)
STAFF_ROLES = (SALES, SALES_ADMIN, LOGISTICS, ACCOUNTING, ADMIN)


def member_roles(administers: bool, buys: bool, accountant: bool) -> frozenset[str]:
    """The roles of a member whom an organisation has approved; every member is a reader."""
    given = ((MEMBER_ADMIN, administers), (BUYER, buys), (ACCOUNTANT, accountant))
    return frozenset({READER, *(role for role, has_it in given if has_it)})


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the shop's own clock or card processor, that calls a service.

    `roles` are the roles that apply to the subject; `organisation_id` the organisation the
    person acts for, `establishment_id` the establishment where they work; `confined` whether they
    may read the documents of that establishment only; `without_agreement` whether it is known that
    the organisation has no agreed prices today, so that nothing is read for them.
    """

    name: str
    roles: frozenset[str]
    user_id: int | None = None
    organisation_id: int | None = None
    email: str | None = None
    establishment_id: int | None = None
    confined: bool = False
    without_agreement: bool = False

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF_ROLES)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


def is_same_person(by: Actor, *, user_id: int | None, name: str) -> bool:
    """Whether the actor is the person of that account, or of that name where there is no account:
    what needs two persons is not done by one.
    """
    return (by.user_id, by.name) == (user_id, name) or bool(by.user_id and by.user_id == user_id)


THE_CLOCK = Actor("Comptoir", frozenset({CLOCK}))
THE_PROCESSOR = Actor("Comptoir", frozenset({PROCESSOR}))
