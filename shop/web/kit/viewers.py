"""The viewer: a signed-in person, as pages and services need them."""

from dataclasses import dataclass, field
from datetime import date

from shop.core.actors import CUSTOMER, Actor, member_roles
from shop.core.rights import Right, may
from shop.ops.clock import today
from shop.organisations.rules import Verification, is_public_body
from shop.register.rules import Nature


@dataclass(frozen=True, slots=True)
class Replaced:
    """A person whom the viewer replaces today, until `last`, with `roles` of theirs."""

    name: str
    last: date
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person, as pages and services need them. The Flask-Login user.

    `has_second_factor`: a code is required after the password. `owes_second_factor`: a member of
    the staff who has neither codes nor a passkey, and has to set one up first; until then they have
    no staff rights. `staff_roles` include what they have for those whom they replace today.
    """

    user_id: int
    name: str
    email: str
    phone: str
    function: str
    language: str
    staff_roles: frozenset[str]
    organisation_id: int | None
    organisation_name: str | None
    establishment_id: int | None
    establishment_name: str | None
    administers: bool | None
    buys: bool | None
    accountant: bool | None
    everywhere: bool | None
    nature: Nature | None
    verification: Verification | None
    agreed_until: date | None
    has_second_factor: bool = False
    has_passkey: bool = False
    owes_second_factor: bool = False
    session_id: int = 0
    secret: str = field(default="", repr=False)
    replaces: tuple[Replaced, ...] = ()

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The content of the cookie: the secret of this browser's session."""
        return self.secret

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_roles)

    def works_as(self, *roles: str) -> bool:
        """Whether they have one of these roles of the staff."""
        return not self.staff_roles.isdisjoint(roles)

    @property
    def is_public_body(self) -> bool:
        """Whether they buy for a verified public body: prices excluding VAT are shown first."""
        return is_public_body(self.nature, self.verification)

    @property
    def actor(self) -> Actor:
        """The person with their roles: those of the staff, or the rights in their organisation."""
        of_staff = self.staff_roles if not self.owes_second_factor else frozenset[str]()
        return Actor(
            self.name,
            of_staff or self.member_roles | {CUSTOMER},
            self.user_id,
            self.organisation_id,
            self.email,
            self.establishment_id,
            self.organisation_id is not None and not self.everywhere,
            not self.has_agreement,
        )

    @property
    def has_agreement(self) -> bool:
        """Whether a signed agreement of the organisation may be in force today."""
        return self.agreed_until is not None and self.agreed_until >= today()

    @property
    def member_roles(self) -> frozenset[str]:
        """The person's roles in their organisation; empty without one."""
        if self.organisation_id is None:
            return frozenset()
        return member_roles(bool(self.administers), bool(self.buys), bool(self.accountant))

    def may(self, right: Right) -> bool:
        """Whether the person has a right of the table; a person without organisation has none."""
        return may(self.actor, right)
