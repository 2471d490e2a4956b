"""What a buyer is told after ordering: the promised day, what was shipped, and the receipt."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryReceipt
from checkout.deliveries.rules import ReceiptInFuture, ReceivedBeforeShipped, Shipment
from checkout.drafts.models import Draft
from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.confirmation import confirmation_of
from checkout.orders.models import Order
from checkout.web.card.processor import EXTENSION
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote, renew_quote
from shop.core.sales import SaleLine
from shop.documents.pages import ADDRESSES
from shop.documents.validation import validate
from shop.dossiers.attachments import attachments_of
from shop.dossiers.models import Paper
from shop.emails.messages import render_email
from shop.letterheads.letterheads import current_letterhead
from shop.ops import clock
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import (
    AT,
    STORES,
    make_buyer,
    make_checkout,
    make_letterhead,
    make_product,
    make_sale,
    make_shop,
    member_of,
)
from tests.fakes import FakeGateway
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_ordered
from tests.people import sign_in

#: A Wednesday; three business days later it is Monday.
TODAY, PROMISED = date(2026, 11, 18), date(2026, 11, 23)


def promised_quote(session: Session, lines: list[SaleLine]) -> Quote:
    buyer = make_buyer(session)
    sale = make_sale(buyer, lines, shipping="pallet", expected_on=PROMISED)
    return issue_quote(session, sale, by=buyer, at=AT)


def text_of(email: Email, language: str = "en") -> str:
    told = render_email(email.template, email.facts, language=language, public_url="https://x.fr")
    return told.body


def words_in(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def newest(session: Session, template: str) -> Email:
    found = select(Email).where(Email.template == template).order_by(Email.id.desc()).limit(1)
    return session.scalars(found).one()


def test_an_order_keeps_the_delay_that_its_quote_promised(database: Database):
    """Ordered on a Saturday, nine days later: three business days are Wednesday."""
    with database.transaction() as session:
        quote = promised_quote(session, make_shop(session))
        order = make_order_from_original(session, quote, at=AT + timedelta(days=10))
        assert (quote.expected_on, order.expected_on) == (PROMISED, date(2026, 12, 2))
        assert "Wednesday 2 December 2026" in text_of(newest(session, "order_confirmed"))


def test_the_papers_promise_what_the_pages_do(app: Flask, database: Database):
    """The quote: three business days from the original; the delivery note: the day they end."""
    with database.transaction() as session:
        quote = promised_quote(session, make_shop(session))
        paper = session.get_one(Paper, quote.paper_id)
        number, user_id, promise = quote.number, quote.user_id, paper.content["promised_days"]
    browser = sign_in(app.test_client(), user_id, language="en")
    assert promise == 3
    told = "Delivery 3 business days after we receive the original"
    assert told in browser.get(f"/devis/{number}").text
    with database.transaction() as session:
        quote = session.scalars(select(Quote)).one()
        order = make_order_from_original(session, quote, at=AT + timedelta(days=10))
        note = deliver_all(session, order, at=AT + timedelta(days=10))
        assert session.get_one(Paper, note.paper_id).content["promised_on"] == "2026-12-02"
    assert told not in browser.get(f"/devis/{number}").text


def test_a_quote_without_a_promise_prints_none(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note = deliver_all(session, order)
        quote = session.scalars(select(Quote)).one()
        assert session.get_one(Paper, quote.paper_id).content["promised_days"] is None
        assert session.get_one(Paper, note.paper_id).content["promised_on"] is None


def test_a_renewed_quote_promises_its_own_day(database: Database):
    with database.transaction() as session:
        quote = promised_quote(session, make_shop(session))
        owner = member_of(session, session.get_one(User, quote.user_id))
        later = AT + timedelta(days=40)
        renewed = renew_quote(session, quote, by=owner, at=later)
        assert renewed.expected_on == date(2026, 12, 31)


@pytest.fixture
def guest(client: FlaskClient, database: Database) -> FlaskClient:
    """The browser of a guest with a card order of one delivery, by a carrier of the table."""
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        shipment = Shipment("Colissimo", "6A 1234 5678 901", 2)
        goods = {1: 2, 2: 3, 3: 1}
        issue_delivery_note(session, order, goods, shipment, by=STORES, at=AT)
        number = order.number
    client.get(f"/commandes/{number}?key={'k' * 43}")
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def test_the_order_says_what_was_shipped_and_where_to_track_it(
    guest: FlaskClient, database: Database
):
    page = guest.get("/commandes/CO-2026-000001").text
    assert "Shipped on Wednesday 18 November 2026" in page
    assert "2 parcels" in page
    assert "tracking number 6A 1234 5678 901" in page
    address = "https://www.laposte.fr/outils/suivre-vos-envois?code=6A12345678901"
    assert f'href="{address}"' in page
    with database.reading_session() as session:
        email = text_of(newest(session, "delivery_sent"))
    assert f"\n{address}\n" in email
    assert "2 parcels" in email


def receive(browser: FlaskClient, day: date) -> str:
    address = "/commandes/CO-2026-000001/bons-de-livraison/BL-2026-000001/reception"
    answer = browser.post(address, data={"BL-2026-000001-received_on": day.isoformat()})
    if answer.status_code == 422:  # the page again, with what was entered
        assert f'value="{day.isoformat()}"' in answer.text
        assert 'aria-invalid="true"' in answer.text
        return answer.text
    assert answer.status_code == 303
    return browser.get("/commandes/CO-2026-000001").text


def test_nothing_is_called_received_before_the_recipient_says_so(guest: FlaskClient, database):
    with clock.travelled(timedelta(days=5)):
        assert "Delivery received" not in guest.get("/commandes/CO-2026-000001").text
        assert "before 18/11/2026" in receive(guest, TODAY - timedelta(days=1))
        assert "in the future" in receive(guest, TODAY + timedelta(days=6))
        page = receive(guest, TODAY + timedelta(days=2))
    assert "Received on Friday 20 November 2026." in page
    assert "Delivery received" in page
    with database.reading_session() as session:
        receipt = session.scalars(select(DeliveryReceipt)).one()
        assert (receipt.received_on, receipt.by_name) == (date(2026, 11, 20), "Léa Petit")


def test_a_receipt_that_was_recorded_stays_as_it_is(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        note = deliver_all(session, order)
        for day in (TODAY, TODAY + timedelta(days=1)):
            record_delivery_receipt(
                session, note.number, order, day, by=STORES, at=AT + timedelta(days=3)
            )
        receipt = session.scalars(select(DeliveryReceipt)).one()
        assert receipt.received_on == TODAY


@pytest.mark.parametrize(("day", "refusal"), [(-1, ReceivedBeforeShipped), (1, ReceiptInFuture)])
def test_a_delivery_is_received_between_its_shipping_and_today(
    database: Database, day: int, refusal: type[Exception]
):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        note = deliver_all(session, order)
        with pytest.raises(refusal):
            record_delivery_receipt(
                session, note.number, order, TODAY + timedelta(days=day), by=STORES, at=AT
            )


def test_the_file_of_a_quote_says_the_promised_day_until_all_is_shipped(
    app: Flask, database: Database
):
    with database.transaction() as session:
        quote = promised_quote(session, make_shop(session))
        make_order_from_original(session, quote)
        number, user_id = quote.number, quote.user_id
    browser = sign_in(app.test_client(), user_id, language="en")
    assert "Delivery expected on Monday 23 November 2026" in browser.get(f"/devis/{number}").text
    assert "late" not in browser.get("/compte").text
    with clock.travelled(timedelta(days=6)):
        browser = sign_in(app.test_client(), user_id, language="en")
        page = browser.get(f"/devis/{number}").text
        home = browser.get("/compte").text
    assert "Delivery expected" not in page
    late = "The expected day, Monday 23 November 2026, has passed: your order is late."
    assert page.count(late) == 2
    assert "Being prepared, late: it was expected on 23 November 2026" in home
    browser = sign_in(app.test_client(), user_id, language="en")
    with database.transaction() as session:
        deliver_all(session, session.scalars(select(Order)).one())
    page = browser.get(f"/devis/{number}").text
    assert "Delivery expected" not in page
    assert "Shipped on Wednesday 18 November 2026" in page


@pytest.fixture
def confirmed(app: Flask, client: FlaskClient, database: Database) -> Email:
    """The e-mail that confirms a guest's card order: two loudspeakers at 549 euros, by parcel."""
    gateway = app.extensions[EXTENSION] = FakeGateway()
    with database.transaction() as session:
        make_letterhead(session)
        product = make_product(session, name="Enceinte active")
        _cart_id, token = make_checkout(session, product, 2, at=AT)
        session.scalars(select(Draft)).one().shipping = "parcel"
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    page = client.get("/commande/paiement").text
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    paying = client.post("/commande/paiement/carte", data={"seal": seal}).location
    session_id = paying.rpartition("/")[2]
    gateway.pay(session_id)
    client.get(f"/commande/retour?session_id={session_id}")
    with database.reading_session() as session:
        return newest(session, "card_order_confirmed")


def test_the_confirmation_of_a_card_order_says_what_was_agreed(confirmed: Email):
    told = text_of(confirmed)
    for words in (
        "2 × Enceinte active, €549.00 each: €1,098.00 incl. VAT",
        "Total including VAT, paid by card: €1,112.90 (€927.42 excluding VAT, VAT €185.48).",
        "Delivery expected on Friday 20 November 2026.",
        "Address of delivery:\n\nLéa Petit\n3, rue des Tilleuls\n61000 Alençon\n",
        "Contact: Léa Petit, 06 00 00 00 00",
        "Our terms of sale and the information on withdrawal with its form are attached",
    ):
        assert words in told, words
    french = text_of(confirmed, "fr")
    assert "2 × Enceinte active, 549,00\u00a0€ l’unité\u00a0: 1\u202f098,00\u00a0€ TTC" in french
    assert "Livraison prévue vendredi 20 novembre 2026" in french


@pytest.mark.parametrize(
    ("language", "names", "words"),
    [
        (
            "fr",
            ["conditions-generales-de-vente.pdf", "retractation-et-formulaire.pdf"],
            ["Conditions générales de vente", "Réserve de propriété", "Modèle de formulaire"],
        ),
        (
            "en",
            ["terms-of-sale.pdf", "withdrawal-and-model-form.pdf"],
            ["terms of sale", "Model", "withdraw"],
        ),
    ],
)
def test_the_terms_and_the_withdrawal_form_are_enclosed(
    database: Database, confirmed: Email, language: str, names: list[str], words: list[str]
):
    confirmed.language = language
    made = attachments_of(database, confirmed, public_url="https://shop.example", at=AT)
    assert [one.filename for one in made] == names
    read = " ".join(words_in(one.data) for one in made)
    assert not [one for one in words if one.lower() not in read.lower()]
    assert "COMPTOIR SAS" in read
    for one in made:
        assert validate(one.data).conforms, one.filename


def test_an_organisation_gets_the_terms_alone(database: Database):
    with database.transaction() as session:
        buyer = make_buyer(session)
        lines = make_shop(session)
        order = make_card_order(session, lines, organisation_id=buyer.organisation_id)
        told = confirmation_of(order, make_sale(buyer, lines), current_letterhead(session))
    assert (told["enclosed"], told["withdrawal"], told["basis"]) == (["terms"], False, "excl")


def test_the_printed_pages_lead_where_those_of_the_shop_do(app: Flask):
    paths = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    assert {name: paths[name] for name in ADDRESSES} == ADDRESSES
