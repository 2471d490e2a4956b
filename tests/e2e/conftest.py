"""The live shop, the browser, and the people of the journeys."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import select, update

from quotes.demonstration.fill import fill_demonstration
from shop.catalogue.models import Stock
from shop.catalogue.stock import receive
from shop.ops import clock
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.migrate import upgrade
from shop.storage.outbox import Email
from tests.e2e.live import LiveShop, live_shop
from tests.e2e.tabs import SCREENS, People, Screen
from tests.factories import AT
from tests.programs import chromium
from tests.waiting import running_from

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

expect.set_options(timeout=10_000)

#: The mark of journeys that run on every screen.
EACH_SCREEN = "each_screen"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{EACH_SCREEN}: run a journey on every screen")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A journey runs on one screen, the others in turn, as a test does on one database; what is
    marked `each_screen`, because a buyer's whole way depends on it, runs on all. `--each-screen`
    runs all on all, and so does naming a test.
    """
    if config.getoption("each_screen") or any("::" in argument for argument in config.args):
        return
    journeys = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and _is_on_a_screen(item):
            journeys[f"{item.path.name}::{item.originalname}"].append(item)
    kept = {on[crc32(name.encode()) % len(on)] for name, on in journeys.items()}
    elsewhere = {item for on in journeys.values() for item in on} - kept
    config.hook.pytest_deselected(items=[item for item in items if item in elsewhere])
    items[:] = [item for item in items if item not in elsewhere]


def _is_on_a_screen(item: pytest.Function) -> bool:
    screens = item.callspec.params if hasattr(item, "callspec") else {}
    return list(screens) == ["screen"] and not item.get_closest_marker(EACH_SCREEN)


@pytest.fixture(scope="session", autouse=True)
def running_clock() -> Iterator[None]:
    """The shop's clock runs, since browsers wait; the journeys begin at AT, whatever the day is."""
    with clock.driven_by(running_from(AT)):
        yield


@pytest.fixture(autouse=True)
def still_clock(running_clock: None) -> None:
    """The live shop moves its clock itself (`LiveShop.later`)."""


def fill_database(path: Path) -> Path:
    """A demonstration database at `path`; its past e-mails are sent."""
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    fill_demonstration(database)
    with database.transaction() as session:
        session.execute(update(Email).values(sent_at=now()))
    database.dispose()
    return path


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database, filled once, with enough stock for every journey."""
    path = fill_database(tmp_path_factory.mktemp("demonstration") / "filled.db")
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        in_stock = session.scalars(select(Stock.product_id).where(Stock.on_hand > Stock.reserved))
        receive(session, dict.fromkeys(in_stock, 100), reference="journeys", at=now())
    database.dispose()
    return path


@pytest.fixture(scope="session")
def shop(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    with live_shop(filled, tmp_path_factory.mktemp("live")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    assert path is not None, (
        "The journeys need a browser: install the package chromium-headless-shell,"
        " or name one in CHROMIUM."
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=SCREENS, ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    """A desktop, the same without JavaScript, a phone."""
    return request.param


@pytest.fixture(scope="session")
def known() -> set[str]:
    """Pages that axe-core has checked."""
    return set()


@pytest.fixture
def people(shop: LiveShop, browser: Browser, screen: Screen, known: set[str]) -> Iterator[People]:
    """The people of a journey; afterwards no page may have had a fault."""
    everybody = People(browser, shop.url, screen, known)
    yield everybody
    found = everybody.leave()
    assert not found, "\n".join(found)
