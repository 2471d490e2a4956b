"""The books of a random play of the shop: balanced to the cent, complete, equal to the documents,
and never changed afterwards.

A short play in `make test`, long ones by `make properties`.
"""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import COMPLETE
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import REFUNDED
from checkout.entries.consumer_receipts import consumer_receipts
from checkout.entries.consumer_sales import consumer_sales
from checkout.entries.entries import count_rows, entries_of_period
from checkout.entries.rules import SALES, Entry
from checkout.entries.vat_sums import vat_of_period
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import AWAITING, HELD, RETURNED
from checkout.payouts.models import CardPayout
from checkout.payouts.procedure import has_arrived
from checkout.receivables.receivables import sums_by_age
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.dossiers.models import Paper
from shop.storage.db import Database
from tests.bookkeeping import Play
from tests.factories import AT
from tests.whole.test_money_properties import make_shelf

FIRST = paris_day(AT)
DAYS = 5


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    full = metafunc.config.getoption("full_size")
    metafunc.parametrize("seed", range(1, 11 if full else 2))


class Document(NamedTuple):
    """An issued document: `sign` is −1 for a credit note."""

    number: str
    territory: str
    consumer: bool
    sign: int
    content: dict[str, Any]


class Books(NamedTuple):
    """What the shop exports of a period."""

    entries: list[Entry]
    vat: dict[tuple[str, int], tuple[Money, Money]]
    consumers: tuple[Money, Money]
    received: Money


def books(database: Database, since: date, until: date) -> Books:
    with database.snapshot_session() as session:
        found = list(entries_of_period(session, since, until, str))
        assert len(found) == count_rows(session, since, until)
        vat = vat_of_period(session, since, until)
        sold = consumer_sales(session, since, until)
        received = consumer_receipts(session, since, until)
    assert [one.day for one in found] == sorted(one.day for one in found)
    assert all(since <= one.day <= until for one in found)
    sums = total([one.base for one in sold]), total([one.vat for one in sold])
    by_rate = {(one.territory, one.rate): (one.base, one.vat) for one in vat}
    return Books(found, by_rate, sums, total([one.amount for one in received]))


def booked(entries: list[Entry], *kinds: str) -> Money:
    """The balance of these accounts, positive for a debit."""
    return total([one.amount for entry in entries for one in entry.postings if one.kind in kinds])


def documents(database: Database, territories: dict[str, str]) -> list[Document]:
    of_invoices = (
        select(Invoice.number, Order, Paper.content)
        .join(Order, Order.id == Invoice.order_id)
        .join(Paper, Paper.id == Invoice.paper_id)
    )
    of_notes = (
        select(CreditNote.number, Order, Paper.content)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Paper, Paper.id == CreditNote.paper_id)
    )
    with database.reading_session() as session:
        return [
            Document(
                number, territories[order.number], order.organisation_id is None, sign, content
            )
            for statement, sign in ((of_invoices, 1), (of_notes, -1))
            for number, order, content in session.execute(statement)
        ]


def recomputed(document: Document) -> dict[int, tuple[int, int]]:
    """The base and the VAT of each rate of a document in cents, from its lines alone. Those of a
    credit note are the difference of two rounded amounts: its own, a cent from the lines at most.
    """
    including = document.content["totals"]["basis"] == "including"
    told = {one["rate"]: (one["base"], one["amount"]) for one in document.content["totals"]["vat"]}
    sums: Counter[int] = Counter()
    for line in document.content["lines"]:
        sums[line["vat_rate"]] += line["total"]
    assert {rate for rate, amount in sums.items() if amount or rate in told} == told.keys()
    found = {}
    for rate, amount in ((rate, sums[rate]) for rate in told):
        of_rate = Decimal(rate) / 10_000
        if including:
            base = cents(Decimal(amount) / (1 + of_rate))
            exact = base, amount - base
        else:
            exact = amount, cents(Decimal(amount) * of_rate)
        allowed = 0 if document.sign > 0 else 1
        assert all(abs(a - b) <= allowed for a, b in zip(exact, told[rate], strict=True))
        assert not including or sum(told[rate]) == amount
        found[rate] = told[rate]
    return found


def cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def ensure_documents(play: Play, found: Books) -> None:
    """Every document is booked once; the accounts, the VAT table and the documents are equal."""
    papers = documents(play.database, play.territories)
    pieces = Counter(one.piece for one in found.entries if one.journal == SALES)
    worth = {one.number for one in papers if one.content["totals"]["payable"]}
    assert set(pieces) == worth and set(pieces.values()) <= {1}
    sums: dict[tuple[str, int], list[int]] = {}
    consumers = [0, 0]
    for one in papers:
        for rate, amounts in recomputed(one).items():
            for place, amount in enumerate(amounts):
                sums.setdefault((one.territory, rate), [0, 0])[place] += amount * one.sign
                consumers[place] += amount * one.sign * one.consumer
    assert found.vat == {key: (Money(a), Money(b)) for key, (a, b) in sums.items()}
    assert found.consumers == (Money(consumers[0]), Money(consumers[1]))
    for rate in {rate for _territory, rate in sums}:
        ours = [each for key, each in found.vat.items() if key[1] == rate]
        assert -total([base for base, _vat in ours]) == of_rate(found, rate, "goods eco shipping")
        assert -total([vat for _base, vat in ours]) == of_rate(found, rate, "vat")


def of_rate(found: Books, rate: int, kinds: str) -> Money:
    return total(
        [
            one.amount
            for entry in found.entries
            for one in entry.postings
            if one.rate == rate and one.kind in kinds.split()
        ]
    )


def ensure_money(play: Play, found: Books) -> None:
    """The accounts of clients, of money held, of the bank and of the card are what the rows of the
    shop come to.
    """
    with play.database.reading_session() as session:
        owed = total(list(sums_by_age(session, paris_day(play.at)).values()))
        invoices = session.scalars(select(Invoice).order_by(Invoice.id)).all()
        parts = session.scalars(select(TransferPart).order_by(TransferPart.id)).all()
        refunds = session.scalars(
            select(CreditRefund).where(CreditRefund.account != "").order_by(CreditRefund.id)
        ).all()
        transfers = total(list(session.scalars(select(Transfer.amount).order_by(Transfer.id))))
        cards = total(
            list(
                session.scalars(
                    select(Payment.amount).where(Payment.method == "card").order_by(Payment.id)
                )
            )
        )
        reversed_ = session.scalars(
            select(CardReversal.amount)
            .join(CardPayment, CardPayment.id == CardReversal.payment_id)
            .where(CardReversal.state.in_(COMPLETE), CardPayment.order_id.is_not(None))
            .order_by(CardReversal.id)
        ).all()
        consumers = set(session.scalars(select(Order.id).where(Order.organisation_id.is_(None))))
    overpaid = total([max(one.covered - one.including, Money()) for one in invoices])
    taken = total(list(reversed_))
    by_transfer = total([one.amount for one in refunds if one.state in REFUNDED])
    given = taken + by_transfer + play.by_hand
    held = [one for one in parts if one.state in (*HELD, *AWAITING)]
    returned = total([one.amount for one in parts if one.state in RETURNED])
    entries = found.entries
    assert booked(entries, "clients") == owed - overpaid + given
    assert -booked(entries, "credits") == total([one.amount for one in held if one.order_id])
    assert -booked(entries, "suspense") == total([one.amount for one in held if not one.order_id])
    arrived, fees = paid_out(play)
    assert booked(entries, "fees") == fees == total([Money(fee) for _amount, fee in play.paid_out])
    assert booked(entries, "bank") == (transfers - returned - by_transfer - play.by_hand + arrived)
    assert booked(entries, "card") == cards - taken - arrived - fees
    paid = total([one.paid for one in invoices if one.order_id in consumers])
    assert found.received == paid - given + given_to_bodies(play)


def paid_out(play: Play) -> tuple[Money, Money]:
    """What the bank has of the payouts, and the fees of all."""
    with play.database.reading_session() as session:
        rows = session.scalars(select(CardPayout).order_by(CardPayout.id)).all()
    arrived = [row.amount for row in rows if has_arrived(row.state)]
    return total(arrived), total([row.kept_fees for row in rows])


def given_to_bodies(play: Play) -> Money:
    """What was given back of the invoices of organisations, by transfer."""
    with play.database.reading_session() as session:
        amounts = session.scalars(
            select(CreditRefund.amount)
            .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
            .join(Invoice, Invoice.id == CreditNote.invoice_id)
            .join(Order, Order.id == Invoice.order_id)
            .where(Order.organisation_id.is_not(None), CreditRefund.state.in_(REFUNDED))
            .order_by(CreditRefund.id)
        ).all()
    return total(list(amounts))


@pytest.mark.each_database
def test_the_books_of_a_random_play_add_up(database: Database, seed: int, request) -> None:
    drawn = random.Random(seed)
    play = Play(database, make_shelf(database, drawn), drawn)
    acts = 120 if request.config.getoption("full_size") else 30
    closed: dict[date, list[Entry]] = {}
    for _day in range(DAYS):
        for _act in range(acts):
            play.turn()
        day = paris_day(play.at)
        closed[day] = books(database, day, day).entries
        play.next_day()
    found = books(database, FIRST, FIRST + timedelta(days=DAYS))
    assert {entry.balance for entry in found.entries} == {Money()}
    assert found.entries == [one for day in closed.values() for one in day], "no past day changes"
    ensure_documents(play, found)
    ensure_money(play, found)
    missing = {"credit", "correct", "allot", "reverse", "withdraw"} - play.done.keys()
    assert not missing, "the play is too short to show anything"
