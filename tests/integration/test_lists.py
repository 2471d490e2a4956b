"""Every list goes on: all its rows are reachable by "next", and its count is that of all rows."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkout.payments.billing import bill_order
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import WithdrawalState
from shop.catalogue.models import Stock
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN, Actor
from shop.core.sales import SaleLine
from shop.dossiers.models import Paper, PdfAttempt, PdfOutcome
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.paging import A_PAGE
from tests.factories import AT, BOOKS, make_body, make_buyer, make_person, make_shop, siret_of
from tests.orders import deliver_all, locked_order, make_order_from_original, make_quote
from tests.people import sign_in, staff
from tests.shelves import stock_shelves
from tests.snapshots import Snapshots

MANY = A_PAGE + 2
#: What may follow the path of a row's link or form: the place in the lists of its page.
AT_A_PLACE = r'(?=[?#"])'
_NEXT = re.compile(r'<a rel="next" href="([^"]+)"')


def walk(client, url: str, row: str, *, page: str = "page") -> list[str]:
    """The rows of all pages of a list, from its first to its last, by its own links."""
    found: list[str] = []
    number = 1
    while url:
        text = said(client, url)
        found += re.findall(row + AT_A_PLACE, text)
        number += 1
        links = [unescape(link) for link in _NEXT.findall(text)]
        url = next((link for link in links if asked_in(link).get(page) == str(number)), "")
        url = url.partition("#")[0]
    return found


def asked_in(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def said(client, url: str) -> str:
    """The text of a page, without the white space that French wants unbreakable."""
    return client.get(url).text.replace("\xa0", " ")


def is_whole(rows: list[str]) -> bool:
    return len(rows) == len(set(rows)) == MANY


def _buyer(session: Session) -> Actor:
    """A buyer with as many quotes as fill a page, and two."""
    lines = make_shop(session)
    buyer = make_buyer(session)
    work = [SaleLine(None, "", "Réglage sur place", 1, lines[0].unit_price, 2000)]
    for _number in range(MANY):
        make_quote(session, buyer, work)
    return buyer


@pytest.fixture
def buyer(database: Database, snapshots: Snapshots) -> Actor:
    return snapshots.fill(database, _buyer)


def _ordered(session: Session) -> tuple[Actor, list[str]]:
    """As many orders to deliver, of one line of goods and its delivery."""
    lines = make_shop(session)
    session.execute(update(Stock).values(on_hand=MANY))
    buyer = make_buyer(session)
    numbers = []
    for number in range(MANY):
        quote = make_quote(session, buyer, [replace(lines[0], quantity=1)])
        order = make_order_from_original(session, quote, reference=f"BC-{number}")
        numbers.append(order.number)
    return buyer, numbers


@pytest.fixture
def ordered(database: Database, snapshots: Snapshots) -> tuple[Actor, list[str]]:
    return snapshots.fill(database, _ordered)


def test_quotes_are_listed_whole_to_the_buyer_and_at_the_desk(app, database, buyer: Actor):
    client = sign_in(app.test_client(), buyer.user_id)
    assert is_whole(walk(client, "/devis", r'<a href="/devis/(DE-[0-9-]+)><b>'))
    assert f"{MANY} dossiers." in said(client, "/devis")
    office = staff(app, database, SALES_ADMIN)
    assert is_whole(
        walk(office, "/bureau/bons-de-commande", r'href="/bureau/bons-de-commande/(DE-[0-9-]+)')
    )
    assert f"{MANY} originaux attendus" in said(office, "/bureau/bons-de-commande")
    assert is_whole(walk(office, "/bureau/recherche?q=chinon", r'href="/devis/(DE-[0-9-]+)'))
    assert f"{MANY} dossiers trouvés" in said(office, "/bureau/recherche?q=chinon")


def test_a_selected_row_is_on_the_page_that_is_shown(app, database, buyer: Actor):
    office = staff(app, database, SALES_ADMIN)
    for number in (f"DE-2026-{MANY:06d}", "DE-2026-000001"):
        page = said(office, f"/bureau/bons-de-commande/{number}")
        assert re.search(
            rf'href="/bureau/bons-de-commande/{number}#selected"\s+id="selected" aria-current', page
        )


def test_after_a_deed_the_next_row_is_selected(app, database, buyer: Actor):
    office = staff(app, database, SALES_ADMIN)
    url = "/bureau/bons-de-commande/DE-2026-000003"
    answer = office.post(f"{url}/refus", data={"refusal-reason": "Il manque la signature."})
    assert answer.location == "/bureau/bons-de-commande/DE-2026-000004"


def test_orders_are_listed_whole_at_every_desk_they_pass(app, database: Database, ordered):
    buyer, numbers = ordered
    client = sign_in(app.test_client(), buyer.user_id)
    assert is_whole(walk(client, "/commandes", r'href="/commandes/(CO-[0-9-]+)'))
    assert f"{MANY} commandes" in said(client, "/commandes")
    stores = staff(app, database, LOGISTICS)
    assert is_whole(walk(stores, "/bureau/livraisons", r'href="/bureau/livraisons/(CO-[0-9-]+)'))
    assert f"{MANY} commandes à préparer" in said(stores, "/bureau/livraisons")
    with database.transaction() as session:
        for number in numbers:
            deliver_all(session, locked_order(session, number))
    assert "Rien à préparer" in said(stores, "/bureau/livraisons")
    books = staff(app, database, ACCOUNTING)
    row = r'action="/bureau/factures/commandes/(CO-[0-9-]+)'
    assert is_whole(walk(books, "/bureau/factures", row, page="orders"))
    text = said(books, "/bureau/factures")
    assert f"{MANY} commandes" in text
    assert ">1 unité" in re.sub(r">\s+", ">", text), "the line of the delivery is no unit"


def test_invoices_are_listed_whole(app, database: Database, ordered):
    with database.transaction() as session:
        for number in ordered[1]:
            order = locked_order(session, number)
            deliver_all(session, order)
            bill_order(session, order, by=BOOKS, at=AT)
    books = staff(app, database, ACCOUNTING)
    send = r'aria-label="Envoyer la facture (FA-[0-9-]+)'
    assert is_whole(walk(books, "/bureau/factures", send, page="files"))
    pay = r'href="/bureau/paiements/(FA-[0-9-]+)'
    assert is_whole(walk(books, "/bureau/factures", pay, page="due"))
    row = r'href="/bureau/paiements/(FA-[0-9-]+)'
    assert is_whole(walk(books, "/bureau/paiements", row))
    assert f"{MANY} factures en attente" in said(books, "/bureau/paiements")


def test_clients_verifications_and_the_stock_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(1, MANY + 1):
            person = make_person(session, at=AT, email=f"p{number}@ville.example")
            make_body(session, person, at=AT, siret=siret_of(number))
    stock_shelves(database, MANY)
    office = staff(app, database, ADMIN)
    assert is_whole(walk(office, "/bureau/clients", r'href="/bureau/clients/([0-9]+)'))
    assert f"{MANY} organismes" in said(office, "/bureau/clients")
    row = r'href="/bureau/verifications/([0-9]+)'
    assert is_whole(walk(office, "/bureau/verifications", row))
    assert is_whole(walk(office, "/bureau/stock", r"[?&;]sku=(SON-[0-9]+)"))
    assert f"{MANY} produits" in said(office, "/bureau/stock")


def test_refused_e_mails_and_documents_to_check_are_listed_whole(app, database, buyer: Actor):
    with database.transaction() as session:
        for email in session.scalars(select(Email)):
            email.refused_at, email.last_error = AT, "550 no such user"
        for paper in session.scalars(select(Paper.id)):
            session.add(
                PdfAttempt(
                    paper_id=paper,
                    outcome=PdfOutcome.NOT_MADE,
                    findings=["a fault"],
                    attempts=1,
                    next_try_at=AT,
                )
            )
    office = staff(app, database, SALES)
    text = said(office, "/bureau")
    assert f"{MANY} e-mails" in text and f"{MANY} documents" in text
    assert is_whole(walk(office, "/bureau", r'action="/bureau/e-mails/([0-9]+)', page="emails"))
    row = r'documents/([0-9]+)\.pdf"'
    assert is_whole(walk(office, "/bureau", row, page="documents"))


def test_withdrawals_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            session.add(
                Withdrawal(
                    state=WithdrawalState.RECEIVED,
                    stated_at=AT,
                    name=f"Léa {number}",
                    order_number="inconnu",
                    email="lea@example.org",
                    language="fr",
                    whole=True,
                    items="",
                    units={},
                )
            )
    office = staff(app, database, SALES_ADMIN)
    row = r'href="/bureau/retractations/([0-9]+)'
    assert is_whole(walk(office, "/bureau/retractations", row))
    assert f"{MANY} rétractations en cours" in said(office, "/bureau/retractations")
