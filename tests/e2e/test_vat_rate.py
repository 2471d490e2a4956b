"""The accounting staff set a rate of VAT from a day on, and the shop follows on that day."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from shop.catalogue.models import Product
from shop.jobs import change_rates
from shop.ops.clock import today
from tests.e2e.gestures import button, fill, link, main, says, sign_in
from tests.e2e.live import LiveShop, live_shop
from tests.e2e.tabs import People


@pytest.fixture
def shop(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """A shop of its own: the rates of the others stay."""
    with live_shop(filled, tmp_path_factory.mktemp("rates")) as opened:
        yield opened


def test_a_rate_is_set_seen_before_it_is_saved_and_applied_on_its_day(
    people: People, shop: LiveShop
) -> None:
    accounts, day = people.arrive(), today() + timedelta(days=20)
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/reglages")
    accounts.press(link(accounts, re.compile("^Modifier.*Taux de TVA")))
    fill(accounts, intermediate="5,5", since=day.isoformat())
    accounts.press(button(accounts, "Voir ce qui change"), status=422)
    says(accounts, "Une autre catégorie a ce taux")
    fill(accounts, intermediate="10", standard="21,5")
    accounts.press(button(accounts, "Voir ce qui change"))
    expect(main(accounts)).to_contain_text(re.compile(r"articles passent de .* à 21,5"))
    expect(main(accounts)).to_contain_text("Les prix TTC sont conservés")
    accounts.press(button(accounts, "Mettre en vigueur"))
    says(accounts, "Les réglages sont enregistrés")
    expect(main(accounts)).to_contain_text(re.compile(r"20\s% → 21,5\s%"))

    with shop.later(timedelta(days=20)):
        assert change_rates(shop.database) > 0
    with shop.database.reading_session() as session:
        found = set(session.scalars(select(Product.vat_rate).distinct()))
    assert 2_150 in found and 2_000 not in found
