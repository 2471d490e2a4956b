"""A kind of e-mail: whom it is sent to, when it leaves, whether its subject may be the shop's own.
Pure.
"""

from dataclasses import dataclass

from shop.core.errors import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of e-mail that the shop sends. A subject is fixed where it tells which case it is, or
    where its reader must know it again: those about the safety of an account.
    """

    template: str
    to: str
    when: str
    has_own_subject: bool = True


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds that are listed together."""

    key: str
    name: str
    kinds: tuple[Kind, ...]


def fixed(template: str, to: str, when: str) -> Kind:
    """A kind whose subject is always that of the shop."""
    return Kind(template, to, when, has_own_subject=False)


HOLDER = N_("the holder of the account")
TYPED = N_("the address that was typed")
MEMBER = N_("the member")
ADMINISTRATORS = N_("the administrators of the organisation")
BUYER = N_("the buyer")
SERVICE = N_("the paying service")
SIGNATORY = N_("the person who signs")
CALLER = N_("the private person who called or wrote")
CONSUMER = N_("whoever withdraws")
OFFICE = N_("the administrators of the shop")
ACCOUNTS = N_("the accounting staff")
COLLEAGUE = N_("the colleague")
