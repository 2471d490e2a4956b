"""People with their browsers: a sign-in without its form, a member of the staff with a role."""

from typing import Any

from sqlalchemy import select

from shop.ops import clock
from shop.people.people import get_person
from shop.signin.sessions import open_user_session
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import make_staff

#: The letterhead address that a body gives when it registers.
LETTERHEAD = {
    "header_line1": "1, place du Marché",
    "header_postal_code": "37500",
    "header_city": "Chinon",
}


def sign_in(client: Any, user_id: int, *, language: str = "fr") -> Any:
    """Sign that person in in this browser; returns it."""
    database: Database = client.application.extensions["comptoir.database"]
    with database.transaction() as session:
        person = get_person(session, user_id)
        secret = open_user_session(session, user_id, staff=person.is_staff, at=clock.now())
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
        cookie["language"] = language
    return client


def staff(app: Any, database: Database, role: str, *, language: str = "fr") -> Any:
    """A browser of a member of the staff with that role."""
    with database.transaction() as session:
        person = make_staff(session, role)
    return sign_in(app.test_client(), person.id, language=language)


def link_in_email(database: Database, template: str, page: str) -> str:
    """The page of the shop that the newest e-mail of that kind links to."""
    with database.reading_session() as session:
        newest = select(Email).where(Email.template == template).order_by(Email.id.desc()).limit(1)
        return f"{page}/{session.scalars(newest).one().facts['token']}"


def activation_link(database: Database) -> str:
    """The link of the newest registration e-mail."""
    return link_in_email(database, "activate", "/activation")


def register_and_activate(client: Any, database: Database, answers: dict[str, str]) -> Any:
    """Register, open the e-mail in the same browser, press the button; the answer to that."""
    assert client.post("/inscription", data=answers).status_code == 303
    return client.post(activation_link(database))
