"""The rights that each role gives to a member of an organisation. Pure rules.

The table decides who may call a service, is shown to those who grant rights, and generates the
tests' matrix. Every role may read; an administrator has every right.
"""

from dataclasses import dataclass

from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, READER, Actor
from shop.core.errors import N_, NotAllowed


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table: a right and the roles that have it. `about` is an English source
    sentence.
    """

    name: str
    who: frozenset[str]
    about: str


READ = Right(
    "read",
    frozenset({MEMBER_ADMIN, BUYER, ACCOUNTANT, READER}),
    N_("Read quotes, orders and all their documents"),
)
BUY = Right(
    "buy",
    frozenset({MEMBER_ADMIN, BUYER}),
    N_("Draw quotes, send purchase orders, pay by card, renew and cancel"),
)
KEEP_ADDRESSES = Right(
    "keep_addresses",
    frozenset({MEMBER_ADMIN, BUYER}),
    N_("Manage the letterhead address and the places of delivery"),
)
KEEP_CONTACTS = Right(
    "keep_contacts",
    frozenset({MEMBER_ADMIN, BUYER, ACCOUNTANT}),
    N_("Manage the contacts: buyer, delivery, payment, signatory"),
)
KEEP_PAYING_SERVICES = Right(
    "keep_paying_services",
    frozenset({MEMBER_ADMIN, BUYER, ACCOUNTANT}),
    N_("Manage the paying services and their codes"),
)
EXPORT_INVOICES = Right(
    "export_invoices",
    frozenset({MEMBER_ADMIN, ACCOUNTANT}),
    N_("View and export the invoices"),
)
ADMINISTER = Right(
    "administer",
    frozenset({MEMBER_ADMIN}),
    N_("Invite and approve colleagues, grant and withdraw rights, request changes"),
)

RIGHTS = (
    READ,
    BUY,
    KEEP_ADDRESSES,
    KEEP_CONTACTS,
    KEEP_PAYING_SERVICES,
    EXPORT_INVOICES,
    ADMINISTER,
)

#: The name of each role, in the order in which they are offered.
ROLE_NAMES = {
    MEMBER_ADMIN: N_("administrator"),
    BUYER: N_("buyer"),
    ACCOUNTANT: N_("accountant"),
    READER: N_("reader"),
}


def may(by: Actor, right: Right) -> bool:
    """Whether one of the actor's roles has the right."""
    return by.has(*right.who)


def ensure_may(by: Actor, right: Right) -> None:
    """Raises NotAllowed unless one of the actor's roles has the right."""
    if not may(by, right):
        raise NotAllowed(act=right.name)
