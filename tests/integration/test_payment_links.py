"""Sales for private persons: drawn by the office, sent as a link, paid by card without account."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from checkout.card.models import CardPayment
from checkout.card.rules import LINK_REVOKED, OUT_OF_STOCK
from checkout.card.settlement import settle
from checkout.drafts.granting_rules import DiscountTooHigh, at_including, less_including
from checkout.orders.models import Order
from checkout.payment_links.links import pay_link, revoke_link, send_link_again
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.preparation import (
    Discount,
    prepare_link,
    set_link_discounts,
    set_link_offer,
)
from checkout.payment_links.procedure import LinkState
from checkout.payment_links.rules import (
    DaysNotPossible,
    LinkClientErased,
    LinkRateChanged,
    RevocationReasonMissing,
)
from checkout.web.card.processor import EXTENSION
from shop.catalogue import stock
from shop.catalogue.models import Product
from shop.core.actors import ACCOUNTING, ADMIN, SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.settings.settings import set_settings, settings_known
from shop.settings.vat_rules import VAT
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, make_letterhead, make_product
from tests.fakes import FakeGateway
from tests.links import make_payment_link, send_payment_link
from tests.people import staff

SELLER = Actor("Sam Dubois", frozenset({SALES}))
CLIENT = {"name": "Odile Renard", "email": "odile@example.org", "language": "fr"}
ADDRESSES = {
    "header_line1": "3 rue des Tilleuls",
    "header_postal_code": "37500",
    "header_city": "Chinon",
    "delivery": "same",
    "contact_name": "Odile Renard",
    "contact_phone": "02 99 00 00 00",
}
HOME = "/bureau/liens-de-paiement"


@pytest.fixture
def product_id(database: Database) -> int:
    with database.transaction() as session:
        make_letterhead(session)
        return make_product(session, at=AT, on_hand=5)


@pytest.fixture
def gateway(app) -> FakeGateway:
    app.extensions[EXTENSION] = FakeGateway()
    return app.extensions[EXTENSION]


@pytest.fixture
def office(app, database: Database, product_id: int):
    return staff(app, database, SALES)


def filled(office) -> str:
    """The address of a sale with two pieces at 10 % less, delivered for 5 €."""
    answer = office.post(HOME, data=CLIENT)
    assert answer.status_code == 303
    url = str(answer.headers["Location"])
    line = {"sku": "son-0412", "quantity": "2"}
    assert office.post(f"{url}/lignes", data=line).status_code == 303
    less = {"quantity-SON-0412": "2", "discount-SON-0412": "10", "reason-SON-0412": "Fidélité"}
    assert office.post(f"{url}/quantites", data=less).status_code == 303
    assert office.post(f"{url}/adresses", data=ADDRESSES).status_code == 303
    way = re.search(r'name="shipping"[^>]*value="(\w+)"', office.get(url).text)
    assert way
    offer = {"shipping": way[1], "days": "7", "words": "Comme convenu.", "price": "5"}
    answer = office.post(f"{url}/offre", data=offer | {"reason": "Accord du 3"})
    assert answer.status_code == 303
    return url


def sent(office, database: Database) -> str:
    """The address of the page of a link that was sent."""
    url = filled(office)
    page = office.get(f"{url}/apercu").text
    seal = re.search(r'name="seal"[^>]*value="([^"]+)"', page)
    assert seal
    assert office.post(f"{url}/apercu", data={"seal": seal[1]}).status_code == 303
    with database.reading_session() as session:
        return f"/paiement/{session.scalars(select(PaymentLink.token)).one()}"


def pressed(client, url: str, gateway) -> str:
    """Accept the terms and press the button; the session of the processor's page."""
    version = re.search(r'name="terms" value="(\d+)"', client.get(url).text)
    assert version
    answer = client.post(url, data={"terms": version[1]})
    assert answer.status_code == 303
    return str(answer.headers["Location"]).rpartition("/")[2]


def row_of(database: Database) -> PaymentLink:
    with database.reading_session() as session:
        return session.scalars(select(PaymentLink)).one()


def test_a_private_person_pays_from_a_link_once(app, database: Database, office, gateway) -> None:
    url, visitor = sent(office, database), app.test_client()
    row = row_of(database)
    with database.reading_session() as session:
        price = session.scalars(select(Product.price_including)).one()
        eco = session.scalars(select(Product.eco_fee)).one()
        mail = session.scalars(select(Email).where(Email.template == "payment_link")).one()
    assert eco.tenthousandths == 0
    unit = Money((price.cents * 9 + 5) // 10)
    assert row.amount == unit * 2 + Money(500)
    assert (mail.to, mail.facts["token"], mail.facts["words"]) == (
        "odile@example.org",
        row.token,
        ["Comme convenu."],
    )
    answer = visitor.get(url)
    page = unescape(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page
    for told in ("Comme convenu.", "3 rue des Tilleuls", "14 jours", "remise 10"):
        assert told in page, told
    assert row_of(database).state is LinkState.SENT
    refused = visitor.post(url, data={})
    assert refused.status_code == 422
    assert "conditions" in refused.text
    session_id = pressed(visitor, url, gateway)
    assert row_of(database).state is LinkState.OPENED
    assert pressed(visitor, url, gateway) == session_id
    gateway.pay(session_id)
    back = visitor.get(f"/commande/retour?session_id={session_id}")
    assert back.status_code == 303
    settle(database, gateway, session_id, at=AT)
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        assert order.including == row.amount
        assert (order.email, order.organisation_id) == ("odile@example.org", None)
        done = row_of(database)
        assert (done.state, done.order_number) == (LinkState.PAID, order.number)
        acts = session.scalars(
            select(JournalEntry.act)
            .where(JournalEntry.subject == f"payment_link:{done.id}")
            .order_by(JournalEntry.id)
        ).all()
    assert acts == ["prepare_link", "send_link", "open_link", "pay_link"]
    assert order.number in visitor.get(url).text
    assert order.number in office.get(f"{HOME}/{done.id}").text


def test_what_the_link_promised_holds_when_prices_change(
    app, database: Database, office, gateway, product_id: int
) -> None:
    url = sent(office, database)
    with database.transaction() as session:
        product = session.get_one(Product, product_id)
        product.unit_price, product.price_including = UnitPrice(9_990_000), Money(119_880)
    pressed(app.test_client(), url, gateway)
    with database.reading_session() as session:
        assert session.scalars(select(CardPayment.amount)).one() == row_of(database).amount


def test_what_is_sold_out_is_refused_before_paying_and_refunded_after(
    app, database: Database, office, gateway, product_id: int
) -> None:
    url, visitor = sent(office, database), app.test_client()
    session_id = pressed(visitor, url, gateway)
    with database.transaction() as session:
        stock.reserve(session, {product_id: 4}, reference="elsewhere", at=AT)
    assert 'name="terms"' not in visitor.get(url).text
    gateway.pay(session_id)
    assert settle(database, gateway, session_id, at=AT).reason == OUT_OF_STOCK
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0
    assert "remboursé" in office.get(f"{HOME}/{row_of(database).id}").text


def test_a_revoked_link_is_not_paid_and_a_payment_under_way_is_refunded(
    app, database: Database, office, gateway
) -> None:
    url, visitor = sent(office, database), app.test_client()
    session_id = pressed(visitor, url, gateway)
    act = f"{HOME}/{row_of(database).id}/revocation"
    assert office.post(act, data={"reason": ""}).status_code == 422
    assert office.post(act, data={"reason": "Erreur de prix"}).status_code == 303
    assert 'name="terms"' not in visitor.get(url).text
    assert visitor.post(url, data={"terms": "1"}).status_code in (303, 422)
    gateway.pay(session_id)
    assert settle(database, gateway, session_id, at=AT).reason == LINK_REVOKED
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0
        told = session.scalars(select(Email.template).order_by(Email.id)).all()
    assert "payment_link_revoked" in told


def test_a_link_is_over_after_its_last_day_until_it_is_sent_again(
    app, database: Database, office, gateway
) -> None:
    url, visitor = sent(office, database), app.test_client()
    with database.transaction() as session:
        row = session.scalars(select(PaymentLink)).one()
        row.last_day = date(2020, 1, 1)
    assert 'name="terms"' not in visitor.get(url).text
    assert visitor.post(url, data={"terms": "1"}).status_code in (303, 422)
    assert office.post(f"{HOME}/{row.id}/envoi", data={}).status_code == 303
    assert 'name="terms"' in visitor.get(url).text
    with database.reading_session() as session:
        count = select(func.count()).where(Email.template == "payment_link")
        assert session.scalar(count) == 2


def test_a_link_in_preparation_is_nobodys_page(app, database: Database, office) -> None:
    filled(office)
    assert app.test_client().get(f"/paiement/{row_of(database).token}").status_code == 404
    assert app.test_client().get("/paiement/unknown").status_code == 404


def test_mistakes_of_lines_and_of_the_offer_stand_beside_their_fields(
    database: Database, office
) -> None:
    url = filled(office)
    typed = {"quantity-SON-0412": "x", "discount-SON-0412": "90", "reason-SON-0412": ""}
    answer = office.post(f"{url}/quantites", data=typed)
    assert answer.status_code == 422
    assert 'id="quantity-SON-0412-error"' in answer.text
    assert 'id="discount-SON-0412-error"' in answer.text
    offer = {"shipping": "parcel", "days": "31", "words": "", "price": "5", "reason": ""}
    assert office.post(f"{url}/offre", data=offer).status_code == 422
    assert office.post(f"{url}/offre", data=offer | {"days": "3"}).status_code == 422
    assert office.post(f"{url}/abandon", data={}).status_code == 303
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(PaymentLink)) == 0


def test_the_services_refuse_what_the_table_and_the_limits_do(
    database: Database, product_id: int
) -> None:
    bookkeeper = Actor("Ada Roy", frozenset({ACCOUNTING}))
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            prepare_link(session, "O", "o@example.org", "fr", by=bookkeeper, at=AT)
        row = prepare_link(session, "O", "o@example.org", "fr", by=SELLER, at=AT)
        high = {"SON-0412": Discount(5_000, "Parce que")}
        with pytest.raises(DiscountTooHigh):
            set_link_discounts(session, row, high, by=SELLER, at=AT)
        with pytest.raises(DaysNotPossible):
            set_link_offer(row, days=31, words="", price=None, reason="")
        for act in (
            lambda: send_link_again(session, row.id, by=SELLER, at=AT),
            lambda: revoke_link(session, row.id, "Erreur", by=SELLER, at=AT),
            lambda: pay_link(session, row, "CO-1", at=AT + timedelta(days=1)),
        ):
            with pytest.raises(IllegalTransition):
                act()
        row.state, row.amount, row.last_day = LinkState.SENT, Money(100), date(2030, 1, 1)
        session.flush()
        with pytest.raises(RevocationReasonMissing):
            revoke_link(session, row.id, " ", by=SELLER, at=AT)


def test_a_discount_of_a_price_including_vat_spares_the_eco_contribution() -> None:
    line = SaleLine(
        product_id=1,
        sku="A",
        name="A",
        quantity=1,
        unit_price=UnitPrice(1_000_000),
        vat_rate=2_000,
        eco_fee=UnitPrice(100_000),
        unit_including=Money(12_000),
    )
    less = less_including(line, 1_000)
    assert less.unit_including == Money(1_200 + 9_720)
    assert less.unit_price == UnitPrice(910_000)
    assert less_including(line, 0) is line
    assert at_including(line, Money()).amount == Money()


@pytest.mark.usefixtures("product_id")
def test_a_link_whose_client_was_erased_or_whose_rate_has_changed_is_over(app, database: Database):
    day, boss = paris_day(AT), Actor("Ada Roy", frozenset({ADMIN}))
    with database.transaction() as session:
        sent = send_payment_link(session, make_payment_link(session, "SON-0412", at=AT), at=AT)
        assert sent.is_payable(day)
        rates = {**settings_known(session).on(VAT, day), "standard": 2_120}
        set_settings(session, VAT, rates, day, seen=0, by=boss, at=AT)
        with pytest.raises(LinkRateChanged):
            send_link_again(session, sent.id, by=boss, at=AT)
        token = sent.token
    page = app.test_client().get(f"/paiement/{token}").text
    assert "taux de TVA a changé" in page and "dernier jour" not in page
    again = staff(app, database, SALES).post(f"{HOME}/{sent.id}/envoi", follow_redirects=True)
    assert "taux de TVA a changé" in again.text
    with database.transaction() as session:
        sent = session.scalars(select(PaymentLink)).one()
        sent.email = ""
        with pytest.raises(LinkClientErased):
            send_link_again(session, sent.id, by=boss, at=AT)
        assert not sent.is_payable(day)
        revoke_link(session, sent.id, "Client parti", by=boss, at=AT)
        told = select(func.count(Email.id)).where(Email.template == "payment_link_revoked")
        assert session.scalar(told) == 0
