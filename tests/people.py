"""People at their browsers: a sign-in without its form, somebody of the shop with a role."""

from typing import Any

from shop.accounts.people import get_person
from shop.ground.db import Database
from tests.factories import make_staff


def sign_in(client: Any, user_id: int, *, language: str = "fr") -> Any:
    """The browser of that person from now on; returns it."""
    database: Database = client.application.extensions["comptoir.database"]
    with database.reading_session() as session:
        epoch = get_person(session, user_id).session_epoch
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"{user_id}:{epoch}", True
        cookie["language"] = language
    return client


def staff(app: Any, database: Database, role: str, *, language: str = "fr") -> Any:
    """A browser of its own, of somebody of the shop with that role."""
    with database.transaction() as session:
        person = make_staff(session, role)
    return sign_in(app.test_client(), person.id, language=language)
