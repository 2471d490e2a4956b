"""Every page that a person finds, on their screen: axe-core finds nothing, none scrolls sideways.

The journeys look at the pages on their way; this walk looks at all others.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import select

from shop.storage.outbox import Email
from tests.e2e.live import LiveShop
from tests.e2e.tabs import SCREENS, WIDTHS, People, Screen
from tests.whole.test_hygiene import (
    WITH_GOODS,
    addresses,
    enter,
    fill_cart,
    links,
    one_of_each_kind,
)

DESKTOP, _WITHOUT_SCRIPTS, PHONE = SCREENS
#: Parts of a page that a script requests.
FRAGMENTS = {"/registre/recherche"}


def shown(client: FlaskClient, path: str) -> str | None:
    """The HTML at an address; None for a redirection, a file or a refusal."""
    answer = client.get(path)
    is_page = answer.status_code == 200 and answer.mimetype == "text/html"
    return answer.text if is_page else None


def pages_of(app: Flask, client: FlaskClient) -> list[str]:
    """The addresses without argument that show this person a page, and one of each kind of those
    with one, found among the links; with goods in the cart.
    """
    plain = {path: shown(client, path) for path in addresses(app) if path not in FRAGMENTS}
    found = {link for html in plain.values() if html for link in links(html)}
    fill_cart(client, "SON-0412")
    pages = [path for path, html in plain.items() if html]
    pages += [path for path in plain if path.startswith(WITH_GOODS)]
    pages += one_of_each_kind(app, found).values()
    return [path for path in dict.fromkeys(pages) if shown(client, path)]


@pytest.mark.parametrize(
    ("address", "screen", "language"),
    [
        (None, PHONE, "fr"),
        ("acheteur@ville.example", PHONE, "fr"),
        ("admin@comptoir.example", PHONE, "fr"),
        ("acheteur@ville.example", DESKTOP, "en"),
        ("admin@comptoir.example", DESKTOP, "en"),
    ],
)
def test_no_page_has_a_finding(
    shop: LiveShop,
    browser: Browser,
    known: set[str],
    address: str | None,
    screen: Screen,
    language: str,
) -> None:
    client = shop.app.test_client()
    enter(client, address)
    with client.session_transaction() as cookie:
        cookie["language"] = language
    pages = pages_of(shop.app, client)
    assert len(pages) > 20
    people = People(browser, shop.url, screen, known)
    tab = people.arrive()
    held = client.get_cookie("session")
    assert held is not None
    tab.page.context.add_cookies([{"name": "session", "value": held.value, "url": shop.url}])
    for path in pages:
        tab.go(path)
    assert tab.looked_at == len(pages)
    found = people.leave()
    assert not found, "\n".join(found)


def test_no_email_scrolls_sideways_on_a_phone(shop: LiveShop, browser: Browser) -> None:
    people = People(browser, shop.url, PHONE, known=set())
    page = people.arrive().page
    with shop.database.reading_session() as session:
        emails = session.scalars(select(Email.id).order_by(Email.id)).all()
    assert len(emails) > 50
    wide = []
    for email in emails:
        page.goto(f"{shop.url}/demonstration/courriels/{email}")
        width, seen = page.evaluate(WIDTHS)
        if width > seen:
            wide.append(f"{page.url}: {width} > {seen}")
    people.leave()
    assert not wide, "\n".join(wide)
