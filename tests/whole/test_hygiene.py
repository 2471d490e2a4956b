"""Every address that needs no argument, requested by every kind of person, in both languages."""

import re
from dataclasses import dataclass, replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from checkout.batches.lists import batches
from checkout.card.models import CardReversal
from checkout.deliveries.models import (
    ContraryNote,
    DeliveryAcknowledgement,
    DeliveryPackage,
    DeliverySerial,
)
from checkout.invoices.models import Invoice, RefusalAnswer
from checkout.invoices.procedure import InvoiceState
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage, Origin
from checkout.withdrawals.models import Withdrawal
from quotes.demonstration.fill import fill_demonstration
from shop.catalogue.models import Product, Stock
from shop.core.money import Money
from shop.ops.config import Settings
from shop.organisations.models import Organisation
from shop.organisations.rules import Grouping
from shop.storage.db import Database
from shop.storage.migrate import upgrade
from shop.translations.catalogue import read_french
from tests.conftest import compiled
from tests.hygiene import HygienicClient, faults, parsed
from tests.languages import texts

EVERYBODY = (
    None,
    "particulier@example.org",
    "acheteur@ville.example",
    "nouveau@ecole.example",
    "ventes@comptoir.example",
    "adv@comptoir.example",
    "logistique@comptoir.example",
    "comptabilite@comptoir.example",
    "admin@comptoir.example",
)
#: Whose pages are compared with the same ones without folded constants.
COMPARING = {None, "acheteur@ville.example", "admin@comptoir.example"}
#: Each person finds links to more kinds of pages than that.
KINDS = 12
#: Pages that show the goods in the cart.
WITH_GOODS = ("/panier", "/commande")
#: An ordinary space beside a sign of two parts.
BREAKING = re.compile(r"[^\s\0] [:;!?»]|« ")
#: A page, one that waits for a PDF, a redirection, or a refusal with its reason.
ANSWERS = {200, 202, 302, 303, 403, 404}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demonstration shop, with its CSRF tokens."""
    path = tmp_path_factory.mktemp("hygiene") / "shop.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    fill_demonstration(database, site="https://comptoir.example")
    settings = replace(
        Settings(),
        secret_key="hygiene-only-secret-" + "x" * 32,
        database_url=f"sqlite:///{path}",
    )
    app = create_app(settings, database)
    app.test_client_class = HygienicClient
    app.jinja_env.compiled = compiled
    yield app
    database.dispose()


@pytest.fixture(scope="module")
def plain_shop(demonstration: Flask) -> Flask:
    """The same shop with COMPTOIR_TEMPLATE_FOLDING=0."""
    settings = replace(demonstration.extensions["comptoir.settings"], template_folding=False)
    app = create_app(settings, demonstration.extensions["comptoir.database"])
    app.jinja_env.compiled = compiled
    return app


@pytest.fixture(scope="module")
def catalogue_texts(demonstration: Flask) -> re.Pattern[str]:
    """What the catalogue says in French: names, summaries, descriptions, specifications."""
    with demonstration.extensions["comptoir.database"].reading_session() as session:
        products = session.scalars(select(Product).order_by(Product.id)).all()
        french = {text for row in products for text in (row.name, row.summary, row.description)}
        french |= {
            value for row in products for fact in row.specifications for value in map(str, fact)
        }
    phrases = sorted(text for text in french if " " in text and len(text) > 9)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})(?!\w)")


def fill_cart(client: HygienicClient, sku: str) -> None:
    token = client.get("/panier").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/panier", data={"sku": sku, "csrf_token": token}).status_code == 303


def unmarked(html: str, french: re.Pattern[str]) -> list[str]:
    """French text of the catalogue outside an element with its language."""
    page = parsed(html)
    body = page.find("body")
    shown = texts(body, page.get("lang", "")) if body is not None else ()
    return [piece for language, piece in shown if language == "en" and french.search(piece)]


def breaking(html: str) -> list[str]:
    """What may be broken before a sign of two parts on a French page, such as « Service : clé »;
    what a person writes in a field is theirs.
    """
    if '<html lang="fr">' not in html:
        return []
    body = re.sub(r"<textarea.*?</textarea>", "\0", html.partition("<body")[2], flags=re.S)
    text = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", "\0", body))
    return [text[max(0, one.start() - 40) : one.end()] for one in BREAKING.finditer(unescape(text))]


def addresses(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    )


def enter(client: HygienicClient, address: str | None) -> None:
    if address is None:
        return
    page = client.get("/connexion").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/connexion", data={"email": address, "password": "demonstration", "csrf_token": token}
    )
    assert answer.status_code == 303


@dataclass(frozen=True)
class Reader:
    """A person's browser, in one language. `plain` shows the same pages with
    COMPTOIR_TEMPLATE_FOLDING=0, for those who compare.
    """

    client: HygienicClient
    french: re.Pattern[str]
    plain: FlaskClient | None = None

    def read(self, path: str) -> str:
        """The page at an address, without fault: its HTML, empty when there is none."""
        before = self.client.get_cookie("session").value
        answer = self.client.get(path)
        assert answer.status_code in ANSWERS, (path, answer.status_code)
        if answer.mimetype != "text/html":
            return ""
        assert not unmarked(answer.text, self.french), path
        assert not breaking(answer.text), path
        if self.plain is not None:
            held, folded = self.client.get_cookie("session").value, answer.text
            if held != before:  # the first reading wrote to the browser's session
                folded = FlaskClient.open(self.client, path).text
            self.plain.set_cookie("session", held)
            assert without_tokens(self.plain.get(path).text) == without_tokens(folded), path
        return answer.text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", EVERYBODY, ids=lambda address: address or "visitor")
def test_no_page_of_a_person_has_a_fault(
    demonstration, plain_shop, catalogue_texts, address, language
):
    """Every address without argument; one of each kind of those with one, found among the links."""
    client = demonstration.test_client()
    enter(client, address)
    with client.session_transaction() as browser:
        browser["language"] = language
    assert demonstration.jinja_env.folding
    assert not plain_shop.jinja_env.folding
    compares = address in COMPARING
    plain = plain_shop.test_client() if compares else None
    reader = Reader(client, catalogue_texts, plain)
    found = {link for path in addresses(demonstration) for link in links(reader.read(path))}
    fill_cart(client, "SON-0412")
    for path in addresses(demonstration):
        if path.startswith(WITH_GOODS):
            reader.read(path)
    kinds = one_of_each_kind(demonstration, found)
    for path in sorted(kinds.values()):
        reader.read(path)
    assert len(kinds) > KINDS, sorted(kinds)


def without_tokens(html: str) -> str:
    """The page without the random parts of each answer."""
    return re.sub(
        r'(name="[\w-]*(?:csrf_token|key|once)" (?:type="hidden" )?value=")[^"]*', r"\1", html
    )


def links(html: str) -> list[str]:
    return [part.partition('"')[0].replace("&amp;", "&") for part in html.split('href="/')[1:]]


def one_of_each_kind(app: Flask, found: set[str]) -> dict[str, str]:
    """One link per endpoint."""
    adapter = app.url_map.bind("localhost")
    kinds: dict[str, str] = {}
    for link in sorted(found):
        path = "/" + link.partition("#")[0]
        if path.startswith("/static") or not adapter.test(path.partition("?")[0], "GET"):
            continue
        endpoint, _arguments = adapter.match(path.partition("?")[0], "GET")
        kinds.setdefault(endpoint, path)
    return kinds


def test_the_demonstration_has_a_card_sale_at_each_stage(demonstration):
    """Paid, delivered and partly refunded, disputed, withdrawn from: by the sandbox processor."""
    with demonstration.extensions["comptoir.database"].reading_session() as session:
        kinds = session.scalars(select(CardReversal.kind).order_by(CardReversal.kind)).all()
        orders = session.scalars(
            select(Order).where(Order.origin == Origin.CARD).order_by(Order.id)
        ).all()
        assert [str(kind) for kind in kinds] == ["dispute", "refund"]
        assert len(session.scalars(select(Withdrawal)).all()) == 1
    assert {order.stage for order in orders} == {OrderStage.ORDERED, OrderStage.PAID}
    assert [order.disputed > Money() for order in orders].count(True) == 1


def test_the_check_finds_each_fault():
    page = (
        '<!doctype html><html lang="de"><head><title> </title></head><body><main>'
        '<p id="a" style="color:red">None</p><p id="a">{{ x }}</p><img src="x">'
        '<form method="post"><input name="q"><button></button></form>'
        '<a href="#nowhere">x</a><section></section>'
        '<time datetime="noon"></time></main></body></html>'
    )
    found = " ".join(faults(page, csrf=True))
    for words in (
        "no language",
        "no title",
        "0 headings",
        "id a stands 2 times",
        "left over",
        "picture without alt",
        "no label for q",
        "a <button> without words",
        "inline style",
        "0 CSRF tokens",
        "0 keys in the form",
        "#nowhere leads nowhere",
        "a <section> without heading",
        "datetime=noon",
    ):
        assert words in found


def test_the_check_finds_text_of_the_other_language():
    page = (
        '<!doctype html><html lang="{}"><head><title>Comptoir</title></head><body><main>'
        '<h1>Comptoir</h1><p>{}</p><p lang="fr">Enceinte active</p><p lang="en">{}</p>'
        "<p>{}</p></main></body></html>"
    )
    english = "Your other answers are kept."
    named = "This postal code is not one of Tours: check both, or tick below."
    assert len(faults(page.format("fr", english, english, named), csrf=False)) == 2
    assert faults(page.format("en", english, english, named), csrf=False) == []
    french = read_french()[english].string
    assert len(faults(page.format("en", french, english, named), csrf=False)) == 1
    for text, wrong in (("Service : clé", True), ("Service\u00a0: <b>clé</b> !", False)):
        assert bool(breaking(page.format("fr", "", "", text))) is wrong
    assert unmarked(page.format("en", "", "", "Enceinte active"), re.compile("Enceinte active"))
    assert not unmarked(page.format("en", "", "", ""), re.compile("Enceinte active"))


def test_its_clients_told_something_of_deliveries_and_invoices(demonstration: Flask) -> None:
    with demonstration.extensions["comptoir.database"].reading_session() as session:
        refused = session.scalars(
            select(Invoice).where(Invoice.state == InvoiceState.REFUSED)
        ).one()
        answer = session.scalars(select(RefusalAnswer)).one()
        reserved = session.scalars(select(DeliveryAcknowledgement.reservations)).one()
        (batch,) = batches(session)
    assert answer.invoice_id == refused.id
    assert reserved["1"]["kind"] == "damaged"
    assert (batch.is_over, batch.lines, batch.left_out) == (True, 3, 1)


def test_the_demonstration_shows_what_warehouse_and_books_can_do(demonstration: Flask) -> None:
    with demonstration.extensions["comptoir.database"].reading_session() as session:
        counts = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (ContraryNote, DeliveryPackage, DeliverySerial)
        }
        assert all(counts.values()), counts
        assert session.scalars(select(Stock.product_id).where(Stock.shelf_place != "")).first()
        grouped = select(Organisation.id).where(Organisation.invoice_grouping == Grouping.MONTH)
        assert session.scalars(grouped).first()
        suspended = select(Invoice.id).where(Invoice.state == InvoiceState.SUSPENDED)
        assert session.scalars(suspended).first()
