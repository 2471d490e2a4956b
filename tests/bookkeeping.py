"""A random play of the shop over several days, for the accounting entries: sales of all rates and
territories, deliveries in part, money in and back in every way, what is undone.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.card.gateway import FoundReversal
from checkout.card.models import CardPayment
from checkout.card.reversals import look_at_reversals
from checkout.corrections.replacements import replace_invoice
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.refunds import order_card_refund, refund_credits
from checkout.credits.rules import CreditRequest
from checkout.credits.transfers import confirm_transfer, order_transfer
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.corrections import correction_of
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import forward_invoice_file
from checkout.invoices.statuses import note_status
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from checkout.payments.models import TransferPart
from checkout.payments.payments import record_payment
from checkout.payments.transfers import Incoming, hold_part, write_transfer
from checkout.payouts.fees import Correction, correct_fees, type_fees
from checkout.payouts.models import CardPayout
from checkout.transfers.allotments import allot
from checkout.transfers.returns import confirm_return, order_return
from checkout.transfers.rules import Allotment, Rest
from checkout.withdrawals.desk import order_refund, refund_withdrawal
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.refunds import refund_withdrawals
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from quotes.quotes.quotes import issue_quote
from shop.core.actors import ACCOUNTING, Actor
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.parties import Contact, Parties, Place
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.core.vat import PriceBasis
from shop.storage.db import Database
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.factories import (
    AT,
    BOOKS,
    STORES,
    make_buyer,
    make_checkout,
    make_parties,
    make_sale,
    sale_line,
)
from tests.fakes import FakeGateway
from tests.orders import deliver_all, locked_order, make_card_order, make_order_from_original
from tests.paid_out import make_payout, part

IBAN = "FR7630006000011234567890189"
SECOND = Actor("Nora Blin", frozenset({ACCOUNTING}))
#: Where goods go, and the territory that the VAT table names.
PLACES = {"37500": "mainland", "20000": "corsica", "98000": "monaco", "00100": "armed_forces"}
STATUSES = ("needs_response", "lost", "won", "lost")


class Play:
    """One play: `at` is its moment, `done` what succeeded, `territories` those of its orders;
    `by_hand` what was given back of withdrawals by transfer; `paid_out` the amount and the fee of
    each payout.
    """

    def __init__(self, database: Database, shelf: dict[str, int], drawn: random.Random) -> None:
        self.database, self.shelf, self.drawn = database, list(shelf.values()), drawn
        self.at: datetime = AT
        self.gateway = FakeGateway()
        self.done: Counter[str] = Counter()
        self.territories: dict[str, str] = {}
        self.by_hand = Money()
        self.paid_out: list[tuple[int, int]] = []
        with database.transaction() as session:
            self.town = make_buyer(session)

    def turn(self) -> None:
        """One act of those that there are, a few minutes after the last one."""
        acts = [self.order, self.sell, self.sell_at_a_distance, *_ACTS]
        self.at += timedelta(minutes=2)
        act = self.drawn.choice(acts)
        act() if act in acts[:3] else act(self)

    def next_day(self) -> None:
        """Go to the next morning."""
        self.at = AT + timedelta(days=(paris_day(self.at) - paris_day(AT)).days + 1)

    def attempt(self, name: str, kind: Any, do: Callable[[Session, Any], object]) -> None:
        """Do that with a row that the shop does not refuse it for."""
        with self.database.reading_session() as session:
            ids = list(session.scalars(select(kind.id).order_by(kind.id.desc()).limit(12)))
        self.drawn.shuffle(ids)
        for key in ids[:6]:
            with suppress(DomainError):
                with self.database.transaction() as session:
                    do(session, session.get_one(kind, key))
                self.done[name] += 1
                return

    def lines(self, session: Session, basis: PriceBasis) -> Iterator[SaleLine]:
        for key in self.drawn.sample(self.shelf, self.drawn.randint(1, 4)):
            yield sale_line(session, key, self.drawn.randint(1, 5), basis)

    def parties(self, parties: Parties) -> tuple[Parties, str]:
        code, territory = self.drawn.choice(list(PLACES.items()))
        return replace(parties, delivery=replace(parties.delivery, postal_code=code)), territory

    def order(self) -> None:
        """A public body orders."""
        parties, territory = self.parties(make_parties())
        with self.database.transaction() as session:
            lines = [*self.lines(session, PriceBasis.EXCLUDING)]
            sale = make_sale(self.town, lines, parties=parties, shipping="pallet")
            quote = issue_quote(session, sale, by=self.town, at=self.at)
            reference = f"BC {quote.number}"
            order = make_order_from_original(session, quote, reference=reference, at=self.at)
            self.territories[order.number] = territory

    def sell_at_a_distance(self) -> None:
        """A private person has goods sent: paid by card, and invoiced at once."""
        home = Place("Léa Petit", "3, rue des Tilleuls", "61000", "Alençon")
        parties, territory = self.parties(Parties(home, home, Contact("Léa Petit", "06")))
        with self.database.transaction() as session:
            lines = list(self.lines(session, PriceBasis.INCLUDING))
            order = make_card_order(session, lines, parties=parties, at=self.at)
            deliver_all(session, order, at=self.at)
            bill_order(session, order, by=BOOKS, at=self.at)
            self.territories[order.number] = territory

    def sell(self) -> None:
        """A private person pays by card and collects."""
        product = self.drawn.choice(self.shelf)
        with suppress(DomainError):
            with self.database.transaction() as session:
                cart = make_checkout(session, product, self.drawn.randint(1, 4), at=self.at)
            checkout = Checkout.of(self.database, self.gateway, product, cart)
            page = checkout.press(self.at)
            self.gateway.pay(page)
            number = checkout.settle(page, self.at).order_number
            self.territories[str(number)] = "mainland"


def _deliver(play: Play) -> None:
    def do(session: Session, row: Order) -> None:
        order, part = locked_order(session, row.number), play.drawn.randint(0, 2)
        goods = [line for line in lines_of(session, order.id) if line.product_id is not None]
        left = {line.position: line.quantity - line.delivered for line in goods}
        units = {n: min(one, part) if part else one for n, one in left.items() if one}
        issue_delivery_note(session, order, units, by=STORES, at=play.at)

    play.attempt("deliver", Order, do)


def _invoice(play: Play) -> None:
    def do(session: Session, row: Order) -> None:
        bill_order(session, locked_order(session, row.number), by=BOOKS, at=play.at)

    play.attempt("invoice", Order, do)


def _pay(play: Play) -> None:
    def do(session: Session, row: Invoice) -> None:
        invoice, _order = get_invoice(session, row.number, by=BOOKS)
        most = invoice.due.cents
        amount = Money(play.drawn.randint(1, most) if most and play.drawn.random() < 0.3 else most)
        record_payment(
            session,
            invoice,
            amount=amount,
            received_on=paris_day(play.at),
            reference=f"VIR {play.at:%d%H%M}",
            by=BOOKS,
            at=play.at,
        )

    play.attempt("pay", Invoice, do)


def _hold(play: Play) -> None:
    def do(session: Session, row: Order) -> None:
        amount = Money(play.drawn.randint(100, 90_000))
        told = Incoming(amount, paris_day(play.at), f"TROP {play.at:%d%H%M}")
        transfer = write_transfer(session, told, by=BOOKS, at=play.at)
        known = row if row.organisation_id and play.drawn.random() < 0.6 else None
        hold_part(session, transfer, amount, known, by=BOOKS, at=play.at)

    play.attempt("hold", Order, do)


def _allot(play: Play) -> None:
    def do(session: Session, row: TransferPart) -> None:
        statement = select(Invoice).where(Invoice.is_due).order_by(Invoice.id.desc()).limit(5)
        due = play.drawn.choice([*session.scalars(statement), None])
        share = min(due.due, row.amount) if due else Money()
        shares = ((due.number, share),) if due else ()
        asked = Allotment(shares, play.drawn.choice(list(Rest)), "Erreur")
        allot(session, row.id, asked, by=BOOKS, at=play.at)

    play.attempt("allot", TransferPart, do)


def _return_money(play: Play) -> None:
    def do(session: Session, row: TransferPart) -> None:
        order_return(session, row.id, account=IBAN, reason="Trop", by=BOOKS, at=play.at)
        confirm_return(session, row.id, reference="VIR", by=SECOND, at=play.at)

    play.attempt("return_money", TransferPart, do)


def _credit(play: Play) -> None:
    def do(session: Session, row: Invoice) -> None:
        found, order = get_invoice(session, row.number, by=BOOKS)
        part = play.drawn.randint(0, 2)
        asked = CreditRequest("Geste", whole=not part, units={1: part} if part else {})
        issue_credit_note(session, found, order, asked, by=BOOKS, at=play.at)

    play.attempt("credit", Invoice, do)


def _correct(play: Play) -> None:
    """A wrong invoice is replaced, one in two after its recipient refused it."""

    def do(session: Session, row: Invoice) -> None:
        found, order = get_invoice(session, row.number, by=BOOKS)
        if play.drawn.random() < 0.5:
            day = paris_day(play.at)
            forward_invoice_file(session, found, order, day, by=BOOKS, at=play.at)
            note_status(session, found, "210", on=day, reason="Service", by=BOOKS, at=play.at)
        said = replace(correction_of(found, order), engagement=f"EJ {play.at:%d%H%M}")
        replace_invoice(session, found, order, said, "Engagement", by=BOOKS, at=play.at)

    play.attempt("correct", Invoice, do)


def _refund_credit(play: Play) -> None:
    def by_card(session: Session, row: CreditRefund) -> None:
        order_card_refund(session, number_of(session, row), by=BOOKS, at=play.at)

    def by_transfer(session: Session, row: CreditRefund) -> None:
        number = number_of(session, row)
        order_transfer(session, number, account=IBAN, by=BOOKS, at=play.at)
        confirm_transfer(session, number, reference="VIR", by=SECOND, at=play.at)

    def number_of(session: Session, row: CreditRefund) -> str:
        return session.get_one(CreditNote, row.credit_note_id).number

    if play.drawn.random() < 0.4:
        play.attempt("refund_by_transfer", CreditRefund, by_transfer)
        return
    play.gateway.refund_status = play.drawn.choice(("succeeded", "failed"))
    play.attempt("refund_by_card", CreditRefund, by_card)
    refund_credits(play.database, play.gateway, at=play.at, stopping=lambda: False)


def _pay_out(play: Play) -> None:
    """The card processor pays out, or the bank sends its last payout back."""
    back = play.paid_out and play.drawn.random() < 0.3
    with play.database.transaction() as session:
        if back:
            amount, fee = play.paid_out[-1]
            make_payout(
                session, amount, key=f"po_{len(play.paid_out)}", status="failed", at=play.at
            )
        else:
            gross, fee = play.drawn.randint(1_000, 90_000), play.drawn.randint(0, 900)
            told = play.drawn.random() < 0.6
            play.paid_out.append((gross - fee, fee if told else 0))
            key = f"po_{len(play.paid_out)}"
            parts = [part(gross, fee=fee, intent=key)] if told else []
            make_payout(session, gross - fee, parts, key=key, at=play.at)
    play.done["pay_out"] += 1


def _type_fees(play: Play) -> None:
    """The fees of a payout that the processor does not tell are typed, or corrected."""

    def fees(session: Session, row: CardPayout) -> None:
        typed = Money(play.drawn.randint(0, 900))
        if row.typed_fees is None:
            type_fees(session, row.id, typed, by=BOOKS, at=play.at)
        else:
            asked = Correction(typed, row.typed_fees, "Relu")
            correct_fees(session, row.id, asked, by=BOOKS, at=play.at)
        place = int(row.id.removeprefix("po_")) - 1
        play.paid_out[place] = (row.amount.cents, typed.cents)

    play.attempt("type_fees", CardPayout, fees)


def _withdraw(play: Play) -> None:
    def state(session: Session, row: Order) -> None:
        stated = Statement("Léa Petit", row.number, row.email, "fr")
        declare_withdrawal(session, stated, by=VISITOR, at=play.at)

    play.attempt("withdraw", Order, state)


def _refund_withdrawal(play: Play) -> None:
    def by_card(session: Session, row: Withdrawal) -> None:
        order_refund(session, row.id, by=BOOKS, at=play.at)

    def by_hand(session: Session, row: Withdrawal) -> None:
        play.by_hand += refund_withdrawal(session, row.id, reference="VIR", by=BOOKS, at=play.at)

    if play.drawn.random() < 0.4:
        play.attempt("withdrawal_by_hand", Withdrawal, by_hand)
        return
    play.gateway.refund_status = play.drawn.choice(("succeeded", "failed"))
    play.attempt("withdrawal_by_card", Withdrawal, by_card)
    refund_withdrawals(play.database, play.gateway, at=play.at, stopping=lambda: False)


def _reverse(play: Play) -> None:
    """A refund on the processor's site or a dispute, or its next state."""
    paid = select(CardPayment.payment_intent).where(CardPayment.order_id.is_not(None))
    with play.database.reading_session() as session:
        intents = list(session.scalars(paid.order_by(CardPayment.id)))
    if not intents:
        return
    intent = str(play.drawn.choice(intents))
    known = play.gateway.made_elsewhere.setdefault(intent, [])
    if known:
        known[0] = replace(known[0], status=play.drawn.choice(STATUSES))
    else:
        name, status = play.drawn.choice((("refund", "succeeded"), ("dispute", "needs_response")))
        amount = play.drawn.randint(1, 90)
        key = f"{name[:2]}_{intent}_own"
        known.append(FoundReversal(key, name, amount, status, "", play.at))
    look_at_reversals(play.database, play.gateway, intent, at=play.at)
    play.done["reverse"] += 1


_ACTS = (
    *(_deliver, _deliver, _invoice, _invoice, _invoice, _pay, _pay, _hold, _allot, _allot),
    *(_return_money, _credit, _correct, _refund_credit, _refund_credit, _withdraw),
    *(_refund_withdrawal, _reverse, _pay_out, _type_fees),
)
