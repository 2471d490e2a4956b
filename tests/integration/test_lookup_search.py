"""One box for any number: what each kind of result is found by, and by whom."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.rules import Package, PackageKind, Shipment
from checkout.orders.models import Order
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from checkout.returns.returns import ask_return
from checkout.returns.rules import Asked as AskedReturn
from checkout.returns.rules import Reason
from checkout.statements.imports import read_file, receive_file
from shop.core.actors import ACCOUNTING, SALES, SALES_ADMIN, STAFF_ROLES
from shop.core.lookup_terms import read_asked
from shop.dossiers.models import Dossier
from shop.organisations.models import Organisation, OrganisationContact
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.lookup import LookupKind
from shop.storage.lookup_search import COUNTED, Scope, look_up
from tests.banking import Line, camt
from tests.counting import counted
from tests.factories import AT, BOOKS, STORES, make_buyer, make_person, make_shop, siret_of
from tests.orders import make_card_order, make_order_from_original, make_quote
from tests.people import sign_in, staff
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database

DE, CO, BL, FA, RT = (f"{series}-2026-000001" for series in ("DE", "CO", "BL", "FA", "RT"))
BODY, PERSON, VIR, MOVEMENT = "Ville de Chinon", "Paul Lenoir", "VIR 4471", "VIREMENT INCONNU"


def _sold(session: Session) -> int:
    """A town's order, shipped, invoiced, paid, of which a unit comes back; a private customer; a
    statement of the bank. The buyer's id.
    """
    lines = make_shop(session)
    buyer = make_buyer(session, "paul@chinon.example", name=PERSON, phone="02 47 93 53 01")
    body_id = buyer.organisation_id
    contact = {"function": "payer", "name": "Odile Brun", "email": "odile@chinon.example"}
    session.add(OrganisationContact(organisation_id=body_id, phone="02 47 93 53 02", **contact))
    order = make_order_from_original(session, make_quote(session, buyer, lines))
    parcel = Package(PackageKind.PARCEL, 9_000, "Perche", "6A 1234 5678")
    shipment = Shipment("Perche", packages=(parcel,), serials={1: ("SN-77/A1", "SN-77/A2")})
    issue_delivery_note(session, order, {1: 2, 2: 3, 3: 1}, shipment, by=STORES, at=AT)
    invoice = bill_order(session, order, by=BOOKS, at=AT)
    paid = {"amount": invoice.including, "received_on": AT.date(), "reference": VIR}
    record_payment(session, invoice, by=BOOKS, at=AT, **paid)
    ask_return(session, order, AskedReturn(Reason.DEFECT, "Muette", {1: 1}), by=buyer, at=AT)
    lea = make_person(session, at=AT, email="lea@home.example", name="Léa Petit")
    make_card_order(session, lines[:1], user_id=lea.id)
    file = receive_file(session, camt(Line(98_765, MOVEMENT)), "releve.xml", by=BOOKS, at=AT)
    read_file(session, file.id, by=BOOKS, at=AT)
    return buyer.user_id or 0


@pytest.fixture
def sold(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, _sold)


@pytest.fixture
def desk(app, database: Database, sold: int) -> Any:
    return staff(app, database, "admin")


def found(browser: Any, typed: str, page: str = "/bureau/recherche") -> str:
    """The main part of the page that a search leads to."""
    answer = browser.get(page, query_string={"q": typed}, follow_redirects=True)
    assert answer.status_code == 200, typed
    return str(answer.text.split("<main", 1)[1].split("</main>")[0])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (DE, DE),
        ("2026-0000", DE),
        (CO, DE),
        (BL, BL),
        (FA, FA),
        ("FA 1", FA),
        (RT, RT),
        ("BC-26-0871", DE),
        ("2026 004417", DE),
        ("21370072700018", BODY),
        ("213 700 727", BODY),
        ("C-1", BODY),
        ("villes chinon", ""),
        ("ville CHINON", BODY),
        ("lenoir", PERSON),
        ("paul@chinon.example", PERSON),
        ("02.47.93.53.01", PERSON),
        ("+33 2 47 93 53 02", BODY),
        ("odile brun", BODY),
        ("02 99 00 00 00", CO),
        ("6A12345678", BL),
        ("sn 77 a2", BL),
        ("1 208,84", FA),
        ("1208.84", VIR),
        ("vir 4471", VIR),
        ("987,65 €", MOVEMENT),
        ("inconnu virement", MOVEMENT),
        ("acheteur@", ""),
        ("particulier@example.org", "CO-2026-000002"),
    ],
)
def test_the_office_finds_whatever_has_a_number_a_name_or_an_amount(desk, typed, expected):
    page = found(desk, typed)
    assert expected in page and (expected or "Aucun résultat" in page), page


def test_several_results_stand_in_groups_and_each_has_a_list_of_all(desk, database):
    page = found(desk, "1208,84")
    assert page.index("Factures et avoirs") < page.index("Virements")
    with database.transaction() as session:
        buyer_id = session.scalars(select(User.id).where(User.name == PERSON)).one()
        session.get_one(User, buyer_id).name = "Paul Leblanc"
        body = session.scalars(select(Organisation)).one()
        for number in range(30):
            more = {"number": f"DE-2025-{number:06d}", "title": "", "parties_key": "ecole"}
            more |= {"email": "e@x.example", "language": "fr", "organisation_id": body.id}
            session.add(Dossier(opened_at=AT, **more))
    page = found(desk, "ecole")
    assert page.count("data-result") == 5
    assert 'href="/bureau/recherche?q=ecole&amp;kind=dossier"' in page
    listed = desk.get("/bureau/recherche?q=ecole&kind=dossier&page=2").text
    assert "Lignes 26 à 30 sur 30" in listed.replace("\u00a0", " ")
    assert listed.count("data-result") == 5
    assert desk.get("/bureau/recherche?q=ecole&kind=dossier&page=99").text.count("data-result")


#: What a role may open, by a search that finds it: others find nothing there.
OPENED = {
    DE: STAFF_ROLES,
    CO: STAFF_ROLES,
    BL: STAFF_ROLES,
    FA: STAFF_ROLES,
    RT: STAFF_ROLES,
    "213700727": {SALES, SALES_ADMIN, "admin"},
    "lenoir": {SALES, SALES_ADMIN, "admin"},
    VIR: {ACCOUNTING, "admin"},
    "987,65": {ACCOUNTING, "admin"},
}


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_finds_what_it_may_open(app, database, sold, role):
    desk = staff(app, database, role)
    for typed, roles in OPENED.items():
        kinds = ("Organismes", "Personnes", "Virements", "Mouvements de relevés")
        page = found(desk, typed)
        if roles is STAFF_ROLES:
            assert "Aucun résultat" not in page, typed
        elif role not in roles:
            assert not any(f"{kind}\n" in page for kind in kinds), (typed, page)
            assert "/bureau/clients/" not in page and "/bureau/virements/" not in page
        else:
            assert "Aucun résultat" not in page, typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (DE, DE),
        (CO, DE),
        (FA, FA),
        (BL, BL),
        (RT, DE),
        ("bc 26 0871", DE),
        ("2026-004417", DE),
        ("1 208,84", FA),
        ("sn77a1", BL),
        ("6A 1234", BL),
        ("chinon", DE),
        (VIR, ""),
        ("987,65", ""),
        ("213700727", ""),
        ("Léa", ""),
        ("CO-2026-000002", ""),
    ],
)
def test_a_buyer_finds_their_own_papers_only(app, sold, typed, expected):
    page = found(sign_in(app.test_client(), sold), typed, "/dossiers/recherche")
    assert expected in page and (expected or "Aucun résultat" in page), page


def test_nobody_finds_the_papers_of_others(app, database, sold):
    with database.transaction() as session:
        other = make_buyer(session, "zoe@tours.example", siret=siret_of(2))
        alone = make_person(session, at=AT, email="alone@x.example")
    lea = "select id from users where email = 'lea@home.example'"
    with database.reading() as connection:
        lea_id = connection.execute(text(lea)).scalar_one()
    for user_id in (other.user_id, alone.id, lea_id):
        browser = sign_in(app.test_client(), user_id)
        for typed in (DE, CO, BL, FA, RT, "BC-26-0871", "1208,84", "sn77a1"):
            assert "Aucun résultat" in found(browser, typed, "/dossiers/recherche"), typed
    browser = sign_in(app.test_client(), lea_id)
    assert "CO-2026-000002" in found(browser, "CO 2", "/dossiers/recherche")
    assert app.test_client().get("/dossiers/recherche?q=1").status_code in (302, 303)


def test_a_member_of_one_establishment_finds_what_was_ordered_there(database, sold):
    with database.reading_session() as session:
        order = session.scalars(select(Order).where(Order.number == CO)).one()
        dossier = session.get_one(Dossier, order.dossier_id)
        there = dossier.establishment_id or 0
        for establishment, expected in ((there, there != 0), (there + 1, False)):
            scope = Scope((f"o{order.organisation_id}",), establishment)
            assert bool(look_up(session, read_asked(CO), list(LookupKind), scope)) == expected


def fill(database: Database, count: int) -> None:
    """So many dossiers of one name in the index."""
    rows = [
        {"kind": "dossier", "term": term, "subject_id": n, "source": f"dossiers:{n}", "owner": "o7"}
        for n in range(1, count + 1)
        for term in (f"de2026{n:06d}", "mairie", f"lieu{n % 7}")
    ]
    with database.write_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO lookup_terms (kind, term, subject_id, source, owner)"
                " VALUES (:kind, :term, :subject_id, :source, :owner)"
            ),
            rows,
        )


SEARCHES = ("mairie", "DE-2026-000007", "mairie lieu3", "de2026", "7", "1 234,56")


def test_the_count_stops_and_the_newest_come_first(database: Database):
    fill(database, COUNTED + 200)
    with database.reading_session() as session:
        (hits,) = look_up(session, read_asked("mairie"), list(LookupKind))
        assert (hits.total, hits.more) == (COUNTED, True)
        assert [hit.subject_id for hit in hits.hits][:2] == [COUNTED + 200, COUNTED + 199]
        (few,) = look_up(session, read_asked("mairie lieu3"), [LookupKind.DOSSIER])
        assert (few.total, few.more) == (172, False)


def test_more_papers_cost_no_more_statements(app, database: Database):
    desk, costs = staff(app, database, "admin"), []
    desk.get("/bureau/recherche")
    for count in (10, 300):
        with database.write_engine.begin() as connection:
            connection.execute(text("DELETE FROM lookup_terms"))
        fill(database, count)
        for typed in SEARCHES:
            with counted(database) as sent:
                desk.get("/bureau/recherche", query_string={"q": typed})
            costs.append(len(sent))
    assert costs[: len(SEARCHES)] == costs[len(SEARCHES) :]


def plans(database: Database, session: Session, typed: str, scope: Scope) -> Sequence[str]:
    """How the database reads the index for a search."""
    said: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if "lookup_terms" in statement and not statement.startswith("EXPLAIN"):
            said.append((statement, parameters))

    event.listen(database.read_engine, "before_cursor_execute", note)
    look_up(session, read_asked(typed), list(LookupKind), scope)
    event.remove(database.read_engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    connection = session.connection()
    return [
        str(row[-1])
        for statement, parameters in said
        for row in connection.exec_driver_sql(explain + statement, parameters)
    ]


#: How a plan of SQLite says that the table, or a range of an index of it, is read.
_READS = ("SCAN lookup_terms", "SEARCH lookup_terms", "SEARCH o ")


@contextmanager
def indexes_only(database: Database, session: Session) -> Iterator[None]:
    """PostgreSQL reads a small table whole, unless it is told not to."""
    if not database.is_sqlite:
        session.execute(text("SET enable_seqscan = off"))
    try:
        yield
    finally:
        if not database.is_sqlite:
            session.execute(text("RESET enable_seqscan"))


@pytest.mark.parametrize("scope", [Scope(), Scope(("o7", "u3"))], ids=["office", "buyer"])
def test_a_search_reads_ranges_of_the_index_and_never_the_table(database: Database, scope: Scope):
    fill(database, 300)
    with database.reading_session() as session, indexes_only(database, session):
        for typed in SEARCHES:
            lines = plans(database, session, typed, scope)
            assert any("lookup_terms" in line for line in lines)
            assert not [line for line in lines if "Seq Scan on lookup_terms" in line], typed
            ranges = [line for line in lines if line.startswith(_READS)]
            assert all("term=?" in line or "term>?" in line for line in ranges), ranges
