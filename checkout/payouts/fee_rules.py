"""What the card processor kept of a payout: the fees of its report or, where the report does not
give them, those that the accounting staff typed. Pure rules.
"""

from dataclasses import dataclass

from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money


class FeesReported(Changed):
    sentence = N_("The processor’s report gives the fees of this payout: there is nothing to type.")


class FeesChanged(Changed):
    sentence = N_("Somebody else typed the fees of this payout meanwhile. Read them again.")


class FeesRefused(DomainError):
    """Typed fees that cannot be kept: shown beside the amount."""

    status = 422


class FeesNegative(FeesRefused):
    sentence = N_("Fees are not below zero.")


class FeesTooHigh(FeesRefused):
    sentence = N_("The fees are higher than the payout, of %(most)s. Read the comma again.")


class SameFees(FeesRefused):
    sentence = N_("These are the fees that are recorded already: nothing would change.")


class FeesReasonMissing(DomainError):
    sentence = N_("Say why the fees are corrected: the reason stays in the journal.")
    status = 422


@dataclass(frozen=True, slots=True)
class Reported:
    """What the processor tells of a payout: its amount, and the sums of the parts that were told;
    `is_whole` where the parts make the amount.
    """

    amount: Money
    gross: Money
    fees: Money
    is_whole: bool

    @property
    def has_parts(self) -> bool:
        """Whether any part was told."""
        return self.is_whole or bool(self.gross or self.fees)

    @property
    def untold(self) -> Money:
        """By how much the parts exceed the payout; zero where they do not."""
        return max(self.gross - self.fees - self.amount, Money()) if self.has_parts else Money()


def fees_of(reported: Reported, typed: Money | None) -> Money:
    """The fees of a payout: the report's if its parts make the amount, else the typed ones, else
    what the report tells so far.
    """
    return reported.fees if reported.is_whole or typed is None else typed


def gross_of(reported: Reported, typed: Money | None) -> Money:
    """What the payout was before its fees."""
    if reported.has_parts or typed is None:
        return reported.gross
    return reported.amount + typed


def adds_up(reported: Reported, typed: Money | None) -> bool:
    """Whether the gross less the fees is the amount."""
    return gross_of(reported, typed) - fees_of(reported, typed) == reported.amount


def ensure_fees(reported: Reported, before: Money | None, fees: Money) -> None:
    """Whether the fees may be typed in the place of those of `before`. Raises FeesReported,
    FeesNegative, FeesTooHigh, SameFees.
    """
    if reported.is_whole:
        raise FeesReported
    if fees < Money():
        raise FeesNegative
    most = max(reported.amount, reported.untold)
    if fees > most:
        raise FeesTooHigh(most=most)
    if fees == before:
        raise SameFees
