"""« Mes factures »: what an organisation's accountant lists and exports, and nobody else."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree as Tree
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.rules import Settled, settled
from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked, documents, every_document
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from shop.core.actors import ACCOUNTANT, BUYER
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.documents.spreadsheets import csv_of, safe, xlsx_of
from shop.dossiers.models import Dossier
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.organisations.models import Establishment
from shop.people.people import get_person
from shop.storage.db import Database
from tests.factories import AT, BOOKS, CHINON, make_buyer, make_person, make_shop, siret_of
from tests.orders import deliver_all, make_order_from_original, make_quote
from tests.people import sign_in
from tests.snapshots import Snapshots

DAY = date(2026, 11, 18)


def make_accountant(session: Session) -> int:
    """The user id of an accountant of a town with two invoices, the second of them paid."""
    lines = make_shop(session)
    buyer = make_buyer(session)
    for reference in ("BC-1", "BC-2"):
        quote = make_quote(session, buyer, lines)
        order = make_order_from_original(session, quote, reference=reference)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
    record_payment(
        session,
        invoice,
        amount=invoice.including,
        received_on=DAY,
        reference="VIR-1",
        by=BOOKS,
        at=AT,
    )
    user = make_person(session, at=AT, email="compta@ville.example")
    session.add(
        Membership(
            user_id=user.id,
            organisation_id=buyer.organisation_id,
            establishment_id=buyer.establishment_id,
            accountant=True,
            asked_at=AT,
            approved_at=AT,
        )
    )
    return user.id


@pytest.fixture
def accountant(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, make_accountant)


def membership(session, user_id: int) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == user_id)).one()


def exported(client, since="2026-01-01", until="2026-12-31"):
    return client.get(f"/factures/export.csv?since={since}&until={until}")


def test_the_list_says_what_is_due_and_what_is_paid(client, accountant):
    page = sign_in(client, accountant).get("/factures").text
    assert page.index("FA-2026-000002") < page.index("FA-2026-000001")
    assert "DE-2026-000001" in page
    assert 'href="/factures"' in client.get("/compte").text
    rows = page[page.index("<tbody") :]
    assert rows.count("payée") == 1


def test_the_export_opens_in_a_french_spreadsheet(client, accountant):
    answer = exported(sign_in(client, accountant))
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [len(row) for row in rows] == [18, 18, 18]
    assert rows[1][:3] == ["FA-2026-000001", "2026-11-18", ""], "it is not sent: no last day to pay"
    assert [rows[1][5], rows[1][6], rows[2][6]] == ["1208,84", "0,00", "1208,84"]
    assert rows[1][10:16] == ["BC-1", "", "2026-004417", f'="{CHINON}"', "37500", "0,00"]
    assert rows[1][16:] == ["0,00", ""], "nothing is credited"


def test_an_amount_below_zero_keeps_its_cents():
    assert csv_of(["Arrondi"], [[Money(-2)], [Money(-102)], [Money(5)], [Money(1200)]]) == (
        "\ufeffArrondi\r\n-0,02\r\n-1,02\r\n0,05\r\n12,00\r\n".encode()
    )


@pytest.mark.parametrize(
    "typed",
    [
        *("0045871", "4500123456789012", "12E5", "12e-5", "3-4", "007", "1/2", " 12", "1,50"),
        *("12.50", "1 000", "50 %", "2026-11", "18/11/2026", "12:30", "3 mai", "mai-26", "déc. 26"),
        *("TRUE", "faux", "21370072700018"),
    ],
)
def test_typed_text_that_a_spreadsheet_would_change_is_protected_in_the_csv(typed: str):
    file = csv_of(["Bon de commande"], [[typed]]).decode("utf-8-sig")
    [[_head], [shown]] = csv.reader(StringIO(file), delimiter=";")
    assert shown == f'="{typed}"'


@pytest.mark.parametrize(
    "typed",
    [
        "BC-1",
        "45871",
        "0",
        "2026-004417",
        "N° 12",
        "BC 26/0871",
        "Mairie",
        "Marché 3-4",
        "maison",
        "",
    ],
)
def test_text_that_a_spreadsheet_leaves_alone_is_written_as_it_was_typed(typed: str):
    assert safe(typed) == typed


def sheet_of(data: bytes) -> list[list[str | float]]:
    """The cells of an XLSX file: text as str, numbers and days as float."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with ZipFile(BytesIO(data)) as parts:
        rows = Tree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    return [
        [
            cell.findtext("x:is/x:t", "", space)
            if cell.get("t") == "inlineStr"
            else float(cell.findtext("x:v", "", space))
            for cell in row
        ]
        for row in rows.iterfind(".//x:row", space)
    ]


@pytest.mark.parametrize(
    "typed", ["0045871", "4500123456789012", "12E5", "3-4", "007", "=1+1", "1/2", " 12", "TRUE"]
)
def test_a_spreadsheet_keeps_a_purchase_order_number_as_it_was_typed(typed: str):
    head = ["Facture", "Bon de commande"]
    rows = sheet_of(xlsx_of(head, [["FA-2026-000005", typed]], at=AT))
    assert rows == [head, ["FA-2026-000005", typed]]


def test_the_export_for_a_spreadsheet_has_numbers_for_amounts_and_days_and_text_for_the_rest(
    client, accountant
):
    answer = sign_in(client, accountant).get(
        "/factures/export.xlsx?since=2026-01-01&until=2026-12-31"
    )
    assert answer.headers["Content-Disposition"].endswith(
        "filename=comptoir-factures-2026-01-01-2026-12-31.xlsx"
    )
    head, first, second = sheet_of(answer.data)
    assert head[0] == "Facture"
    assert first[:3] == ["FA-2026-000001", (DAY - date(1899, 12, 30)).days, ""]
    assert (first[5], first[6], second[6]) == (1208.84, 0, 1208.84)
    assert first[10:] == ["BC-1", "", "2026-004417", CHINON, "37500", 0, 0, ""]
    assert sheet_of(client.get("/factures/export.xlsx").data) == [head, first, second]


def test_a_period_without_invoices_exports_the_header_only(client, accountant):
    assert exported(sign_in(client, accountant), "2025-01-01", "2025-12-31").text.count("\r\n") == 1


@pytest.mark.parametrize("since, until", [("2026-12-31", "2026-01-01"), ("hier", "2026")])
def test_a_wrong_period_is_shown_beside_its_field(client, accountant, since, until):
    answer = exported(sign_in(client, accountant), since, until)
    assert answer.status_code == 422
    assert "field__error" in answer.text


@pytest.mark.parametrize(
    "typed", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", " =HYPERLINK()"]
)
def test_typed_text_is_never_a_formula(typed):
    assert safe(typed) == "'" + typed


def test_a_title_that_is_a_formula_is_text_in_the_export(client, accountant, database):
    with database.transaction() as session:
        for dossier in session.scalars(select(Dossier)):
            dossier.title = '=cmd|"/C calc"!A1'
    assert ";\"'=cmd|" in exported(sign_in(client, accountant)).text


def test_a_buyer_has_no_list_and_reads_which_right_is_missing(client, accountant, database):
    with database.transaction() as session:
        membership(session, accountant).grant([BUYER])
    sign_in(client, accountant)
    assert client.get("/factures").status_code == 403
    assert exported(client).status_code == 403
    assert client.get("/factures/documents.zip").status_code == 403
    assert client.get("/factures/export").status_code == 403
    assert 'href="/factures"' not in client.get("/compte").text
    with database.reading_session() as session, pytest.raises(NotAllowed):
        member = membership(session, accountant)
        by = member_actor(get_person(session, member.user_id), member)
        documents(session, Asked(Criteria(), by, DAY))


def test_a_confined_accountant_lists_their_own_establishment_only(client, accountant, database):
    with database.transaction() as session:
        member = membership(session, accountant)
        other = Establishment(
            organisation_id=member.organisation_id,
            siret=siret_of(5),
            name="Médiathèque",
            header={},
            created_at=AT,
        )
        session.add(other)
        session.flush()
        member.establishment_id, member.everywhere = other.id, False
        member.grant([ACCOUNTANT])
    assert "FA-2026" not in sign_in(client, accountant).get("/factures").text
    assert "FA-2026" not in exported(client).text


def test_an_accountant_of_another_body_sees_nothing(client, accountant, database):
    with database.transaction() as session:
        stranger = make_buyer(session, "autre@ville.example", siret=siret_of(1))
        assert list(every_document(session, Asked(Criteria(), stranger, DAY))) == []
    assert "FA-2026" not in sign_in(client, stranger.user_id).get("/factures").text


def test_an_invoice_is_late_from_the_day_after_its_last_day():
    due = {"payable_by": DAY, "today": DAY}
    assert settled(Money(100), Money(99), **due) is Settled.DUE
    assert settled(Money(100), Money(99), payable_by=DAY, today=DAY + timedelta(1)) is Settled.LATE
    assert settled(Money(100), Money(100), payable_by=DAY, today=DAY + timedelta(9)) is Settled.PAID
    assert settled(Money(100), Money(99), payable_by=None, today=DAY) is Settled.DUE
