"""A banner of the home page, published by calling the service."""

from datetime import datetime, timedelta

from shop.core.actors import ADMIN, Actor
from shop.core.text import paris_day
from shop.home.rules import Banner, HomeContent
from shop.home.versions import publish_home
from shop.storage.db import Database

OFFICE = Actor("Anne Delorme", frozenset({ADMIN}))
FRENCH = "Budget de fin d’année : demandez votre devis en ligne, il est établi aussitôt."
ENGLISH = "End-of-year budget: ask for your quote online, it is drawn at once."
SHOWN_FOR = timedelta(days=60)


def fill_home(database: Database, *, at: datetime) -> None:
    """One banner, which leads public bodies to their page."""
    today = paris_day(at)
    banner = Banner(FRENCH, ENGLISH, today, today + SHOWN_FOR, "/organismes-publics")
    with database.transaction() as session:
        publish_home(session, HomeContent(banner=banner), seen=0, by=OFFICE, at=at)
