"""What an organisation spends: each way to cut it adds up to its list of documents."""

import csv
from io import StringIO

import pytest

from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked, sums_of
from checkout.ledger.spend import parts_of, spend_of
from shop.core.actors import ACCOUNTING
from shop.core.money import total
from shop.storage.db import Database
from shop.storage.paging import Place
from tests.counting import counted
from tests.factories import BOOKS
from tests.integration.test_ledger import DAY
from tests.integration.test_ledger_criteria import make_books
from tests.people import sign_in, staff
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database


@pytest.fixture
def accountant(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, make_books)


def test_each_cut_adds_up_to_the_documents_of_the_list(database: Database, accountant: int):
    with database.reading_session() as session:
        for place in (Place(), Place(asked=(("state", "credit_note"),))):
            asked = Asked(Criteria(), BOOKS, DAY, place)
            spent, whole = spend_of(session, asked, "fr"), sums_of(session, asked).excluding
            cuts = (spent.years, spent.establishments, spent.services, spent.families)
            for cut in (*cuts, spent.clients):
                assert total([part.excluding for part in cut]) == whole == spent.whole
        families = spend_of(session, Asked(Criteria(), BOOKS, DAY), "en").families
        assert {part.label for part in families} == {"Loudspeakers", ""}


def test_a_part_is_drawn_beside_the_greatest_and_never_below_nothing():
    parts = parts_of([("A", 400), ("B", 100), ("C", -50), ("D", 0)])
    assert [part.share for part in parts] == [100, 25, 0, 0]
    assert [part.share for part in parts_of([("A", -400), ("B", -500)])] == [0, 0]
    assert parts_of([]) == []


def test_the_page_and_the_file_say_the_same_under_the_search(client, accountant, database):
    page = sign_in(client, accountant).get("/factures?service=LYC-37").text
    assert "/factures/depenses?service=LYC-37" in page
    page = client.get("/factures/depenses?service=LYC-37").text.replace("\xa0", " ")
    assert "Lycée Rabelais · LYC-37" in page and "CULT-02" not in page
    assert page.count('<rect class="share__part" width="100"') >= 4
    text = client.get("/factures/depenses.csv?service=LYC-37").data.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text), delimiter=";")
    assert head == ["Répartition", "Détail", "Total HT"]
    assert {row[0] for row in rows} == {
        "Par année",
        "Par établissement",
        "Par service de paiement",
        "Par famille de produits",
    }
    assert ["Par service de paiement", "Lycée Rabelais · LYC-37"] in [row[:2] for row in rows]
    assert client.get("/factures/depenses?least=beaucoup").status_code == 422
    assert "Aucune dépense" in client.get("/factures/depenses?service=none").text


def test_more_documents_add_no_statement(client, accountant, database):
    sign_in(client, accountant).get("/factures/depenses")
    with counted(database) as few:
        client.get("/factures/depenses?service=LYC-37")
    with counted(database) as many:
        client.get("/factures/depenses")
    assert len(many) == len(few)


def test_the_office_reads_what_it_sells_to_each_client(app, accountant, database):
    office = staff(app, database, ACCOUNTING)
    place = "/bureau/factures/registre/ventes"
    assert f"{place}?service=LYC-37" in office.get("/bureau/factures/registre?service=LYC-37").text
    page = office.get(place).text
    assert "Par client" in page
    with database.reading_session() as session:
        clients = spend_of(session, Asked(Criteria(), BOOKS, DAY), "fr").clients
    assert clients
    rows = list(
        csv.reader(StringIO(office.get(f"{place}.csv").data.decode("utf-8-sig")), delimiter=";")
    )
    assert [row[1] for row in rows if row[0] == "Par client"] == [
        part.label or "Clients particuliers" for part in clients
    ]
    buyer = sign_in(app.test_client(), accountant)
    assert "Par client" not in buyer.get("/factures/depenses").text
    assert buyer.get(place).status_code == 403
