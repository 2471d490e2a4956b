"""The pages of refused and wrong invoices, as the accounting staff use them."""

from html import unescape

from sqlalchemy import select

from checkout.invoices.models import Invoice
from checkout.invoices.procedure import InvoiceState
from shop.core.actors import ACCOUNTING, LOGISTICS
from shop.documents.layout import sentences
from shop.dossiers.dossiers import content_of
from shop.einvoicing.facturx import compose
from shop.ops.clock import today
from shop.storage.db import Database
from tests.credited import invoiced
from tests.factories import siret_of
from tests.integration.test_invoice_statuses import forwarded
from tests.people import staff

ANSWERS = {
    "corrected-reason": "Mauvais service payeur",
    "corrected-name": "Ville de Chinon",
    "corrected-line1": "1 place du Marché",
    "corrected-postal_code": "37500",
    "corrected-city": "Chinon",
    "corrected-service": "DAF",
    "corrected-code": "DAF-75",
    "corrected-engagement": "EJ-9",
}


def numbers(database: Database) -> dict[str, InvoiceState]:
    with database.reading_session() as session:
        return {one.number: one.state for one in session.scalars(select(Invoice))}


def test_a_refusal_is_recorded_listed_and_the_invoice_replaced(app, database: Database):
    number = forwarded(database)
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/rectifications/{number}"
    assert "Aucune facture refusée" in unescape(books.get("/bureau/rectifications").text)
    told = {"told-status": "210", "told-told_on": today().isoformat()}
    missing = books.post(f"{url}/statut", data=told)
    assert missing.status_code == 422
    assert "le motif, tel qu’il a été donné" in unescape(missing.text)
    done = books.post(f"{url}/statut", data=told | {"told-reason": "Code service inconnu"})
    assert done.status_code == 303
    desk = unescape(books.get("/bureau/rectifications").text)
    assert number in desk and "Code service inconnu" in desk and "Refusée par l’acheteur" in desk
    assert number not in unescape(books.get("/bureau/rectifications?state=disputed").text)
    page = unescape(books.get(url).text)
    assert "Facture refusée par l’acheteur" in page and "(210)" in page
    read = books.post(url, data=ANSWERS)
    assert read.status_code == 200
    assert "ne reçoit pas d’avoir" in unescape(read.text) and "DAF-75" in read.text
    changed = books.post(url, data=ANSWERS | {"change": "1"})
    assert 'value="DAF-75"' in changed.text
    issued = books.post(f"{url}/emission", data=ANSWERS)
    assert (issued.status_code, issued.location) == (303, "/bureau/factures/FA-2026-000002")
    assert numbers(database) == {
        number: InvoiceState.REVERSED,
        "FA-2026-000002": InvoiceState.ISSUED,
    }
    assert "FA-2026-000002" in books.get(url).text
    assert number in books.get("/bureau/rectifications/FA-2026-000002").text
    assert number not in books.get("/bureau/rectifications").text


def test_another_siret_is_checked_read_again_and_is_that_of_the_new_invoice(
    app, database: Database
):
    number = forwarded(database)
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/rectifications/{number}"
    wrong = books.post(url, data=ANSWERS | {"corrected-siret": "216 100 404 00018"})
    assert wrong.status_code == 422
    assert 'value="216 100 404 00018"' in wrong.text
    answers = ANSWERS | {"corrected-siret": siret_of(7)}
    read = books.post(url, data=answers)
    assert read.status_code == 200
    books.post(f"{url}/emission", data=answers)
    with database.reading_session() as session:
        new = session.scalars(select(Invoice).order_by(Invoice.id.desc())).first()
        assert new is not None
        content = content_of(session, new.paper_id)
    assert content["customer"]["siret"] == siret_of(7)
    assert content["customer"]["siren"] == siret_of(7)[:9]
    xml = compose(content, sentences("fr"))
    assert xml is not None and siret_of(7).encode() in xml


def test_what_is_missing_is_said_beside_its_field(app, database: Database):
    number = invoiced(database)
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/rectifications/{number}"
    wrong = books.post(url, data=ANSWERS | {"corrected-name": "", "corrected-reason": ""})
    assert wrong.status_code == 422
    assert "Saisissez le nom du client" in wrong.text and 'value="DAF-75"' in wrong.text
    page = books.get(url).text
    assert "Un avoir l’annule" in unescape(page)


def test_a_mistake_is_taken_back_and_others_see_no_page(app, database: Database):
    number = forwarded(database)
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/rectifications/{number}"
    day = {"told-told_on": today().isoformat()}
    books.post(f"{url}/statut", data=day | {"told-status": "208", "told-reason": "Pièce"})
    assert numbers(database)[number] is InvoiceState.SUSPENDED
    books.post(f"{url}/statut", data=day | {"told-status": "mistake", "told-reason": "Autre"})
    assert numbers(database)[number] is InvoiceState.RECEIVED
    books.post(f"{url}/statut", data=day | {"told-status": "207", "told-reason": "Prix"})
    books.post(f"{url}/statut", data=day | {"told-status": "end_dispute", "told-reason": "Devis"})
    assert numbers(database)[number] is InvoiceState.IN_CHARGE
    late = day | {"told-status": "mistake", "told-reason": "x"}
    books.post(f"{url}/statut", data=late)
    assert numbers(database)[number] is InvoiceState.IN_CHARGE
    assert staff(app, database, LOGISTICS).get(url).status_code == 403
