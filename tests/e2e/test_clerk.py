"""A clerk takes a pile of originals, by the keyboard alone.

A key is one that is pressed beside what is typed: characters in a field are typed, every other one
is counted, those that go from field to field and that send the form among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from quotes.procedure import QuoteStage
from quotes.quotes.models import Quote
from shop.catalogue.models import Stock
from shop.core.money import Money
from shop.core.text import money, paris_day
from shop.ops import clock
from shop.people.models import User
from tests.e2e.gestures import main, sign_in
from tests.e2e.live import LiveShop
from tests.e2e.quoting import BUYER
from tests.e2e.tabs import People, Tab, on
from tests.factories import member_of, sale_line
from tests.integration.test_expired_originals import copy_of
from tests.orders import make_quote

#: The most keys for one original.
MOST = 6
DESK = "/bureau/bons-de-commande"
CENTS = Money(2)
#: The kinds of papers that make an order.
RECORDED = {"conforming", "cents", "late"}


@dataclass(frozen=True)
class Original:
    """One paper of the pile: the number of the quote on it, and its amount."""

    kind: str
    number: str
    amount: Money


@dataclass
class Clerk:
    """Presses and counts."""

    tab: Tab
    keys: int = 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.tab.page.keyboard.press(key)

    def send(self, key: str = "Enter") -> None:
        """A key that opens another page."""
        self.keys += 1
        self.tab.key(key)

    def type(self, words: str) -> None:
        self.tab.page.keyboard.type(words)

    def find(self, paper: Original) -> None:
        self.press("f")
        self.type(paper.number)
        self.send()

    def record(self, paper: Original) -> None:
        """All five are there; where it is filed, its amount, and why it is taken late."""
        self.press("t")
        self.type("Classeur 14")
        self.press("Enter")
        self.type(money(paper.amount.cents, "fr").removesuffix("€").strip())
        if paper.kind == "late":
            self.press("Enter")
            self.type("Retard de la poste")
        self.send()

    def refuse(self) -> None:
        self.press("r")
        self.type("Le montant n'est pas celui du devis.")
        self.press("Tab")
        self.send()

    def take(self, paper: Original) -> None:
        """As the clerk reads it: what the page says beside what is on the paper decides."""
        self.find(paper)
        said = main(self.tab).inner_text()
        if paper.kind == "stranger":
            assert "Aucun devis" in said
        elif paper.kind == "twice":
            assert "n’attend plus d’original" in said
        elif paper.kind == "other amount":
            self.refuse()
        else:
            self.record(paper)


def _papers(session: Session, many: int) -> Iterator[Original]:
    user = session.scalars(select(User).where(User.email == BUYER)).one()
    buyer = member_of(session, user)
    most = select(Stock.product_id).order_by(
        (Stock.on_hand - Stock.reserved).desc(), Stock.product_id
    )
    goods = sale_line(session, session.scalars(most.limit(1)).one())
    kinds = ("conforming", "cents", "other amount", "late", "twice", "stranger")
    last = None
    for number, kind in enumerate((*islice(cycle(kinds), many - 1), "conforming")):
        if kind == "stranger":
            yield Original(kind, f"DE-2019-{number:06d}", Money(100))
        elif kind == "twice" and last:
            yield replace(last, kind=kind)
        else:
            at = clock.now() - timedelta(days=40 if kind == "late" else 1)
            quote = make_quote(session, buyer, [goods], at=at)
            _copy(session, quote, f"BC-PILE-{number}", paris_day(at))
            more = {"cents": CENTS, "other amount": Money(1000)}.get(kind, Money())
            paper = Original(kind, quote.number, quote.including + more)
            last = paper if kind == "conforming" else last
            yield paper


def _copy(session: Session, quote: Quote, reference: str, day: date) -> None:
    copy_of(
        session,
        quote,
        at=quote.issued_at,
        reference=reference,
        dated_on=day,
        engagement="2026-004512",
        service_code="CULT-02",
        signatory_name="Paul Lenoir",
        signatory_capacity="Maire",
    )


@on("desktop")
def test_a_pile_of_originals_is_taken_by_the_keyboard(
    people: People, shop: LiveShop, request: pytest.FixtureRequest
):
    many = 50 if request.config.getoption("full_size") else 7
    with shop.database.transaction() as session:
        pile = list(_papers(session, many))
        before = session.scalar(select(func.count(Order.id))) or 0
    office = people.arrive()
    sign_in(office, "adv@comptoir.example")
    office.go(DESK)
    for paper in pile:
        clerk = Clerk(office)
        clerk.take(paper)
        assert clerk.keys <= MOST, f"{paper.kind}: {clerk.keys} keys"
        assert DESK in office.page.url, "the clerk stays at the desk"
    expected = {"other amount": QuoteStage.RESERVED}
    with shop.database.reading_session() as session:
        rows = session.execute(select(Quote.number, Quote.stage).order_by(Quote.id))
        stages = {row.number: row.stage for row in rows}
        made = session.scalar(select(func.count(Order.id))) or 0
    ordered = {paper.number for paper in pile if paper.kind in RECORDED}
    assert made - before == len(ordered)
    for paper in pile:
        if paper.kind != "stranger":
            assert stages[paper.number] is expected.get(paper.kind, QuoteStage.ORDERED), paper
    assert pile[-1].kind == "conforming"
    take_back(office, shop)


def take_back(office: Tab, shop: LiveShop) -> None:
    """The order of the last original is cancelled, from the line that confirmed it."""
    clerk = Clerk(office)
    clerk.send("u")
    clerk.press("e")
    clerk.type("Enregistré par erreur")
    clerk.send()
    assert clerk.keys <= MOST
    with shop.database.reading_session() as session:
        last = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
    assert last.stage is OrderStage.CANCELLED
