"""Who acts: a person with the roles that the procedure's tables speak of."""

from dataclasses import dataclass

BUYER, ACCOUNTANT, READER, MEMBER_ADMIN = "buyer", "accountant", "reader", "member_admin"
SALES, SALES_ADMIN, LOGISTICS, ACCOUNTS, ADMIN = (
    "sales",
    "sales_admin",
    "logistics",
    "accounts",
    "admin",
)
CLOCK, PROCESSOR = "clock", "processor"
CUSTOMER = "customer"

MEMBER_ROLES = (MEMBER_ADMIN, BUYER, ACCOUNTANT, READER)
STAFF_ROLES = (SALES, SALES_ADMIN, LOGISTICS, ACCOUNTS, ADMIN)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the shop's own clock or card processor, at the moment of an act.

    `roles` are the roles that count for the subject at hand; `organisation_id` the body acted for.
    """

    name: str
    roles: frozenset[str]
    user_id: int | None = None
    organisation_id: int | None = None
    email: str | None = None

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF_ROLES)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


THE_CLOCK = Actor("Comptoir", frozenset({CLOCK}))
THE_PROCESSOR = Actor("Comptoir", frozenset({PROCESSOR}))
