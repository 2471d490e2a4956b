"""The home page's banner and the shop's own words in an e-mail, published by calling services."""

from datetime import datetime, timedelta

from shop.core.actors import ADMIN, Actor
from shop.core.text import paris_day
from shop.emails.kinds import get_kind
from shop.emails.wordings import publish_wording
from shop.emails.words_rules import Wording, Words
from shop.home.rules import Banner, HomeContent
from shop.home.versions import publish_home
from shop.storage.db import Database

OFFICE = Actor("Anne Delorme", frozenset({ADMIN}))
FRENCH = "Budget de fin d’année : demandez votre devis en ligne, il est établi aussitôt."
ENGLISH = "End-of-year budget: ask for your quote online, it is drawn at once."
#: Words around the e-mail of a quote.
OF_QUOTES = Wording(
    Words(
        introduction="Merci de votre intérêt pour notre matériel.",
        closing="Une question sur le devis {number} ? Répondez à cet e-mail avant le {last_day} : "
        "notre service commercial vous rappelle dans la journée.",
    ),
    Words(
        introduction="Thank you for your interest in our equipment.",
        closing="A question about quote {number}? Answer this e-mail before {last_day}: our sales "
        "desk calls you back within the day.",
    ),
)
SHOWN_FOR = timedelta(days=60)


def fill_front(database: Database, *, at: datetime) -> None:
    """One banner, which leads public bodies to their page; words around the e-mail of a quote."""
    today = paris_day(at)
    banner = Banner(FRENCH, ENGLISH, today, today + SHOWN_FOR, "/organismes-publics")
    with database.transaction() as session:
        publish_home(session, HomeContent(banner=banner), seen=0, by=OFFICE, at=at)
        kind = get_kind("quote_issued")
        publish_wording(session, kind, OF_QUOTES, seen=0, by=OFFICE, at=at)
