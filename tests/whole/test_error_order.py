"""The lines of an error summary follow the order of the fields on the page, in every form, and no
field that must be filled in is called optional."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shop.cart.joining import adopt_cart
from shop.catalogue.models import Product
from shop.ops.clock import now
from shop.web.kit.once import FIELD
from tests.conftest import new_database
from tests.factories import make_checkout
from tests.hygiene import parsed
from tests.whole.test_matrix import Cell, Stage, cells_of, may

#: Answers that open further questions, besides an empty form.
ANSWERS = (
    {},
    {"delivery": "other", "buys_for": "public", "scope": "part", "header_country": "FR"},
    {
        "email": "nobody",
        "name": "x" * 300,
        "phone": "12",
        "contact_phone": "12",
        "contact_name": "Rémi",
        "service_email": "nobody",
        "header_postal_code": "abc",
        "postal_code": "abc",
        "service_postal_code": "abc",
        "line1": "x" * 300,
        "city": "x" * 300,
        "title": "x" * 300,
        "amount": "rien",
        "reference": "x" * 300,
        "siret": "123",
        "reason": "x" * 2000,
        "note": "x" * 2000,
    },
)
#: So many of these leave the fields for text empty.
EMPTY = 2
SUMMARY = re.compile(r'<div class="errors".*?</ul>', re.S)


@pytest.fixture(scope="module")
def stage(request, tmp_path_factory) -> Iterator[Stage]:
    """The pages are the same on each kind of database: one is enough."""
    database = new_database(request, "sqlite", tmp_path_factory.mktemp("errors"))
    stage = Stage(database)
    buyer = stage.world.person("buyer")
    assert buyer.viewer is not None
    with stage.real.transaction() as session:
        product = session.query(Product.id).order_by(Product.id).first()
        assert product is not None
        _cart, token = make_checkout(session, product[0], at=now(), by=buyer.actor)
        adopt_cart(session, token, buyer.viewer.user_id)
    yield stage
    database.dispose()


@dataclass(frozen=True)
class Refusal:
    """The page of a refused form."""

    endpoint: str
    page: str
    is_empty: bool


def refusals(stage: Stage, cell: Cell) -> Iterator[Refusal]:
    """The pages of refused forms, sent by two of those who may send them."""
    for person in [person for person in stage.world.people if may(person, cell)][:2]:
        browser = stage.app.test_client(use_cookies=False)
        for number, answers in enumerate(ANSWERS):
            sent = answers | {FIELD: secrets.token_hex(8)}
            answer = browser.post(cell.url, headers=stage.cookies[person.role], data=sent)
            if answer.status_code == 422 and answer.mimetype == "text/html":
                yield Refusal(cell.endpoint, answer.text, number < EMPTY)
            answer.close()


@pytest.fixture(scope="module")
def refused(stage: Stage) -> list[Refusal]:
    """Every form that is refused, asked once for both tests."""
    cells, _missing = cells_of(stage)
    posts = [cell for cell in cells if cell.method == "POST"]
    return [refusal for cell in posts for refusal in refusals(stage, cell)]


def disorder(page: str) -> list[str] | None:
    """The fields of the summary, when they are in another order than on the page, or a link leads
    nowhere. A field that the page does not ask for, as an order's state may have it, is left out.
    """
    told = SUMMARY.search(page)
    if told is None:
        return None
    rest = page[told.end() :]
    named = [
        name
        for name in re.findall(r'href="#([^"]+)"', told[0])
        if f'id="{name}"' in rest or f'name="{name}"' in rest
    ]
    places = [rest.find(f'id="{name}"') for name in named]
    return named if -1 in places or places != sorted(places) else None


def test_every_summary_follows_the_page_and_leads_to_its_fields(refused: list[Refusal]):
    wrong, several = {}, set()
    for refusal in refused:
        told = SUMMARY.search(refusal.page)
        if told and told[0].count('href="#') > 1:
            several.add(refusal.endpoint)
        found = disorder(refusal.page)
        if found is not None:
            wrong[refusal.endpoint] = found
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
    assert len(several) >= 10, several


def called_optional(page: str) -> list[str]:
    """The fields with an error whose label calls them optional. A list with an empty line is left
    out: a browser sends the line.
    """
    listed = './/select/option[@value=""]'
    bad = parsed(page).xpath(f'//*[contains(@class, "field--bad")][not({listed})]')
    refused = [label for field in bad for label in field.iter("label")]
    return [label.get("for") for label in refused if label.find_class("field__optional")]


def test_no_field_is_called_optional_and_refused_when_it_is_empty(refused: list[Refusal]):
    empty = [refusal for refusal in refused if refusal.is_empty]
    wrong = {(refusal.endpoint, *called_optional(refusal.page)) for refusal in empty}
    assert len(empty) > 50
    assert not {found for found in wrong if len(found) > 1}
