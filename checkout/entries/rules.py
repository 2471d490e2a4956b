"""Accounting entries of invoices, credit notes and payments. Pure rules.

An amount of an entry is positive for a debit, negative for a credit: an entry balances when its
amounts add up to zero. The amounts are those of the frozen document, never computed anew but for
the share of shipping and of the eco-contribution in the base of a rate.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from checkout.entries.chart_rules import LABELS
from shop.core.errors import N_
from shop.core.money import Money, UnitPrice, round_half_up, total
from shop.core.text import percent
from shop.core.vat import PriceBasis, breakdown

#: What documents are summed by.
Of = TypeVar("Of")
#: Gives a sentence in the language of the file.
Words = Callable[[str], str]
SALES, BANK = "VT", "BQ"
JOURNALS = {SALES: N_("Sales journal"), BANK: N_("Receipts and refunds")}
CARD = "card"
#: The accounts that are kept by client.
WITH_CLIENT = ("clients", "credits")
#: The auxiliary account that private customers share: the file names none of them.
PRIVATE = "PARTICULIERS"


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: `kind` names the account in the chart, `rate` in basis points ends its
    number.
    """

    kind: str
    amount: Money
    rate: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `piece` is the number of the document, `client` the code and the name of the
    auxiliary account.
    """

    journal: str
    day: date
    piece: str
    piece_day: date
    label: str
    client: tuple[str, str]
    postings: tuple[Posting, ...]

    @property
    def balance(self) -> Money:
        """Zero for an entry that may be booked."""
        return total([one.amount for one in self.postings])


@dataclass(frozen=True, slots=True)
class Share:
    """One rate of a document: its base excluding VAT by what was sold, and the tax."""

    rate: int
    goods: Money
    eco: Money
    shipping: Money
    vat: Money

    @property
    def base(self) -> Money:
        return self.goods + self.eco + self.shipping


def label_of(posting: Posting, words: Words) -> str:
    """The name of the account of a posting, in the language of the file."""
    name = words(LABELS[posting.kind])
    return name if posting.rate is None else f"{name} {percent(posting.rate)}"


def shares_of(content: Mapping[str, Any]) -> list[Share]:
    """The rates of a frozen document. What rounding leaves is part of the goods, so that the parts
    add up to the base that is printed.
    """
    basis = PriceBasis(content["totals"]["basis"])
    lines = content["lines"]
    sent = [(line["vat_rate"], Money(line["total"])) for line in lines if not line["sku"]]
    shipping = {one.rate: one.base for one in breakdown(sent, basis)}
    sold = {line["vat_rate"] for line in lines if line["sku"]}
    eco = {one.rate: one.base for one in breakdown(_eco(lines, basis), basis)}
    return [
        _share(vat, eco.get(vat["rate"], Money()), shipping, goods=vat["rate"] in sold)
        for vat in content["totals"]["vat"]
    ]


def _share(vat: Mapping[str, int], eco: Money, sent: Mapping[int, Money], *, goods: bool) -> Share:
    base, rate = Money(vat["base"]), vat["rate"]
    shipping = sent.get(rate, Money()) if goods else base
    return Share(rate, base - eco - shipping, eco, shipping, Money(vat["amount"]))


def _eco(lines: Iterable[Mapping[str, Any]], basis: PriceBasis) -> Iterator[tuple[int, Money]]:
    """The eco-contribution of each line, in the basis of the document."""
    for line in lines:
        if basis is PriceBasis.INCLUDING:
            amount = Money(line.get("eco_including") or 0) * line["quantity"]
        else:
            amount = UnitPrice(line["eco_fee"]).times(line["quantity"])
        if amount:
            yield line["vat_rate"], amount


def postings_of(content: Mapping[str, Any], *, sign: int) -> tuple[Posting, ...]:
    """The postings of an invoice (`sign` 1) or of a credit note (−1): the client owes the amount to
    pay, of which the rest is income and tax.
    """
    totals = content["totals"]
    postings = [Posting("clients", Money(totals["payable"]) * sign)]
    for share in shares_of(content):
        for kind in ("goods", "eco", "shipping", "vat"):
            amount: Money = getattr(share, kind)
            postings.append(Posting(kind, amount * -sign, share.rate))
    rounding = Money(totals["rounding"]) * -sign
    postings.append(Posting("income" if rounding < Money() else "expense", rounding))
    return tuple(one for one in postings if one.amount)


def money_in(method: str, amount: Money) -> tuple[Posting, ...]:
    """The postings of a payment received for an invoice; of money given back with a negative
    amount.
    """
    return (Posting(CARD if method == CARD else "bank", amount), Posting("clients", -amount))


def money_moved(amount: Money) -> tuple[Posting, ...]:
    """The postings of money that the shop has already and that pays an invoice; of what is taken
    off one with a negative amount. The bank account has the transfer once, on its own day.
    """
    return (Posting("suspense", amount), Posting("clients", -amount))


def money_held(amount: Money, *, known: bool) -> tuple[Posting, ...]:
    """The postings of a transfer that is held, of a `known` client or not; of one that is given
    back with a negative amount.
    """
    return (Posting("bank", amount), Posting("credits" if known else "suspense", -amount))


def credit_kept(amount: Money) -> tuple[Posting, ...]:
    """The postings of money that the shop has already and that becomes the credit of a client; of a
    credit that is allotted with a negative amount.
    """
    return (Posting("suspense", amount), Posting("credits", -amount))


def money_paid_out(amount: Money, fees: Money, *, failed: bool) -> tuple[Posting, ...]:
    """The postings of a payout of the card processor, which kept its fees; of one that the bank
    sent back: the fees stay paid.
    """
    if failed:
        return (Posting(CARD, amount), Posting("bank", -amount))
    postings = (Posting("bank", amount), Posting("fees", fees), Posting(CARD, -(amount + fees)))
    return tuple(one for one in postings if one.amount)


def fees_kept(fees: Money) -> tuple[Posting, ...]:
    """The postings of fees that are known after their payout was booked; of fees that were less
    with a negative amount.
    """
    return (Posting("fees", fees), Posting(CARD, -fees))


def holder_of(parties: Mapping[str, Any] | None, words: Words) -> tuple[str, str]:
    """The auxiliary account of the client whose money is held, by the parties of their order;
    none for unidentified money.
    """
    if parties is None:
        return "", ""
    code, name = parties.get("customer_code", ""), parties["header"]["name"]
    return client_of({"siret": parties.get("siret", ""), "code": code, "name": name}, words)


def client_of(customer: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """The auxiliary account of the customer of a frozen document."""
    if customer["siret"] and customer["code"]:
        return customer["code"], customer["name"]
    return PRIVATE, words(N_("Private customers"))


def sums_by_rate(
    documents: Iterable[tuple[Of, Mapping[str, Any], int]],
) -> dict[tuple[Of, int], tuple[Money, Money]]:
    """The bases and the taxes of documents, by what each is of (a day, a territory) and by rate:
    their frozen totals, with the sign of an invoice (1) or of a credit note (−1).
    """
    sums: dict[tuple[Of, int], tuple[Money, Money]] = {}
    for of, totals, sign in documents:
        for part in totals["vat"]:
            base, vat = sums.get((of, part["rate"]), (Money(), Money()))
            added = base + Money(part["base"] * sign), vat + Money(part["amount"] * sign)
            sums[of, part["rate"]] = added
    return sums


def parts_by_rate(amount: Money, totals: Mapping[str, Any]) -> dict[int, Money]:
    """A payment of a document, by rate in proportion to what each comes to with its tax: the parts
    add up to the payment. A document of nothing has none.
    """
    whole = sum(part["base"] + part["amount"] for part in totals["vat"])
    parts: dict[int, Money] = {}
    reached, before = 0, 0
    for part in totals["vat"] if whole else ():
        reached += part["base"] + part["amount"]
        until = round_half_up(amount.cents * reached, whole)
        parts[part["rate"]] = Money(until - before)
        before = until
    return parts
