"""People at their browsers: a sign-in without its form, somebody of the shop with a role."""

from typing import Any

from shop.accounts.people import get_person
from shop.accounts.user_sessions import open_user_session
from shop.ground import clock
from shop.ground.db import Database
from tests.factories import make_staff


def sign_in(client: Any, user_id: int, *, language: str = "fr") -> Any:
    """The browser of that person from now on; returns it."""
    database: Database = client.application.extensions["comptoir.database"]
    with database.transaction() as session:
        person = get_person(session, user_id)
        secret = open_user_session(
            session, user_id, staff=person.staff_role is not None, at=clock.now()
        )
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
        cookie["language"] = language
    return client


def staff(app: Any, database: Database, role: str, *, language: str = "fr") -> Any:
    """A browser of its own, of somebody of the shop with that role."""
    with database.transaction() as session:
        person = make_staff(session, role)
    return sign_in(app.test_client(), person.id, language=language)
