"""Cancellations, pure rules: which units, the reason, and why one is refused."""

from collections.abc import Mapping, Sequence

from checkout.orders.rules import LineProgress
from shop.core.errors import N_, Changed, DomainError
from shop.core.text import one_line

LONGEST = 500


class CancellationReasonMissing(DomainError):
    sentence = N_("Give the reason: it is kept with the order, and told in the e-mail.")
    status = 422


class NothingToCancel(DomainError):
    sentence = N_("Nothing of this order is left to deliver: there is nothing to cancel.")
    status = 422


class NoUnitsToCancel(DomainError):
    sentence = N_("Enter the units that are not delivered any more, at least one.")
    status = 422


class MoreThanLeft(DomainError):
    sentence = N_("%(name)s: enter a number from 0 to %(most)s.")
    status = 422


class AskedBefore(Changed):
    sentence = N_("The cancellation of this order has already been requested.")


class DecidedMeanwhile(Changed):
    sentence = N_("This request has already been decided.")


class TakenBack(Changed):
    sentence = N_("The buyer has taken this request back.")


class ReopenedMeanwhile(Changed):
    sentence = N_("These units are already to be delivered again.")


class ConsumersWithdraw(DomainError):
    sentence = N_(
        "A consumer cancels by withdrawing from the contract: use the page of withdrawal."
    )


class NotReopened(DomainError):
    sentence = N_(
        "This cannot be undone: the order was cancelled whole, paid by card or invoiced in full. "
        "Place a new order."
    )
    status = 422


def ensure_cancellation_reason(reason: str) -> str:
    """The reason, on one line. Raises CancellationReasonMissing."""
    told = one_line(reason)
    if not told:
        raise CancellationReasonMissing
    return told


def units_to_cancel(
    lines: Sequence[LineProgress], asked: Mapping[int, int] | None
) -> dict[int, int]:
    """The units by position that are cancelled of the goods of an order; `asked` None: all that is
    left. Raises NothingToCancel, MoreThanLeft, NoUnitsToCancel.
    """
    left = {line.position: line.remaining for line in lines if line.remaining}
    if not left:
        raise NothingToCancel
    if asked is None:
        return left
    names = {line.position: line.name for line in lines}
    for position, units in sorted(asked.items()):
        most = left.get(position, 0)
        if not 0 <= units <= most:
            raise MoreThanLeft(
                name=names.get(position, str(position)), most=most, position=position
            )
    wanted = {position: units for position, units in sorted(asked.items()) if units}
    if not wanted:
        raise NoUnitsToCancel
    return wanted
