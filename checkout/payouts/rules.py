"""Which payment or refund of the shop a part of a payout is. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money, total

EURO = "EUR"
#: The kinds of the processor that are a payment, money given back, and money that came back again.
CHARGES = frozenset({"charge", "payment"})
GIVEN_BACK = frozenset({"refund", "payment_refund", "adjustment"})
RETURNED = frozenset({"refund_failure", "payment_failure_refund"})
#: Days by which the bank may book a payout before or after its day.
EARLY, LATE = timedelta(days=2), timedelta(days=7)


class Finding(StrEnum):
    """MATCHED: the shop has it, of the same amount. DIFFERS: of another amount. UNKNOWN: the shop
    has no such payment, refund or dispute. OWN: a fee or a movement of the processor itself.
    """

    MATCHED = "matched"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    OWN = "own"


class PayoutUnlike(DomainError):
    sentence = N_(
        "This movement does not have the amount of the payout, or is of another currency."
    )
    status = 422


class PayoutSeen(Changed):
    sentence = N_("This payout has its line of a bank statement already.")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a payout, with the `known` amount of the shop's payment, refund or dispute: None
    where the shop has none.
    """

    kind: str
    amount: Money
    known: Money | None
    source: str = ""


def finding_of(part: Part) -> Finding:
    """What the shop knows of a part of a payout. A dispute is taken off and given back in two
    parts of the same amount; what has no source of the shop's kind is the processor's own.
    """
    if not _has_counterpart(part):
        return Finding.OWN
    if part.known is None:
        return Finding.UNKNOWN
    same = (
        part.amount in (part.known, -part.known)
        if part.kind == "adjustment"
        else (part.amount == (part.known if part.kind not in GIVEN_BACK else -part.known))
    )
    return Finding.MATCHED if same else Finding.DIFFERS


def _has_counterpart(part: Part) -> bool:
    if part.kind == "adjustment":
        return bool(part.source)
    return part.kind in CHARGES | GIVEN_BACK | RETURNED


def is_whole(amount: Money, nets: Iterable[Money]) -> bool:
    """Whether the parts make the payout."""
    return total(list(nets)) == amount


def may_be(booked_on: date, arrives_on: date) -> bool:
    """Whether a line of the bank of that day may be a payout."""
    return arrives_on - EARLY <= booked_on <= arrives_on + LATE


def ensure_like(amount: Money, currency: str, payout: Money, payout_currency: str) -> None:
    """Raises PayoutUnlike."""
    if amount != payout or currency.upper() != payout_currency.upper():
        raise PayoutUnlike
