"""The office sees every e-mail with its state; the text of an account's e-mail is nobody else's."""

import pytest
from sqlalchemy import select

from shop.core.actors import ADMIN, LOGISTICS, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.dossiers.mail_log import MailState, get_logged_email, logged_emails
from shop.storage.db import Database
from shop.storage.outbox import Email, post
from shop.storage.paging import Place
from tests.factories import AT, OFFICE, STORES
from tests.orders import quote_for
from tests.people import staff

BUYER, OTHER = "acheteur@ville.example", "compte@ville.example"


@pytest.fixture
def written(database: Database) -> Database:
    """One e-mail of a dossier and one of an account."""
    quote_for(database, BUYER)
    with database.transaction() as session:
        post(session, "activate", to=OTHER, language="fr", at=AT, link="https://secret.example/x")
    return database


def email_to(database: Database, address: str) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Email.id).where(Email.to == address)).one()


def test_each_state_is_a_choice_of_the_log(written: Database):
    states = {
        MailState.WAITING: {},
        MailState.FAILING: {"last_error": "TimeoutError: timed out"},
        MailState.SENT: {"sent_at": AT, "last_error": None},
        MailState.REFUSED: {"refused_at": AT},  # after it was sent, by a report
    }
    for state, values in states.items():
        with written.transaction() as session:
            email = session.scalars(select(Email).where(Email.to == BUYER)).one()
            for name, value in values.items():
                setattr(email, name, value)
        with written.reading_session() as session:
            place = Place(asked=(("state", state),))
            (row,) = logged_emails(session, place, by=OFFICE)
            assert (row.email.to, row.state) == (BUYER, state)


def test_an_account_s_e_mail_is_listed_to_an_administrator_without_its_text(app, written: Database):
    admin = staff(app, written, ADMIN, language="en")
    page = admin.get("/bureau/e-mails").text
    assert BUYER in page and OTHER in page
    account = f"/bureau/e-mails/{email_to(written, OTHER)}"
    shown = admin.get(account).text
    assert "for its recipient alone" in shown and "secret.example" not in shown
    assert staff(app, written, SALES, language="en").get(account).status_code == 404
    with written.reading_session() as session, pytest.raises(NotFound):
        get_logged_email(session, email_to(written, OTHER), by=OFFICE)


def test_sales_searches_by_address_and_reads_the_text_and_the_error(app, written: Database):
    with written.transaction() as session:
        email = session.scalars(select(Email).where(Email.to == BUYER)).one()
        email.last_error = "TimeoutError: timed out"
    client = staff(app, written, SALES, language="en")
    assert BUYER in client.get("/bureau/e-mails?q=ACHETEUR").text
    none = client.get("/bureau/e-mails?q=nobody%25").text
    assert BUYER not in none and "No e-mail to this address" in none
    shown = client.get(f"/bureau/e-mails/{email_to(written, BUYER)}").text
    assert "The mail server does not answer." in shown and "timed out" in shown
    assert "DE-" in shown


@pytest.mark.parametrize("values", [{"facts": {}}, {"template": "no_such_template"}])
def test_an_e_mail_whose_text_cannot_be_written_is_shown_without_it(app, written, values):
    with written.transaction() as session:
        email = session.scalars(select(Email).where(Email.to == BUYER)).one()
        for name, value in values.items():
            setattr(email, name, value)
    client = staff(app, written, SALES, language="en")
    answer = client.get(f"/bureau/e-mails/{email_to(written, BUYER)}")
    assert answer.status_code == 200 and BUYER in answer.text
    assert "cannot be shown" in answer.text and "recipient alone" not in answer.text


def test_logistics_sees_no_e_mail(written: Database):
    with written.reading_session() as session, pytest.raises(NotAllowed):
        logged_emails(session, by=STORES)


def test_logistics_has_no_page_of_e_mails(app, written: Database):
    assert staff(app, written, LOGISTICS).get("/bureau/e-mails").status_code == 403
