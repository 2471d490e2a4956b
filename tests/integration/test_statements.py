"""Bank statements: read once, matched, confirmed by a person; nothing is booked twice."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import PartState
from checkout.statements.imports import read_file, receive_file
from checkout.statements.lists import decisions
from checkout.statements.matching_rules import Reason
from checkout.statements.models import Statement, StatementFile, StatementMovement
from checkout.statements.movements import (
    confirm_movement,
    confirm_several,
    leave_out_movement,
    link_movement,
    set_movement_aside,
    take_up_movement,
)
from checkout.statements.procedure import MovementState
from checkout.statements.rules import (
    InvoiceUnknown,
    LeavingOutReasonMissing,
    MovementBooked,
    Out,
    RestNotKept,
    SharesDiffer,
    StatementBroken,
    StatementEmpty,
    StatementReadBefore,
    StatementUnbalanced,
    TransferUnlike,
)
from shop.core.actors import ACCOUNTING, LOGISTICS
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.banking import Line, camt, invoices, movements, send
from tests.credited import invoiced, pay
from tests.factories import AT, BOOKS, STORES
from tests.people import staff
from tests.writers import Writer


@pytest.fixture
def number(database: Database) -> str:
    return invoiced(database)


def due(database: Database, number: str) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one().due.cents


def confirm(database: Database, movement: StatementMovement, *shares, **more) -> None:
    with database.transaction() as session:
        pairs = [(number, Money(cents)) for number, cents in shares]
        confirm_movement(session, movement.id, pairs, by=BOOKS, at=AT, **more)


def counts(database: Database) -> tuple[int, int]:
    """Payments and transfers."""
    with database.reading_session() as session:
        return tuple(session.scalar(select(func.count(row.id))) or 0 for row in (Payment, Transfer))  # type: ignore[return-value]


def test_a_movement_that_names_its_invoice_pays_it(database: Database, number: str):
    cents = due(database, number)
    send(database, camt(Line(cents, f"VIR {number}", day="2026-11-18", reference="B1")))
    (movement,) = movements(database)
    with database.reading_session() as session:
        (decision,) = decisions(session, [movement])
    assert decision.is_exact and decision.best is not None
    assert decision.best.reason is Reason.NUMBERS_EXACT
    assert counts(database) == (0, 0), "nothing is booked by the import"
    confirm(database, movement, (number, cents))
    assert due(database, number) == 0 and counts(database) == (1, 1)
    with database.reading_session() as session:
        assert session.scalars(select(Order.stage)).one() is OrderStage.PAID
        row = session.scalars(select(StatementMovement)).one()
        assert row.state is MovementState.BOOKED
        part = session.scalars(select(TransferPart)).one()
        assert (part.state, part.amount) == (PartState.BOOKED, Money(cents))
        assert session.scalars(select(Transfer.movement_key)).one() == movement.key
        acts = set(session.scalars(select(JournalEntry.act)))
        assert {"import_statement", "import_movement", "confirm_movement", "record_payment"} <= acts
        templates = list(session.scalars(select(Email.template).order_by(Email.id)))
        assert templates.count("payment_received") == 1
    with pytest.raises(MovementBooked):
        confirm(database, movement, (number, 1))


def test_the_same_file_is_read_once(database: Database, number: str):
    data = camt(Line(100, number))
    send(database, data)
    with pytest.raises(StatementReadBefore):
        send(database, data, "copie.xml")
    assert len(movements(database)) == 1


def test_a_movement_in_two_files_is_read_once(database: Database, number: str):
    common = Line(100, number, reference="B1")
    send(database, camt(common, Line(200, "A")))
    later = send(database, camt(common, Line(300, "B"), opened=0))
    assert later.known == 1
    assert [one.amount.cents for one in movements(database)] == [100, 200, 300]
    again = send(database, camt(common, Line(200, "A"), Line(300, "B"), version="02"))
    assert again.known == 3 and len(movements(database)) == 3


def test_two_equal_movements_of_a_day_are_two(database: Database):
    send(database, camt(Line(100, "A"), Line(100, "A")))
    assert len(movements(database)) == 2


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", StatementEmpty),
        (b" \n", StatementEmpty),
        (camt(Line(100))[:-20], StatementBroken),
        (camt(Line(100), closed=5), StatementUnbalanced),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing(database: Database, data: bytes, refusal):
    with pytest.raises(refusal):
        send(database, data)
    with database.reading_session() as session:
        assert session.scalars(select(StatementFile.id).order_by(StatementFile.id)).all() == []
        assert session.scalars(select(Statement.id).order_by(Statement.id)).all() == []


def test_what_is_no_payment_of_a_client_is_left_out_with_its_reason(database: Database):
    statement = send(
        database,
        camt(
            Line(-500, "FRAIS"),
            Line(700, "R", reversal=True),
            Line(900, "USD", currency="USD"),
            Line(100, "A VENIR", status="PDNG"),
        ),
    )
    assert statement.pending == 1
    found = movements(database)
    assert [one.out for one in found] == [Out.DEBIT, Out.REVERSED, Out.FOREIGN]
    with database.transaction() as session, pytest.raises(IllegalTransition):
        take_up_movement(session, found[0].id, by=BOOKS, at=AT)
    with pytest.raises(Exception, match="MovementLeftOut"):
        confirm(database, found[0], ("FA-2026-000001", 500))


def test_a_transfer_for_three_invoices(database: Database):
    numbers = invoices(database, 3)
    amounts = [due(database, number) for number in numbers]
    send(database, camt(Line(sum(amounts), "REGLT " + " ".join(numbers), day="2026-11-18")))
    (movement,) = movements(database)
    with database.reading_session() as session:
        (decision,) = decisions(session, [movement])
    assert decision.is_exact and len(decision.best.shares) == 3  # type: ignore[union-attr]
    with database.transaction() as session:
        shares = {movement.id: decision.best.shares}  # type: ignore[union-attr]
        done = confirm_several(session, shares, by=BOOKS, at=AT)
    assert done.booked == (movement.id,) and not done.refused
    assert [due(database, number) for number in numbers] == [0, 0, 0]
    with database.reading_session() as session:
        parts = session.scalars(select(TransferPart.amount).order_by(TransferPart.id)).all()
        assert sorted(parts) == sorted(map(Money, amounts))


def test_more_than_is_due_is_kept_as_a_credit_when_a_person_says_so(
    database: Database, number: str
):
    cents = due(database, number)
    send(database, camt(Line(cents + 1_000, number, day="2026-11-18")))
    (movement,) = movements(database)
    with pytest.raises(RestNotKept):
        confirm(database, movement, (number, cents))
    with pytest.raises(SharesDiffer):
        confirm(database, movement, (number, cents + 2_000))
    with pytest.raises(InvoiceUnknown):
        confirm(database, movement, ("FA-2026-009999", 100), keep=True)
    assert counts(database) == (0, 0)
    confirm(database, movement, (number, cents), keep=True)
    with database.reading_session() as session:
        held = session.scalars(
            select(TransferPart).where(TransferPart.state == PartState.HELD)
        ).one()
        assert held.amount == Money(1_000) and held.order_id is not None
        assert "credit_kept" in session.scalars(select(Email.template).order_by(Email.id)).all()


def test_a_movement_recorded_by_hand_before_is_linked_and_books_nothing(
    database: Database, number: str
):
    pay(database, number, 5_000)
    send(database, camt(Line(5_000, number, day="2026-11-19")))
    (movement,) = movements(database)
    with database.reading_session() as session:
        (decision,) = decisions(session, [movement])
        (known,) = decision.known
    assert known.invoice == number and not decision.is_exact
    with database.transaction() as session:
        with pytest.raises(TransferUnlike):
            link_movement(session, movement.id, known.transfer.id + 1, by=BOOKS, at=AT)
        link_movement(session, movement.id, known.transfer.id, by=BOOKS, at=AT)
    assert counts(database) == (1, 1)


def test_a_movement_is_left_out_with_a_reason_and_taken_up_again(database: Database):
    send(database, camt(Line(100, "REMB TVA")))
    (movement,) = movements(database)
    with database.transaction() as session:
        with pytest.raises(LeavingOutReasonMissing):
            leave_out_movement(session, movement.id, " ", by=BOOKS, at=AT)
        leave_out_movement(session, movement.id, "TVA", by=BOOKS, at=AT)
        take_up_movement(session, movement.id, by=BOOKS, at=AT)
        set_movement_aside(session, movement.id, by=BOOKS, at=AT)
    with database.reading_session() as session:
        part = session.scalars(select(TransferPart)).one()
        assert (part.state, part.order_id) == (PartState.HELD, None)


def test_only_the_accounting_staff_read_and_confirm(database: Database, number: str):
    with pytest.raises(NotAllowed):
        send(database, camt(Line(100, number)), by=STORES)
    send(database, camt(Line(100, number)))
    (movement,) = movements(database)
    with pytest.raises(NotAllowed), database.transaction() as session:
        confirm_movement(session, movement.id, [(number, Money(100))], by=STORES, at=AT)


@pytest.mark.each_database
def test_two_people_confirm_a_movement_at_once(database: Database, number: str):
    send(database, camt(Line(100, number, day="2026-11-18")))
    (movement,) = movements(database)

    def confirms(session) -> None:
        confirm_movement(session, movement.id, [(number, Money(100))], by=BOOKS, at=AT)

    with database.transaction() as session:
        confirms(session)
        second = Writer(database, confirms)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, MovementBooked)
    assert counts(database) == (1, 1)


@pytest.mark.each_database
def test_two_people_send_overlapping_files_at_once(database: Database, number: str):
    common = Line(100, number, reference="B1")
    known = []

    def sends(session) -> None:
        data = camt(common, Line(300, "B"))
        file = receive_file(session, data, "b.xml", by=BOOKS, at=AT)
        read_file(session, file.id, by=BOOKS, at=AT)

    with database.transaction() as session:
        file = receive_file(session, camt(common), "a.xml", by=BOOKS, at=AT)
        known += read_file(session, file.id, by=BOOKS, at=AT)
        second = Writer(database, sends)
        second.start_behind(session)
    second.finish()
    assert second.refusal is None
    assert sorted(one.amount.cents for one in movements(database)) == [100, 300]


@pytest.fixture
def books(app, database: Database):
    return staff(app, database, ACCOUNTING)


def upload(client, data: bytes, name: str = "releve.xml"):
    return client.post("/bureau/releves", data={"file": (BytesIO(data), name)})


def test_a_statement_is_sent_and_its_exact_movements_confirmed_together(
    books, database: Database, number: str
):
    cents = due(database, number)
    line = Line(cents, number, day="2026-11-18")
    sent = upload(books, camt(line, Line(777, "INCONNU"), Line(-50, "FRAIS")))
    assert sent.status_code == 303
    page = books.get(sent.location).text.replace("\xa0", " ")
    assert "Confirmer tous les rapprochements exacts" in page
    assert "Aucune facture n’est citée" in page and "Somme débitée du compte" in page
    done = books.post(f"{sent.location}/confirmation")
    assert done.status_code == 303
    page = books.get(done.location).text.replace("\xa0", " ")
    assert "1 mouvement imputé, 1 reste à traiter" in page
    assert due(database, number) == 0
    assert upload(books, camt(line, Line(777, "INCONNU"), Line(-50, "FRAIS"))).status_code == 409


def test_a_bad_file_is_refused_beside_its_field(books):
    for data in (b"", b"<a/>", camt(Line(1))[:-9], b"\x89PNG\x00"):
        refused = upload(books, data)
        assert refused.status_code == 422, data
        assert "field__error" in refused.text


def test_two_movements_that_name_an_invoice_are_not_confirmed_together(
    books, database: Database, number: str
):
    cents = due(database, number)
    sent = upload(books, camt(Line(cents, number), Line(cents, f"2 {number}")))
    page = books.get(sent.location).text
    assert "Un autre mouvement cite la même facture" in page.replace("\xa0", " ")
    books.post(f"{sent.location}/confirmation")
    assert due(database, number) == cents


def test_the_columns_of_a_csv_file_are_remembered(books, database: Database, number: str):
    text = f"Jour;Quoi;Combien\n18/11/2026;VIR {number};12,34\n"
    sent = upload(books, text.encode(), "releve.csv")
    assert "/fichiers/" in sent.location
    page = books.get(sent.location).text
    assert "Combien" in page and "12,34" in page
    wrong = books.post(
        sent.location, data={"day": "2", "wording": "1", "amount": "3", "day_form": "18/11/2026"}
    )
    assert wrong.status_code == 422
    answers = {"day": "1", "wording": "2", "amount": "3", "day_form": "18/11/2026", "decimal": ","}
    read = books.post(sent.location, data=answers)
    assert read.status_code == 303, read.text
    assert movements(database)[0].amount == Money(1_234)
    again = upload(books, text.replace("12,34", "56,78").encode(), "suite.csv")
    assert "/fichiers/" not in again.location
    assert [one.amount.cents for one in movements(database)] == [1_234, 5_678]


def test_a_movement_is_booked_on_the_invoices_that_a_person_enters(
    books, database: Database, number: str
):
    upload(books, camt(Line(3_000, "VIREMENT DIVERS", day="2026-11-18")))
    (movement,) = movements(database)
    url = f"/bureau/releves/mouvements/{movement.id}"
    refused = books.post(url, data={"invoice_1": number, "amount_1": "20,00"})
    assert refused.status_code == 422 and "field__error" in refused.text
    assert 'value="20,00"' in refused.text
    typed = number.replace("-", " ").lower()
    done = books.post(url, data={"invoice_1": typed, "amount_1": "20,00", "keep": "y"})
    assert done.status_code == 303
    assert "imputé" in books.get(url).text
    assert counts(database) == (1, 1)


def test_the_stores_see_no_statement(app, database: Database):
    assert staff(app, database, LOGISTICS).get("/bureau/releves").status_code == 403
