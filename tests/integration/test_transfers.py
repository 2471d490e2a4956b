"""Transfers are moved, split, kept as a credit, set aside and given back; the rows add up."""

import pytest
from sqlalchemy import select

from checkout.credits.rules import AccountNotValid, TransferReferenceMissing
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import COUNTED, PartState
from checkout.payments.rules import MoreThanDue
from checkout.transfers.allotments import allot, ensure_same_client
from checkout.transfers.lists import credits_of
from checkout.transfers.returns import confirm_return, order_return, send_back_return
from checkout.transfers.rules import (
    Allotment,
    AllotmentReasonMissing,
    CreditOfAnother,
    MoneyGivenBack,
    MoreThanPart,
    NothingChanges,
    PartMoved,
    PartOrdered,
    PartReturned,
    Rest,
)
from shop.core.actors import ACCOUNTING, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money, total
from shop.duties.rules import SamePerson
from shop.storage.db import Database, Immutable
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.banking import invoices
from tests.credited import credit, pay
from tests.factories import AT, BOOKS, STORES
from tests.people import staff
from tests.writers import Writer

IBAN = "FR76 3000 6000 0112 3456 7890 189"
OTHER = Actor("Zoé Colin", frozenset({ACCOUNTING}))


@pytest.fixture
def numbers(database: Database) -> list[str]:
    """Two invoices of a town; the first one is paid."""
    found = invoices(database, 2)
    pay(database, found[0])
    return found


def moved(database: Database, part_id: int, *shares, rest=Rest.STAYS, reason="Erreur", by=BOOKS):
    asked = Allotment([(number, Money(cents)) for number, cents in shares], rest, reason)
    with database.transaction() as session:
        return allot(session, part_id, asked, by=by, at=AT)


def first_part(database: Database) -> TransferPart:
    with database.reading_session() as session:
        return session.scalars(select(TransferPart).order_by(TransferPart.id)).all()[0]


def parts(database: Database, state: PartState) -> list[TransferPart]:
    with database.reading_session() as session:
        rows = select(TransferPart).where(TransferPart.state == state).order_by(TransferPart.id)
        return list(session.scalars(rows))


def dues(database: Database) -> list[int]:
    with database.reading_session() as session:
        return [one.due.cents for one in session.scalars(select(Invoice).order_by(Invoice.id))]


def stages(database: Database) -> list[OrderStage]:
    with database.reading_session() as session:
        return list(session.scalars(select(Order.stage).order_by(Order.id)))


def ensure_sums(database: Database) -> None:
    """Each transfer is the sum of its parts; each invoice is paid by the sum of its payments."""
    with database.reading_session() as session:
        for transfer in session.scalars(select(Transfer)):
            counted = session.scalars(
                select(TransferPart.amount).where(
                    TransferPart.transfer_id == transfer.id, TransferPart.state.in_(COUNTED)
                )
            )
            assert total(list(counted)) == transfer.amount
        for invoice in session.scalars(select(Invoice)):
            received = session.scalars(
                select(Payment.amount).where(Payment.invoice_id == invoice.id)
            )
            assert total(list(received)) == invoice.paid
        booked = session.scalars(
            select(TransferPart.amount).where(TransferPart.state == PartState.BOOKED)
        )
        assert total(list(booked)) == total(
            list(session.scalars(select(Invoice.paid).order_by(Invoice.id)))
        )


def test_a_transfer_is_moved_to_another_invoice(database: Database, numbers: list[str]):
    assert stages(database) == [OrderStage.PAID, OrderStage.INVOICED]
    part = first_part(database)
    cents = part.amount.cents
    moved(database, part.id, (numbers[1], cents), reason="Erreur de facture")
    assert dues(database) == [cents, 0]
    assert stages(database) == [OrderStage.INVOICED, OrderStage.PAID]
    ensure_sums(database)
    with database.reading_session() as session:
        amounts = session.scalars(select(Payment.amount).order_by(Payment.id)).all()
        assert [amount.cents for amount in amounts] == [cents, -cents, cents]
        mails = session.scalars(select(Email.template).order_by(Email.id)).all()
        assert mails[-2:] == ["payment_received", "payment_taken_off"]
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "correct_payment")
        ).one()
        assert (entry.source, entry.target) == ("PAID", "INVOICED")
        assert entry.facts["reason"] == "Erreur de facture"
    with pytest.raises(PartMoved):
        moved(database, part.id, (numbers[0], 1))


def test_a_transfer_moves_back_to_the_invoice_that_it_left(database: Database, numbers: list[str]):
    part = first_part(database)
    cents = part.amount.cents
    (there,) = moved(database, part.id, (numbers[1], cents))
    moved(database, there.id, (numbers[0], cents))
    assert dues(database) == [0, cents]
    ensure_sums(database)


def test_a_transfer_is_split_and_the_rest_stays(database: Database, numbers: list[str]):
    part = first_part(database)
    moved(database, part.id, (numbers[1], 3_000))
    assert dues(database)[0] == 3_000
    assert len(parts(database, PartState.BOOKED)) == 2
    ensure_sums(database)


def test_too_much_is_a_credit_that_pays_a_later_invoice(database: Database, numbers: list[str]):
    part = first_part(database)
    moved(database, part.id, rest=Rest.CREDIT, reason="Payé deux fois")
    (held,) = parts(database, PartState.HELD)
    assert held.amount == part.amount and held.order_id is not None
    with database.reading_session() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc())).all()[0]
        (shown,) = credits_of(session, order)
        assert shown.part.id == held.id and shown.is_credit
        assert "credit_kept" in session.scalars(select(Email.template).order_by(Email.id)).all()
    moved(database, held.id, (numbers[1], 1_000))
    assert [one.amount.cents for one in parts(database, PartState.HELD)] == [
        part.amount.cents - 1_000
    ]
    ensure_sums(database)


def test_a_credit_pays_no_invoice_of_another_client(database: Database, numbers: list[str]):
    moved(database, first_part(database).id, rest=Rest.CREDIT)
    (held,) = parts(database, PartState.HELD)
    with database.transaction() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc())).all()[0]
        stranger = order.organisation_id
        assert stranger is not None
    with pytest.raises(CreditOfAnother):
        _as_of_another(database, held, numbers[1])
    moved(database, held.id, rest=Rest.ASIDE, reason="On ne sait pas")
    (aside,) = parts(database, PartState.HELD)
    assert aside.order_id is None
    moved(database, aside.id, (numbers[1], 100))
    ensure_sums(database)


def _as_of_another(database: Database, held: TransferPart, number: str) -> None:
    """Allot a credit to an invoice that is taken for one of a private person."""
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice).where(Invoice.number == number)).one()
        client = session.get_one(Order, held.order_id)
        order = session.get_one(Order, invoice.order_id)
        session.expunge(order)
        order.organisation_id = None
        asked = Allotment([(number, Money(1))], Rest.STAYS, "x")
        ensure_same_client(held, client, asked, {number: (invoice, order)})


def test_what_makes_no_sense_is_refused(database: Database, numbers: list[str]):
    part = first_part(database)
    with pytest.raises(AllotmentReasonMissing):
        moved(database, part.id, (numbers[1], 100), reason=" ")
    with pytest.raises(MoreThanPart):
        moved(database, part.id, (numbers[1], part.amount.cents + 1))
    with pytest.raises(NothingChanges):
        moved(database, part.id)
    with pytest.raises(NotAllowed):
        moved(database, part.id, (numbers[1], 100), by=STORES)
    pay(database, numbers[1], dues(database)[1] - 500)
    with pytest.raises(MoreThanDue):
        moved(database, part.id, (numbers[1], 600))
    assert len(parts(database, PartState.BOOKED)) == 2, "a refusal changes nothing"
    ensure_sums(database)


def test_money_that_a_credit_note_gives_back_stays_on_its_invoice(
    database: Database, numbers: list[str]
):
    credit(database, numbers[0])
    with pytest.raises(MoneyGivenBack):
        moved(database, first_part(database).id, rest=Rest.CREDIT)


def test_money_is_given_back_by_two_persons(database: Database, numbers: list[str]):
    moved(database, first_part(database).id, rest=Rest.CREDIT)
    (held,) = parts(database, PartState.HELD)
    with database.transaction() as session, pytest.raises(AccountNotValid):
        order_return(session, held.id, account="FR76", reason="x", by=BOOKS, at=AT)
    give_back(database, held)
    with database.transaction() as session:
        with pytest.raises(SamePerson):
            confirm_return(session, held.id, reference="VIR", by=BOOKS, at=AT)
        with pytest.raises(PartOrdered):
            order_return(session, held.id, account=IBAN, reason="x", by=BOOKS, at=AT)
        send_back_return(session, held.id, reason="Compte clos", by=OTHER, at=AT)
    give_back(database, held)
    with database.transaction() as session:
        with pytest.raises(TransferReferenceMissing):
            confirm_return(session, held.id, reference=" ", by=OTHER, at=AT)
        confirm_return(session, held.id, reference="VIR 9", by=OTHER, at=AT)
        with pytest.raises(PartReturned):
            confirm_return(session, held.id, reference="VIR 9", by=OTHER, at=AT)
    with database.reading_session() as session:
        assert "credit_returned" in session.scalars(select(Email.template).order_by(Email.id)).all()
    ensure_sums(database)


def give_back(database: Database, held: TransferPart) -> None:
    with database.transaction() as session:
        order_return(session, held.id, account=IBAN, reason="À sa demande", by=BOOKS, at=AT)


def test_no_row_of_a_payment_or_a_transfer_is_rewritten(database: Database, numbers: list[str]):
    for kind, column in ((Payment, "amount"), (Transfer, "amount"), (TransferPart, "amount")):
        with pytest.raises(Immutable), database.transaction() as session:
            setattr(session.scalars(select(kind)).first(), column, Money(1))


@pytest.mark.each_database
def test_two_people_move_a_transfer_at_once(database: Database, numbers: list[str]):
    part = first_part(database)

    def moves(session) -> None:
        asked = Allotment([(numbers[1], Money(100))], Rest.STAYS, "Erreur")
        allot(session, part.id, asked, by=BOOKS, at=AT)

    with database.transaction() as session:
        moves(session)
        second = Writer(database, moves)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, PartMoved)
    ensure_sums(database)


@pytest.fixture
def books(app, database: Database):
    return staff(app, database, ACCOUNTING)


def test_the_desk_moves_a_transfer(books, database: Database, numbers: list[str]):
    part = first_part(database)
    page = books.get(f"/bureau/paiements/{numbers[0]}").text
    assert f"/bureau/virements/{part.id}" in page
    url = f"/bureau/virements/{part.id}"
    assert books.get(url).status_code == 200
    refused = books.post(f"{url}/affectation", data={"invoice_1": numbers[1], "amount_1": "30"})
    assert refused.status_code == 422 and 'value="30"' in refused.text
    answers = {"invoice_1": numbers[1], "amount_1": "30", "rest": "credit", "reason": "Erreur"}
    done = books.post(f"{url}/affectation", data=answers)
    assert done.status_code == 303, done.text
    ensure_sums(database)
    (held,) = parts(database, PartState.HELD)
    queue = books.get("/bureau/virements?state=credit").text
    assert f"/bureau/virements/{held.id}" in queue
    page = books.get(f"/bureau/paiements/{numbers[1]}").text
    assert f"/bureau/virements/{held.id}?facture={numbers[1]}" in page
    shown = books.get(f"/bureau/virements/{held.id}?facture={numbers[1]}").text
    assert f'value="{numbers[1]}"' in shown


def test_the_desk_gives_money_back(app, books, database: Database, numbers: list[str]):
    moved(database, first_part(database).id, rest=Rest.ASIDE)
    (held,) = parts(database, PartState.HELD)
    url = f"/bureau/virements/{held.id}/restitution"
    wrong = books.post(url, data={"return-account": "FR00", "return-reason": "x"})
    assert wrong.status_code == 422 and "field__error" in wrong.text
    assert books.post(url, data={"return-account": IBAN, "return-reason": "x"}).status_code == 303
    same = books.post(f"{url}/confirmation", data={"confirmation-reference": "VIR"})
    assert same.status_code == 422
    with database.transaction() as session:
        row = session.scalars(select(TransferPart).where(TransferPart.id == held.id)).one()
        row.ordered_by_id, row.ordered_by = None, "Zoé Colin"
    done = books.post(f"{url}/confirmation", data={"confirmation-reference": "VIR"})
    assert done.status_code == 303
    assert "restituée" in books.get(f"/bureau/virements/{held.id}").text
