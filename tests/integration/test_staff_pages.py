"""The pages of logistics and of the accounting staff, from the order to the paid invoice."""

from datetime import date

import pytest
from sqlalchemy import select

from checkout.batches.batches import run_batches
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import note_sent_files
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES
from tests.orders import deliver_all, locked_order, make_ordered
from tests.people import staff


@pytest.fixture
def order_number(database: Database) -> str:
    with database.transaction() as session:
        return make_ordered(session).number


def test_logistics_delivers_in_two_parts(app, database: Database, order_number: str):
    client = staff(app, database, LOGISTICS, language="en")
    queue = client.get("/bureau/livraisons")
    assert queue.status_code == 200
    assert order_number in queue.text and "BC-26-0871" in queue.text
    assert client.get(f"/bureau/livraisons/{order_number}").status_code == 200
    url = f"/bureau/livraisons/{order_number}"
    wrong = client.post(url, data={"units_1": "9", "units_2": "x", "units_3": "0", "parcels": "1"})
    assert wrong.status_code == 422
    assert "from 0 to 2." in wrong.text
    nothing = client.post(url, data={"units_1": 0, "units_2": 0, "units_3": 0, "parcels": 1})
    assert nothing.status_code == 422
    assert "at least one unit" in nothing.text
    first = client.post(url, data={"units_1": 1, "units_2": 3, "units_3": 0, "parcels": 2})
    assert first.status_code == 303
    page = client.get(f"/bureau/livraisons/{order_number}").text
    assert "BL-2026-000001" in page
    assert client.post(url, data={"units_1": 1, "units_3": 1, "parcels": 1}).status_code == 303
    queue = client.get("/bureau/livraisons").text.partition("<main")[2]
    assert f'href="/bureau/livraisons/{order_number}' not in queue
    with database.reading_session() as session:
        assert session.scalars(select(Order.stage)).one() is OrderStage.DELIVERED


def test_the_accounting_staff_invoices_sends_and_records(
    app, database: Database, order_number: str
):
    with database.transaction() as session:
        deliver_all(session, locked_order(session, order_number))
    client = staff(app, database, ACCOUNTING, language="en")
    assert order_number in client.get("/bureau/factures").text
    assert client.post(f"/bureau/factures/commandes/{order_number}").status_code == 303
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice)).one()
    page = client.get(f"/bureau/factures/{invoice.number}").text
    assert "compta@chinon.example" in page
    url = f"/bureau/factures/{invoice.number}"
    assert client.post(url, data={"to": "not an address"}).status_code == 422
    assert client.post(url, data={"to": "compta@ville.example"}).status_code == 303
    page = client.get(url).text
    assert "being prepared" in page and 'name="to"' not in page
    run_batches(database, at=AT)
    page = client.get(url).text
    assert "being prepared" not in page
    assert f"{invoice.number}-dossier.pdf" in page
    ensure_sent_when_accepted(database, client, invoice.number)

    assert invoice.number in client.get("/bureau/paiements").text
    assert client.get(f"/bureau/paiements/{invoice.number}").status_code == 200
    url = f"/bureau/paiements/{invoice.number}"
    day = invoice.issued_on.isoformat()
    more = client.post(url, data={"amount": "99999", "received_on": day, "reference": "VIR"})
    assert more.status_code == 422
    assert "€99,999.00 entered" in more.text
    assert client.post(url, data={"amount": "", "reference": ""}).status_code == 422
    part = client.post(url, data={"amount": "100,00", "received_on": day, "reference": "VIR 1"})
    assert part.status_code == 303
    again = client.post(url, data={"amount": "1", "received_on": day, "reference": "VIR 1"})
    assert again.status_code == 422
    left = str(invoice.including.cents - 10000)
    rest = {"amount": f"{left[:-2]}.{left[-2:]}", "received_on": day, "reference": "VIR 2"}
    assert client.post(url, data=rest).status_code == 303
    assert f"/bureau/paiements/{invoice.number}" not in client.get("/bureau/paiements").text
    with database.reading_session() as session:
        assert session.scalars(select(Order.stage)).one() is OrderStage.PAID


def ensure_sent_when_accepted(database: Database, client, number: str) -> None:
    """The pages while the e-mail waits, once it is refused, once it is sent again and accepted."""
    url = f"/bureau/factures/{number}"

    def told() -> tuple[str, bool]:
        page = client.get(url).text
        section = page.partition("The PDF for the paying service")[2].partition("<form")[0]
        unsent = client.get("/bureau/factures").text.partition('id="unsent"')[2]
        row = unsent.partition('id="unpaid"')[0].partition(number)[2]
        return section, "being sent" in row

    section, waits = told()
    assert waits and "not sent yet" in section
    assert "The mail server of compta@ville.example has not answered yet." in section
    with database.transaction() as session:
        email = session.scalars(select(Email).order_by(Email.id.desc())).first()
        email.refused_at, email.last_error = AT, "550 no such user"
    section, waits = told()
    assert not waits and "The mail server of compta@ville.example refused it" in section
    assert number in client.get("/bureau/factures?files_state=waiting").text.partition("unsent")[2]
    with database.transaction() as session:
        email = session.get_one(Email, email.id)
        email.refused_at, email.sent_at = None, AT
    note_sent_files(database, at=AT)
    section, waits = told()
    assert "sent on 18 November 2026" in section and "refused" not in section
    assert "Every invoice has been sent." in client.get("/bureau/factures").text


def test_a_file_that_the_staff_forward_is_sent_on_the_day_that_they_record(
    app, database: Database, order_number: str
):
    with database.transaction() as session:
        order = locked_order(session, order_number)
        deliver_all(session, order)
        number = bill_order(session, order, by=BOOKS, at=AT).number
    client = staff(app, database, ACCOUNTING, language="en")
    url = f"/bureau/factures/{number}"
    assert "Prepare the PDF" in client.get(url).text
    assert "Record the sending" not in client.get(url).text
    assert client.post(f"{url}/dossier").status_code == 303
    page = client.get(url).text
    assert "being prepared" in page and "Prepare the PDF" not in page
    run_batches(database, at=AT)
    page = client.get(url).text
    assert f"{number}-dossier.pdf" in page and "not sent yet" in page
    for day, wrong in (("2026-11-17", "before 18/11/2026"), ("2099-01-01", "in the future")):
        answer = client.post(f"{url}/transmission", data={"forward-forwarded_on": day})
        assert answer.status_code == 422 and wrong in answer.text
        assert f'value="{day}"' in answer.text
    sent = client.post(f"{url}/transmission", data={"forward-forwarded_on": "2026-11-18"})
    assert sent.status_code == 303
    assert "sent on 18 November 2026" in client.get(url).text
    with database.reading_session() as session:
        assert session.scalars(select(Invoice.payable_by)).one() == date(2026, 12, 20)


def test_a_partly_delivered_order_is_in_both_queues(app, database: Database, order_number: str):
    with database.transaction() as session:
        issue_delivery_note(session, locked_order(session, order_number), {1: 1}, by=STORES, at=AT)
    client = staff(app, database, ACCOUNTING, language="en")
    assert "partial" in client.get("/bureau/factures").text


@pytest.mark.parametrize("path", ["/bureau/livraisons", "/bureau/factures", "/bureau/paiements"])
def test_other_staff_do_not_see_these_pages(app, client, database: Database, path: str):
    assert client.get(path).status_code == 303
    seller = staff(app, database, SALES)
    assert seller.get(path).status_code == 403


def test_an_order_that_does_not_exist_is_not_found(app, database: Database):
    client = staff(app, database, LOGISTICS, language="en")
    assert client.get("/bureau/livraisons/CO-2026-000099").status_code == 404
    assert client.post("/bureau/livraisons/DE-2026-000001").status_code == 404


@pytest.mark.parametrize(
    ("language", "day"),
    [("fr", "Mercredi 18 novembre 2026"), ("en", "Wednesday 18 November 2026")],
)
def test_the_desks_begin_with_the_day_as_each_language_writes_it(app, database, language, day):
    everything = staff(app, database, ADMIN, language=language)
    desks = ("bons-de-commande", "factures", "livraisons", "paiements", "retractations")
    for path in ("/bureau", *(f"/bureau/{desk}" for desk in desks)):
        assert day in everything.get(path).text, path
