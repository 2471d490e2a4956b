"""What the office grants in a quote for a client: discounts, free lines, a delivery price; and how
it stays the same up to the invoice, its electronic form and a credit note.
"""

import re
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.drafts.granting_rules import (
    DiscountReasonMissing,
    DiscountTooHigh,
    ShippingReasonMissing,
)
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from quotes.client_quotes.adjustments import (
    Granted,
    add_free_line,
    remove_free_line,
    set_discounts,
    set_shipping_price,
)
from quotes.client_quotes.client_quotes import (
    get_client_quote,
    issue_client_quote,
    ready_client_quote,
)
from quotes.client_quotes.limits import limits_at
from quotes.client_quotes.models import ClientQuote, ClientQuoteLine
from quotes.client_quotes.rules import (
    UnknownVatRate,
)
from quotes.quotes.models import Quote, QuoteLine
from quotes.quotes.renewal import at_todays_prices
from shop.cart.rules import WrongQuantity
from shop.core.actors import ACCOUNTING, ADMIN, SALES, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine, discounted, line_of
from shop.core.text import paris_day
from shop.dossiers.dossiers import content_of
from shop.settings.settings import set_settings
from shop.settings.table_rules import QUOTES
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.credited import credit
from tests.einvoices import figures_in, told
from tests.factories import AT, BOOKS, OFFICE, STORES, make_buyer, make_shop
from tests.integration.test_electronic_invoices import attached
from tests.orders import deliver_all, make_client_quote, make_order_from_original
from tests.people import staff
from tests.schematron import broken

SELLER = Actor("Sam Dubois", frozenset({SALES}))
BOSS = Actor("Anne Roy", frozenset({ADMIN}))
NAMES = {"parcel": "Colis", "pallet": "Palette", "pick_up": "Retrait"}


def allow(session: Session, discount: int, *, by: Actor = BOSS) -> None:
    """Let the sales staff grant a discount."""
    first = {one.key: one.default for one in QUOTES.settings}
    values = first | {"discount": discount}
    set_settings(session, QUOTES, values, paris_day(AT), seen=0, by=by, at=AT)


def said(answer: Any) -> str:
    return str(answer.text).replace("\xa0", " ").replace("\u202f", " ")


def issued(session: Session, row: ClientQuote, *, by: Actor = OFFICE) -> Quote:
    """The quote that was prepared, issued as it stands."""
    prepared = get_client_quote(session, row.id, by=by, lock=True)
    ready = ready_client_quote(session, prepared, NAMES, at=AT, lock=True)
    return issue_client_quote(session, prepared, ready, by=by, at=AT)


def granted(session: Session, quantity: int = 1) -> ClientQuote:
    """A quote in preparation with one of each: 7,5 % on the goods, an installation, free delivery
    of 12 euros.
    """
    line = make_shop(session)[0]
    row = make_client_quote(session, make_buyer(session), line.sku, quantity)
    given = {line.sku: Granted(750, "Client fidèle")}
    set_discounts(session, row, given, limits_at(session, AT), by=OFFICE)
    add_free_line(session, row, "Installation sur place", Money(18_050), 2_000, 2)
    set_shipping_price(row, Money(1_200), "Tournée du jeudi")
    session.flush()
    return row


def ordered(session: Session) -> Order:
    order = make_order_from_original(session, issued(session, granted(session)))
    deliver_all(session, order)
    return order


def test_what_is_granted_is_on_the_quote_and_its_order(database: Database):
    with database.transaction() as session:
        quote = issued(session, granted(session))
        order = make_order_from_original(session, quote)
        goods, free, shipping = lines_of(session, order.id)
        content = content_of(session, quote.paper_id)
    assert goods.list_price is not None
    assert goods.unit_price == goods.list_price.reduced(750, goods.eco_fee)
    assert goods.discount == 750
    assert (free.sku, free.name, free.amount) == (
        "SUR-DEVIS",
        "Installation sur place",
        Money(36_100),
    )
    assert shipping.amount == Money(1_200)
    assert order.including == quote.including
    assert order.excluding == goods.amount + free.amount + shipping.amount
    assert [line.get("discount", 0) for line in content["lines"]] == [750, 0, 0]


def test_the_invoice_and_its_electronic_form_tell_the_discount(database: Database):
    with database.transaction() as session:
        order = ordered(session)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        (goods, *_others) = lines_of(session, order.id)
    assert invoice.including == order.including
    xml = attached(database, invoice)
    assert broken(xml) == []
    assert xml is not None
    root = etree.fromstring(xml)
    gross = told(root, "//ram:GrossPriceProductTradePrice/ram:ChargeAmount")
    off = told(root, "//ram:GrossPriceProductTradePrice//ram:ActualAmount")
    first = "//ram:IncludedSupplyChainTradeLineItem[1]"
    net = told(root, f"{first}//ram:NetPriceProductTradePrice/ram:ChargeAmount")
    assert Decimal(gross) - Decimal(off) == Decimal(net)
    assert Decimal(gross) * 10_000 == goods.list_price.tenthousandths
    assert figures_in(xml).payable * 100 == order.including.cents


def test_a_free_line_is_on_the_note_and_the_invoice_of_the_first_delivery(database: Database):
    with database.transaction() as session:
        order = make_order_from_original(session, issued(session, granted(session, 2)))
        noted = [on_note(session, order, {1: 1})]
        invoiced = [billed(session, order)]
        noted.append(on_note(session, order, {1: 1}))
        invoiced.append(billed(session, order))
        mail = session.scalars(
            select(Email).where(Email.template == "delivery_sent").order_by(Email.id)
        ).first()
    assert noted == [
        [("SON-0412", 2, 1, 1), ("SUR-DEVIS", 2, 2, 0)],
        [("SON-0412", 2, 1, 0)],
    ]
    assert invoiced == [[("SON-0412", 1), ("SUR-DEVIS", 2), ("", 1)], [("SON-0412", 1)]]
    assert mail is not None
    assert [line["quantity"] for line in mail.facts["lines"]] == [1]


def on_note(session: Session, order: Order, units: dict[int, int]) -> list[tuple[Any, ...]]:
    """Deliver units; the lines that the delivery note prints."""
    note = issue_delivery_note(session, order, units, by=STORES, at=AT)
    told = ("sku", "ordered", "delivered", "remaining")
    return [
        tuple(line[name] for name in told) for line in content_of(session, note.paper_id)["lines"]
    ]


def billed(session: Session, order: Order) -> list[tuple[str, int]]:
    """Invoice what is delivered; the lines of the invoice."""
    invoice = bill_order(session, order, by=BOOKS, at=AT)
    lines = content_of(session, invoice.paper_id)["lines"]
    return [(line["sku"], line["quantity"]) for line in lines]


def test_a_credit_note_gives_back_the_price_that_was_paid(database: Database):
    with database.transaction() as session:
        order = ordered(session)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
    note = credit(database, invoice.number)
    with database.reading_session() as session:
        assert session.merge(note, load=False).including == order.including


def test_a_discount_is_of_the_price_but_the_eco_contribution():
    line = SaleLine(1, "SKU", "Enceinte", 2, UnitPrice(1_000_000), 2_000, UnitPrice(20_000))
    less = discounted(line, 1_000)
    assert (less.unit_price, less.list_price) == (UnitPrice(902_000), UnitPrice(1_000_000))
    assert discounted(less, 0) == line
    assert discounted(less, 2_000).list_price == UnitPrice(1_000_000)


def test_a_free_line_is_of_the_quote_that_was_read(database: Database):
    with database.transaction() as session:
        row = granted(session)
        before = seal_of_preparation(session, row)
        free = session.scalars(
            select(ClientQuoteLine).where(ClientQuoteLine.name != "").order_by(ClientQuoteLine.id)
        ).one()
        free.name = "Mise en service"
        session.flush()
        assert seal_of_preparation(session, row) != before
        remove_free_line(session, row, free.id)
        quote = issued(session, row)
        lines = session.scalars(
            select(QuoteLine).where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.position)
        ).all()
    assert len(lines) == 2


def seal_of_preparation(session: Session, row: ClientQuote) -> str:
    prepared = get_client_quote(session, row.id, by=OFFICE)
    return ready_client_quote(session, prepared, NAMES, at=AT).seal


def test_a_renewal_is_at_the_list_prices_of_its_day(database: Database):
    with database.transaction() as session:
        order = make_order_from_original(session, issued(session, granted(session)))
        goods, free, _shipping = lines_of(session, order.id)
        sold = [line_of(goods), line_of(free)]
        lines, differences = at_todays_prices(session, sold)
    assert [(line.list_price, line.discount) for line in lines] == [(None, 0), (None, 0)]
    assert lines[0].unit_price == goods.list_price
    assert [one.sku for one in differences] == [goods.sku]


def test_what_is_no_product_is_renewed_at_the_rate_of_the_day(database: Database):
    """Its price including VAT stays, as that of delivery does when a rate changes."""
    with database.transaction() as session:
        order = make_order_from_original(session, issued(session, granted(session)))
        sold = [line_of(one) for one in lines_of(session, order.id)]
        lines, _differences = at_todays_prices(session, sold, rates={2_000: 2_120})
    free, before = lines[1], sold[1]
    assert before.vat_rate == 2_000 and free.vat_rate == 2_120
    assert free.unit_price.including(2_120) == before.unit_price.including(2_000)


def test_each_role_has_its_limit(database: Database):
    with database.transaction() as session:
        line = make_shop(session)[0]
        row = make_client_quote(session, make_buyer(session), line.sku)
        limits = limits_at(session, AT)

        def grant(discount: int, by: Actor, reason: str = "Marché") -> None:
            set_discounts(session, row, {line.sku: Granted(discount, reason)}, limits, by=by)

        with pytest.raises(DiscountTooHigh):
            grant(1_001, SELLER)
        with pytest.raises(DiscountReasonMissing):
            grant(500, SELLER, "")
        grant(2_000, BOSS)
        with pytest.raises(DiscountTooHigh):
            issued(session, row, by=SELLER)
        with pytest.raises(UnknownVatRate):
            add_free_line(session, row, "Pose", Money(100), 1_234, 1)
        with pytest.raises(WrongQuantity):
            add_free_line(session, row, "Pose", Money(100), 2_000, 0)
        with pytest.raises(ShippingReasonMissing):
            set_shipping_price(row, Money(), "")
        with pytest.raises(NotAllowed):
            allow(session, 2_000, by=SELLER)
        allow(session, 2_000)
        quote = issued(session, row, by=SELLER)
    assert quote.drawn_by == SELLER.name


def test_the_limits_are_settings_of_the_administrator(app, database: Database):
    boss, place = staff(app, database, ADMIN), "/bureau/reglages/devis"
    typed = {"discount": "95", "administrators": "30", "months": "3"}
    typed |= {"since": paris_day(AT).isoformat(), "seen": "0"}
    refused = boss.post(place, data=typed)
    assert refused.status_code == 422
    assert 'value="95"' in refused.text
    assert "Indiquez une valeur de 0 % à 90 %" in said(refused)
    shown = boss.post(place, data=typed | {"discount": "12,5"})
    assert "12,5 %" in said(shown)
    mark = re.search(r'name="shown"[^>]*value="(\w{16})"', shown.text)
    assert mark
    sent = boss.post(place, data=typed | {"discount": "12,5", "shown": mark[1]})
    assert sent.status_code == 303
    assert 'value="12,5"' in boss.get(place).text
    with database.reading_session() as session:
        assert limits_at(session, AT).discount == 1_250
    assert staff(app, database, ACCOUNTING).get(place).status_code == 403


@pytest.mark.parametrize("typed", ["10", "20", "7,5"])
def test_a_granted_discount_stands_in_its_field_as_it_was_typed(
    app, database: Database, typed: str
):
    with database.transaction() as session:
        line = make_shop(session)[0]
        row = make_client_quote(session, make_buyer(session), line.sku)
        allow(session, 2_000)
    office, place = staff(app, database, SALES), f"/bureau/devis/{row.id}"
    fields = {f"discount-{line.sku}": typed, f"reason-{line.sku}": "Marché"}
    assert office.post(f"{place}/quantites", data=fields).status_code == 303
    assert f'value="{typed}"' in office.get(place).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"discount": "50", "reason": "Marché"}, "au plus"),
        ({"discount": "5", "reason": ""}, "motif de la remise"),
        ({"discount": "beaucoup", "reason": ""}, "en pour cent"),
    ],
)
def test_a_discount_is_refused_beside_its_field(
    app, database: Database, typed: dict[str, Any], said: str
):
    with database.transaction() as session:
        line = make_shop(session)[0]
        row = make_client_quote(session, make_buyer(session), line.sku)
    office = staff(app, database, SALES)
    fields = {f"{name}-{line.sku}": value for name, value in typed.items()}
    answer = office.post(f"/bureau/devis/{row.id}/quantites", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed["discount"]}"' in answer.text
