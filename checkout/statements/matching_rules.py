"""Which invoices a movement of the bank pays: proposals with their score and their reasons, pure.

A score is a number from 0 to 100 for a person to read; 100 alone, an exact one, may be confirmed
together with others. Nothing is booked by a score.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shop.core.folding import fold, fold_name, fold_reference
from shop.core.money import Money, total


class Reason(StrEnum):
    """Why an invoice is proposed."""

    NUMBERS_EXACT = "numbers_exact"
    NUMBERS_MORE = "numbers_more"
    NUMBERS_LESS = "numbers_less"
    REFERENCE = "reference"
    NAME_AMOUNT = "name_amount"
    NAME_ALL = "name_all"
    AMOUNT = "amount"
    AMOUNT_SEVERAL = "amount_several"
    NUMBER_PAID = "number_paid"


EXACT = 100
_SCORES = {
    Reason.NUMBERS_EXACT: EXACT,
    Reason.REFERENCE: 85,
    Reason.NUMBERS_LESS: 75,
    Reason.NUMBERS_MORE: 70,
    Reason.NAME_AMOUNT: 65,
    Reason.NAME_ALL: 60,
    Reason.AMOUNT: 40,
    Reason.AMOUNT_SEVERAL: 20,
    Reason.NUMBER_PAID: 10,
}
#: What follows the letters of a number.
_FIGURES = r"\W{0,3}(20\d{2})\W{0,3}0{0,5}(\d{1,6})(?!\d)"
#: The letters of invoices until the shop chooses others, and any two.
_DEFAULT, _ANY = "FA", "(?<![a-z])[a-z]{2}"
#: A name of one short word would be found anywhere.
_LEAST_NAME, _LEAST_REFERENCE = 5, 5


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with something due, and what may name it in a wording: folded references of its
    order, its quote, its purchase order.
    """

    number: str
    due: Money
    client: str
    client_key: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a movement may pay: amounts by invoice, the `rest` that they leave, and why."""

    shares: tuple[tuple[str, Money], ...]
    rest: Money
    reason: Reason

    @property
    def score(self) -> int:
        return _SCORES[self.reason]

    @property
    def is_exact(self) -> bool:
        return self.score == EXACT


def numbers_in(text: str, letters: Iterable[str] = ()) -> list[str]:
    """The numbers that a text names, each once, however they are typed: FA-2026-000123, FA 2026
    123, fa2026000123, FACTURE FA/2026/000123. `letters`: those with which they begin, any two
    without; a wording has other words before its figures.
    """
    begins = "|".join(re.escape(fold(one)) for one in letters) or _ANY
    found = re.findall(f"({begins}){_FIGURES}", fold(text))
    numbers = [f"{begin.upper()}-{year}-{int(serial):06d}" for begin, year, serial in found]
    return list(dict.fromkeys(numbers))


def propose(
    amount: Money, wording: str, payer: str, invoices: Sequence[OpenInvoice]
) -> list[Proposal]:
    """The proposals for a movement, the best first; the wording includes its references."""
    by_number = {one.number: one for one in invoices}
    letters = {_DEFAULT, *(one.number.partition("-")[0] for one in invoices)}
    named = numbers_in(wording, sorted(letters))
    open_named = [by_number[number] for number in named if number in by_number]
    if open_named and len(open_named) == len(named):
        return [_of_numbers(amount, open_named)]
    found = [*_by_reference(amount, wording, invoices), *_by_name(amount, wording, payer, invoices)]
    if open_named:
        found.insert(0, _partly_paid(amount, open_named))
    found += _by_amount(amount, invoices)
    best: dict[tuple[tuple[str, Money], ...], Proposal] = {}
    for one in found:
        best.setdefault(one.shares, one)
    return sorted(best.values(), key=lambda one: -one.score)


def _of_numbers(amount: Money, invoices: Sequence[OpenInvoice]) -> Proposal:
    """The invoices that the wording names: exactly what is due, less, or more."""
    due = total([one.due for one in invoices])
    if amount == due:
        shares = tuple((one.number, one.due) for one in invoices)
        return Proposal(shares, Money(), Reason.NUMBERS_EXACT)
    if amount > due:
        return Proposal(_filled(amount, invoices), amount - due, Reason.NUMBERS_MORE)
    return Proposal(_filled(amount, invoices), Money(), Reason.NUMBERS_LESS)


def _partly_paid(amount: Money, invoices: Sequence[OpenInvoice]) -> Proposal:
    """Some of the named invoices are unknown or paid: a person looks."""
    shares = _filled(amount, invoices)
    rest = amount - total([share for _number, share in shares])
    return Proposal(shares, rest, Reason.NUMBER_PAID)


def _filled(amount: Money, invoices: Iterable[OpenInvoice]) -> tuple[tuple[str, Money], ...]:
    """The invoices filled one after the other."""
    left, shares = amount, []
    for one in invoices:
        share = min(left, one.due)
        if share > Money():
            shares.append((one.number, share))
            left = left - share
    return tuple(shares)


def _by_reference(amount: Money, wording: str, invoices: Sequence[OpenInvoice]) -> list[Proposal]:
    text = fold_reference(wording)
    return [
        Proposal(((one.number, amount),), Money(), Reason.REFERENCE)
        for one in invoices
        if one.due == amount
        and any(len(each) >= _LEAST_REFERENCE and each in text for each in one.references)
    ]


def _by_name(
    amount: Money, wording: str, payer: str, invoices: Sequence[OpenInvoice]
) -> list[Proposal]:
    text = f" {fold_name(f'{payer} {wording}')} "
    clients: dict[str, list[OpenInvoice]] = {}
    for one in invoices:
        clients.setdefault(one.client_key, []).append(one)
    found = []
    for key, theirs in clients.items():
        if len(key) < _LEAST_NAME or f" {key} " not in text:
            continue
        same = [one for one in theirs if one.due == amount]
        if same:
            found += [Proposal(((one.number, amount),), Money(), _name(same)) for one in same]
        elif len(theirs) > 1 and total([one.due for one in theirs]) == amount:
            shares = tuple((one.number, one.due) for one in theirs)
            found.append(Proposal(shares, Money(), Reason.NAME_ALL))
    return found


def _name(same: Sequence[OpenInvoice]) -> Reason:
    return Reason.NAME_AMOUNT if len(same) == 1 else Reason.AMOUNT_SEVERAL


def _by_amount(amount: Money, invoices: Sequence[OpenInvoice]) -> list[Proposal]:
    same = [one for one in invoices if one.due == amount]
    reason = Reason.AMOUNT if len(same) == 1 else Reason.AMOUNT_SEVERAL
    return [Proposal(((one.number, amount),), Money(), reason) for one in same]


def contested(proposals: Mapping[int, Proposal | None]) -> set[int]:
    """The movements whose exact proposal names an invoice that another one names too: neither is
    confirmed together with others.
    """
    users: dict[str, list[int]] = {}
    for key, one in proposals.items():
        if one is not None and one.is_exact:
            for number, _amount in one.shares:
                users.setdefault(number, []).append(key)
    return {key for keys in users.values() if len(keys) > 1 for key in keys}
