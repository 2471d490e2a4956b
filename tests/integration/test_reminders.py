"""Reminders leave once a level, and never where nothing is to be asked for."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.statuses import note_status
from checkout.orders.models import Order
from checkout.receivables.interest import interest_of
from checkout.receivables.models import Reminder
from checkout.receivables.reminders import recipient_of, send_reminders, switch_reminders
from checkout.receivables.rules import HoldMode, Level, ReceivableRules, ReminderReasonMissing
from checkout.receivables.settings import receivable_rules
from shop.core.actors import ACCOUNTING, SALES
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.text import paris_day
from shop.emails.messages import render_email
from shop.organisations.contacts import PAYER
from shop.organisations.models import OrganisationContact
from shop.settings.receivable_rules import CENTRAL_BANK, HOLDS
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.credited import credit, invoiced, pay
from tests.factories import AT, BOOKS, STORES
from tests.people import staff
from tests.settled import settle

TODAY = paris_day(AT)
PLACE = "/bureau/reglages/relances"


def overdue(database: Database, days: int) -> str:
    """An invoice that was sent and is so many days late."""
    number = invoiced(database)
    with database.transaction() as session:
        session.execute(
            update(Invoice).values(
                payable_by=TODAY - timedelta(days=days), sent_at=AT - timedelta(days=days + 30)
            )
        )
    return number


def send(database: Database, *, at=AT) -> int:
    return send_reminders(database, at=at, stopping=lambda: False)


def reminders(database: Database) -> list[tuple[int, str]]:
    with database.reading_session() as session:
        rows = session.scalars(select(Reminder).order_by(Reminder.id))
        return [(one.level, one.to) for one in rows]


def test_a_reminder_is_sent_once_a_level(database: Database):
    overdue(database, 8)
    assert send(database) == 1
    assert send(database) == 0
    assert send(database, at=AT + timedelta(days=12)) == 0
    assert send(database, at=AT + timedelta(days=13)) == 1
    assert [level for level, _to in reminders(database)] == [1, 2]
    with database.reading_session() as session:
        emails = session.scalars(
            select(Email).where(Email.template == "reminder").order_by(Email.id)
        ).all()
        assert [len(one.papers) for one in emails] == [1, 1]
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert acts.count("send_reminder") == 2
        for email in emails:
            text = render_email("reminder", email.facts, language="fr", public_url="http://x")
            assert "Relance" in text.subject and "à régler" in text.subject
            assert ("indemnité forfaitaire" in text.body) == (email.facts["level"] == 2)


def test_after_a_long_silence_the_levels_do_not_all_leave_at_once(database: Database):
    overdue(database, 60)
    assert send(database) == 1
    assert send(database, at=AT + timedelta(days=1)) == 0
    assert send(database, at=AT + timedelta(days=3)) == 1


def test_nothing_is_asked_for_where_nothing_is_late(database: Database):
    overdue(database, 3)
    assert send(database) == 0, "the first level has not come"


@pytest.mark.parametrize(
    "why", ["paid", "credited", "interrupted", "unsent", "disputed", "refused"]
)
def test_no_reminder_where_nothing_is_to_be_asked_for(database: Database, why: str):
    number = overdue(database, 30)
    if why == "paid":
        pay(database, number)
    elif why == "credited":
        credit(database, number)
    with database.transaction() as session:
        if why == "interrupted":
            session.execute(update(Invoice).values(payable_by=None, interrupted_on=TODAY))
        elif why == "unsent":
            session.execute(update(Invoice).values(sent_at=None))
        elif why == "disputed":
            session.execute(update(Order).values(disputed=Money(1)))
        elif why == "refused":
            invoice, _order = get_invoice(session, number, by=BOOKS)
            note_status(session, invoice, "210", on=TODAY, reason="Prix faux", by=BOOKS, at=AT)
    assert send(database) == 0


@pytest.mark.parametrize("whole_client", [False, True])
def test_reminders_are_switched_off_and_on_again(database: Database, whole_client: bool):
    overdue(database, 30)
    turn(database, off=True, whole_client=whole_client)
    assert send(database) == 0
    turn(database, off=False, whole_client=whole_client)
    assert send(database) == 1
    with pytest.raises(ReminderReasonMissing):
        turn(database, off=True, whole_client=False, reason=" ")
    with pytest.raises(NotAllowed):
        turn(database, off=True, whole_client=False, by=STORES)


def turn(database: Database, *, reason: str = "Accord écrit", by=BOOKS, **how: bool) -> None:
    with database.transaction() as session:
        invoice, order = (
            session.scalars(select(Invoice)).one(),
            session.scalars(select(Order)).one(),
        )
        switch_reminders(session, invoice, order, reason=reason, by=by, at=AT, **how)


def test_a_reminder_goes_to_the_contact_for_payments_by_name(database: Database):
    overdue(database, 8)
    with database.transaction() as session:
        order = session.scalars(select(Order)).one()
        session.add(
            OrganisationContact(
                organisation_id=order.organisation_id,
                function=PAYER,
                name="Odile Ferrand",
                capacity="",
                phone="",
                email="compta@chinon.example",
            )
        )
        session.flush()
        invoice = session.scalars(select(Invoice)).one()
        found = recipient_of(session, invoice, order)
        assert found is not None and found.name == "Odile Ferrand"
    send(database)
    assert reminders(database) == [(1, "compta@chinon.example")]
    with database.reading_session() as session:
        email = session.scalars(select(Email).where(Email.template == "reminder")).one()
        text = render_email("reminder", email.facts, language="fr", public_url="http://x")
        assert "Odile Ferrand" in text.body


def test_interest_is_counted_on_what_was_left(database: Database):
    number = overdue(database, 100)
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice)).one()
        whole = interest_of(session, invoice, ReceivableRules(), today=TODAY)
        expected = invoice.including.cents * 1_015 * 100 / (365 * 10_000)
        assert whole.amount == Money(round(expected)) and whole.indemnity == Money(4_000)
    pay(database, number)
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice)).one()
        later = interest_of(session, invoice, ReceivableRules(), today=TODAY + timedelta(days=50))
        assert later.amount == whole.amount, "it stops on the day of the payment"


def test_the_office_sets_levels_and_texts_from_a_day_on(app, database: Database):
    books = staff(app, database, ACCOUNTING, language="en")
    moved = books.get("/bureau/relances/reglages")
    assert (moved.status_code, moved.location) == (301, PLACE)
    answers = {f"days_{place}": days for place, days in enumerate(("5", "15", "0", "0"), 1)}
    answers |= {"french_1": "Merci de votre attention.", "seen": "0", "since": TODAY.isoformat()}
    refused = books.post(PLACE, data=answers | {"days_2": "3", "days_1": "400"})
    assert refused.status_code == 422 and "Enter a value from 1 to 365." in refused.text
    refused = books.post(PLACE, data=answers | {"days_2": "3"})
    assert refused.status_code == 422 and "Enter more days" in refused.text
    shown = books.post(PLACE, data=answers)
    assert "Reminder 1: text in French" in shown.text and "Merci de" in shown.text
    (mark,) = re.findall(r'name="shown" value="(\w{16})"', shown.text)
    assert books.post(PLACE, data=answers | {"shown": mark}).status_code == 303
    with database.reading_session() as session:
        rules = receivable_rules(session, TODAY)
        assert rules.levels == (Level(5, "Merci de votre attention."), Level(15))
    overdue(database, 6)
    send(database)
    with database.reading_session() as session:
        email = session.scalars(select(Email).where(Email.template == "reminder")).one()
        text = render_email("reminder", email.facts, language="fr", public_url="http://x")
        assert "Merci de votre attention." in text.body


def test_rates_and_the_hold_are_in_force_from_their_day_on(app, database: Database):
    books, place = staff(app, database, ACCOUNTING, language="en"), "/bureau/reglages/taux-bce"
    said = {"rates": "2026-01 2,15\nbeaucoup", "since": TODAY.isoformat(), "seen": "0"}
    wrong = books.post(place, data=said)
    assert wrong.status_code == 422
    assert "Correct this line: beaucoup." in wrong.text and "2026-01 2,15" in wrong.text
    tomorrow = TODAY + timedelta(days=1)
    settle(database, CENTRAL_BANK, tomorrow, rates="2026-01 2,15\n2026-07 2,4")
    settle(database, HOLDS, tomorrow, hold_mode=2, hold_days=20, hold_amount=100_00)
    with database.reading_session() as session:
        assert receivable_rules(session, TODAY) == ReceivableRules()
        rules = receivable_rules(session, tomorrow)
    assert sorted(rules.rates.values()) == [215, 240]
    assert (rules.hold_mode, rules.hold_days) == (HoldMode.BLOCK, 20)
    assert rules.hold_amount == Money(100_00)
    assert "gets nothing more" in books.get("/bureau/reglages/blocages").text
    assert staff(app, database, SALES).get("/bureau/reglages/blocages").status_code == 403


def test_the_office_sees_what_goes_next_and_switches_it_off(app, database: Database):
    number = overdue(database, 9)
    books = staff(app, database, ACCOUNTING)
    page = books.get("/bureau/relances").text.replace("\xa0", " ")
    assert number in page and "n° 1" in page and "n’est pas saisi" in page
    shown = books.get(f"/bureau/relances/{number}").text.replace("\xa0", " ")
    assert "Relance : facture" in shown and "Intérêts moratoires" in shown
    url = f"/bureau/relances/{number}"
    assert books.post(url, data={"switch": "off", "scope": "invoice"}).status_code == 422
    done = books.post(url, data={"switch": "off", "scope": "client", "reason": "Accord"})
    assert done.status_code == 303
    assert "suspendues" in books.get("/bureau/relances").text
    assert send(database) == 0
    assert staff(app, database, SALES).get("/bureau/relances").status_code == 403
