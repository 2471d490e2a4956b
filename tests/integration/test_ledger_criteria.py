"""What an accountant looks for in the list of invoices and credit notes, its sums, and the list of
the office over all clients.
"""

import csv
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.corrections.replacements import replace_invoice
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.rules import CreditRequest
from checkout.invoices.corrections import correction_of
from checkout.invoices.invoices import get_invoice
from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked, every_document, sums_of
from checkout.payments.billing import bill_order
from quotes.quotes.quotes import issue_quote
from shop.core.actors import ACCOUNTING, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money, UnitPrice, total
from shop.core.sales import SaleLine
from shop.dossiers.models import Dossier
from shop.organisations.models import Establishment
from shop.storage.db import Database
from shop.storage.paging import Place
from tests.counting import counted
from tests.factories import AT, BOOKS, make_buyer, make_parties, make_product, make_sale, siret_of
from tests.integration.test_ledger import DAY, make_accountant
from tests.orders import deliver_all, make_order_from_original
from tests.people import sign_in, staff
from tests.snapshots import Snapshots

FIRST, SECOND, CORRECTED, FOREIGN = (f"FA-2026-{number:06d}" for number in range(1, 5))
#: The credit notes of the first invoice, in part, and of the one that was replaced.
PART, WHOLE = "AV-2026-000001", "AV-2026-000002"


def make_books(session: Session) -> int:
    """The user id of the accountant of `test_ledger`, whose first invoice is credited in part and
    whose second one is replaced by one for another service; another town has an invoice.
    """
    user_id = make_accountant(session)
    invoice, order = get_invoice(session, FIRST, by=BOOKS)
    request = CreditRequest("Erreur de prix", amounts={1: Money(10_000)})
    issue_credit_note(session, invoice, order, request, expected=None, by=BOOKS, at=AT)
    invoice, order = get_invoice(session, SECOND, by=BOOKS)
    said = correction_of(invoice, order)
    assert said.parties.paying_service is not None
    service = replace(said.parties.paying_service, name="Lycée Rabelais", service_code="LYC-37")
    said = replace(
        said,
        parties=replace(said.parties, paying_service=service),
        engagement="EJ-77",
        purchase_order="BC 2 bis",
    )
    replace_invoice(session, invoice, order, said, "Mauvais service", by=BOOKS, at=AT)
    stranger = make_buyer(session, "achats@tours.example", siret=siret_of(1))
    product_id = make_product(session, sku="SON-0900", at=AT)
    line = SaleLine(product_id, "SON-0900", "Pied", 1, UnitPrice(1_000_000), 2000)
    town = replace(make_parties(), siren=siret_of(1)[:9], siret=siret_of(1))
    town = replace(town, header=replace(town.header, name="Ville de Tours"))
    sale = make_sale(stranger, [line], parties=town, shipping="pallet")
    quote = issue_quote(session, sale, by=stranger, at=AT)
    order = make_order_from_original(session, quote, reference="T-9")
    deliver_all(session, order)
    bill_order(session, order, by=BOOKS, at=AT)
    return user_id


@pytest.fixture
def accountant(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, make_books)


def library_of(database: Database) -> int:
    """A second establishment of the town, which the first invoice is for; its id."""
    with database.transaction() as session:
        dossier = session.scalars(select(Dossier).order_by(Dossier.id)).first()
        assert dossier is not None
        library = Establishment(
            organisation_id=dossier.organisation_id,
            siret=siret_of(5),
            name="Médiathèque",
            header={},
            created_at=AT,
        )
        session.add(library)
        session.flush()
        dossier.establishment_id = library.id
        return library.id


def found(database: Database, by: Actor = BOOKS, place: Place = Place(), **asked) -> list[str]:
    with database.snapshot_session() as session:
        lines = every_document(session, Asked(Criteria(**asked), by, DAY, place))
        return [line.number for line in lines]


def test_the_office_finds_documents_by_all_that_they_name(database: Database, accountant: int):
    mine = [FIRST, SECOND, PART, CORRECTED, WHOLE]
    assert found(database) == [*mine, FOREIGN]
    for asked, numbers in (
        ({"client": "tours"}, [FOREIGN]),
        ({"client": siret_of(1)}, [FOREIGN]),
        ({"client": siret_of(1)[:9]}, [FOREIGN]),
        ({"client": "nowhere"}, []),
        ({"client": "…"}, []),
        ({"service": "lyc-37"}, [CORRECTED]),
        ({"service": "rabelais"}, [CORRECTED]),
        ({"service": "CULT-02"}, [FIRST, SECOND, PART, WHOLE, FOREIGN]),
        ({"purchase_order": "bc.1"}, [FIRST, PART]),
        ({"purchase_order": "2 BIS"}, [CORRECTED]),
        ({"purchase_order": "%"}, []),
        ({"engagement": "ej-77"}, [CORRECTED]),
        ({"engagement": "004417"}, [FIRST, SECOND, PART, WHOLE, FOREIGN]),
        ({"least": Money(100_000)}, [FIRST, SECOND, CORRECTED, WHOLE]),
        ({"most": Money(100_000)}, [PART, FOREIGN]),
        ({"since": DAY, "until": DAY}, [*mine, FOREIGN]),
        ({"until": DAY - timedelta(1)}, []),
    ):
        assert found(database, **asked) == numbers, asked


def test_the_filters_of_the_list_narrow_its_export_and_its_sums(database: Database, accountant):
    notes = Place(asked=(("state", "credit_note"), ("sort", "total")))
    assert found(database, place=notes) == [PART, WHOLE]
    with database.snapshot_session() as session:
        for place in (Place(), notes):
            asked = Asked(Criteria(), BOOKS, DAY, place)
            lines, sums = list(every_document(session, asked)), sums_of(session, asked)
            assert sums.documents == len(lines)
            assert sums.excluding == total([line.excluding for line in lines])
            assert sums.vat_total == total([line.vat_total for line in lines])
            assert sums.including == total([line.including for line in lines])
            assert sums.left == total([line.left for line in lines])
        assert sums.including < Money() == sums.left


def test_nobody_but_the_accountants_is_given_the_list(database: Database, accountant: int):
    for roles in ({"sales"}, {"logistics"}, {"buyer"}, {"reader"}):
        with pytest.raises(NotAllowed):
            found(database, replace(BOOKS, roles=frozenset(roles)))


def test_the_page_keeps_the_search_over_links_and_export(client, accountant: int):
    sign_in(client, accountant)
    page = client.get("/factures?purchase_order=BC-1&state=unpaid").text
    assert FIRST in page and SECOND not in page and PART not in page
    assert 'value="BC-1"' in page
    assert "state=credit_note&amp;purchase_order=BC-1" in page
    assert '<input type="hidden" name="state" value="unpaid">' in page
    rows = client.get("/factures/export.csv?purchase_order=BC-1&state=credit_note").text
    assert [row[0] for row in csv.reader(StringIO(rows[1:]), delimiter=";")][1:] == [PART]
    contents = client.get("/factures/export?purchase_order=BC-1&detail=line").text
    assert "<dd>2</dd>" in contents.split("Documents")[1].replace("\n", "").replace(" ", "")[:40]
    nothing = client.get("/factures?engagement=none").text
    assert "Aucune facture trouvée" in nothing and "Afficher toute la liste" in nothing


@pytest.mark.parametrize(
    "asked, sentence",
    [
        ("least=beaucoup", "Saisissez un montant en euros"),
        ("least=20&most=10", "inférieur au premier"),
        ("since=2026-02-30", "Saisissez un jour qui existe"),
        ("establishment=99", "Choisissez l’une des réponses"),
    ],
)
def test_a_search_that_cannot_be_read_is_told_beside_its_field(
    client, accountant: int, database: Database, asked, sentence
):
    library_of(database)
    answer = sign_in(client, accountant).get(f"/factures?{asked}&state=paid")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'name="state" value="paid"' in answer.text


def test_an_accountant_chooses_among_the_establishments_they_may_see(
    client, accountant: int, database: Database
):
    assert 'name="establishment"' not in sign_in(client, accountant).get("/factures").text
    library = library_of(database)
    page = client.get(f"/factures?establishment={library}").text
    assert "Médiathèque" in page and FIRST in page and SECOND not in page


def test_the_office_lists_and_exports_all_clients(app, database: Database, accountant: int):
    books = staff(app, database, ACCOUNTING)
    assert "/bureau/factures/registre" in books.get("/bureau/factures").text
    page = books.get("/bureau/factures/registre?client=tours").text
    assert FOREIGN in page and FIRST not in page
    rows = books.get("/bureau/factures/registre/export.csv").text
    assert len(rows.splitlines()) == 7
    assert books.get("/bureau/factures/registre/export.xlsx").status_code == 200
    archive = books.get("/bureau/factures/registre/documents.zip?client=tours").data
    assert ZipFile(BytesIO(archive)).namelist() == ["SHA256SUMS", "NOT-MADE-YET.txt"]
    assert (
        "Aucune facture dans cet export"
        in books.get("/bureau/factures/registre/export?client=nowhere").text
    )


def test_more_documents_add_no_statement_to_the_list(client, accountant: int, database: Database):
    sign_in(client, accountant)
    client.get("/factures")
    with counted(database) as one:
        client.get("/factures?purchase_order=BC-1&state=credit_note")
    with counted(database) as more:
        client.get("/factures")
    assert len(more) == len(one)
