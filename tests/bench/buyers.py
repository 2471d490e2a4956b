"""Buyers of verified public bodies, who may issue quotes, and the letterhead that these need."""

from datetime import datetime

from sqlalchemy import update

from shop.people.models import User
from shop.signin.passwords import hash_password
from shop.storage.db import Database
from tests.factories import make_buyer, make_letterhead, siret_of

BUYERS, PASSWORD = 8, "a password of the bench"


def email_of(number: int) -> str:
    return f"acheteur{number}@ville.example"


def add_buyers(database: Database, *, at: datetime) -> None:
    """As many buyers as shoppers, each of another body."""
    kept = hash_password(PASSWORD)
    with database.transaction() as session:
        make_letterhead(session, at=at)
        for number in range(BUYERS):
            make_buyer(session, email_of(number), siret=siret_of(number), at=at)
        session.execute(update(User).values(password_hash=kept))
