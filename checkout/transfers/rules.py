"""Transfers, pure rules: how a part of one is allotted anew, and why it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money, total


class PartMoved(Changed):
    sentence = N_("This money has been allotted otherwise: see what became of it.")


class PartBooked(Changed):
    sentence = N_("This money pays an invoice: take it off the invoice first.")


class PartHeld(Changed):
    sentence = N_("The return of this money has not been ordered.")


class PartOrdered(Changed):
    sentence = N_("The return of this money has already been ordered.")


class PartReturned(Changed):
    sentence = N_("This money has already been given back.")


class AllotmentReasonMissing(DomainError):
    sentence = N_("Give the reason: it stays in the journal.")
    status = 422


class MoreThanPart(DomainError):
    sentence = N_("The invoices come to %(shared)s, this money to %(amount)s. Correct an amount.")
    status = 422


class NothingChanges(DomainError):
    sentence = N_("Nothing would change: enter an invoice, or say where the money goes.")
    status = 422


class CreditOfAnother(DomainError):
    sentence = N_(
        "Invoice %(number)s is of another client: this credit belongs to %(client)s. Set the money "
        "aside first if the credit is a mistake."
    )
    status = 422


class MoneyGivenBack(DomainError):
    sentence = N_(
        "%(given)s of what was paid on this order is given back, or is to be: this payment cannot "
        "be taken off its invoice."
    )


class Rest(StrEnum):
    """Where goes what the invoices leave: it stays where it is, becomes the client's credit, or is
    set aside as unidentified.
    """

    STAYS = "stays"
    CREDIT = "credit"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Allotment:
    """Where money goes: amounts by invoice, the rest, and why."""

    shares: Sequence[tuple[str, Money]]
    rest: Rest
    reason: str


def ensure_allotment(asked: Allotment, *, amount: Money, can_change: bool) -> Money:
    """What the invoices leave. `can_change`: the rest goes elsewhere than where it is now.

    Raises MoreThanPart, NothingChanges.
    """
    shared = total([share for _number, share in asked.shares])
    if shared > amount:
        raise MoreThanPart(shared=shared, amount=amount)
    rest = amount - shared
    if not asked.shares and not can_change:
        raise NothingChanges
    return rest
