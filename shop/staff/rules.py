"""Who works for the shop: the names of the roles, and what is refused. Pure rules."""

from collections.abc import Iterable

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN, STAFF_ROLES, Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed

#: The name of each role, in the order in which they are offered.
STAFF_ROLE_NAMES = {
    SALES: N_("Sales desk"),
    SALES_ADMIN: N_("Sales administration desk"),
    LOGISTICS: N_("Logistics desk"),
    ACCOUNTING: N_("Accounting desk"),
    ADMIN: N_("Administrator of the shop"),
}


class NoRoleChosen(DomainError):
    sentence = N_("Choose at least one role.")
    status = 422


class SameRoles(DomainError):
    sentence = N_("These are the roles that the person has: nothing would change.")
    status = 422


class RolesChanged(Changed):
    sentence = N_(
        "Another person has changed these roles meanwhile. Compare them with what you chose, then "
        "show the changes again."
    )


class LastAdministrator(DomainError):
    sentence = N_(
        "This is the last administrator of the shop. Give this role to another person first."
    )


class WorksHere(DomainError):
    """`user_id` is the person."""

    sentence = N_(
        "A person of the staff has this e-mail address already: change their roles instead."
    )


class CustomersAddress(DomainError):
    sentence = N_(
        "A customer has an account with this e-mail address. Invite the person at another address: "
        "the staff do not buy with their account."
    )


class JoinedAlready(Changed):
    sentence = N_("This person has opened their account meanwhile: they sign in with a password.")


def ensure_roles(chosen: Iterable[str]) -> frozenset[str]:
    """The roles. Raises NoRoleChosen, and NotAllowed for what is no role of the staff."""
    roles = frozenset(chosen)
    if not roles.issubset(STAFF_ROLES):
        raise NotAllowed(act="change_staff_roles")
    if not roles:
        raise NoRoleChosen
    return roles


def ensure_administers(by: Actor, act: str) -> None:
    """Raises NotAllowed."""
    if not by.has(ADMIN):
        raise NotAllowed(act=act)


def names_of(roles: Iterable[str]) -> list[str]:
    """The names of these roles, as source sentences in the order of the table."""
    held = frozenset(roles)
    return [name for role, name in STAFF_ROLE_NAMES.items() if role in held]
