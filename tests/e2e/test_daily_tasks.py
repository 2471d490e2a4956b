"""Each daily task of the office, walked by real clicks by the role that owns it, and refused to the
others.

The way to each task is found by its links (tests/tasks.py); here a person signs in once and clicks
along it, opening what is folded. A role that does not own the task is refused its page, or finds
neither its form nor its link there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e.gestures import sign_in
from tests.e2e.live import LiveShop, live_shop
from tests.e2e.tabs import People, Tab, on
from tests.tasks import ROLES, TASKS, Walk, Way, endpoint_of, only, walked, way_to

#: The most folds that are opened on the way to a task.
FOLDS = 2
#: What sends a form: its own buttons, or those that name it.
SENDS = "button:not([type=button]), input[type=submit]"


@pytest.fixture(scope="module")
def shop(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """A shop of its own: nobody has changed the demonstration."""
    with live_shop(filled, tmp_path_factory.mktemp("tasks")) as opened:
        yield opened


@pytest.fixture(scope="module")
def walks(shop: LiveShop) -> dict[str, Walk]:
    """The ways of each role to its own tasks."""
    acts = {role: tuple(one[2] for one in TASKS if one[0] == role) for role in ROLES}
    return {role: walked(shop.app, role, acts[role]) for role in ROLES}


@dataclass
class Clicker:
    """Clicks along a way, and counts."""

    page: Page
    home: str
    clicks: int = 0

    def follow(self, way: Way) -> None:
        """From the first page of the office to the page of the task, by its links."""
        self.clicks = 0
        self.page.goto(self.home + way.pages[0])
        for address in way.pages[1:]:
            leading = f'a[href="{address}"], a[href^="{address}#"]'
            self.seen(self.page.locator(leading)).click()
            self.page.wait_for_load_state("domcontentloaded")
            self.clicks += 1

    def acts(self, way: Way) -> Locator:
        """What does the task on that page."""
        forms = self.page.locator(f'form[action="{way.target}"]')
        named = [one for one in forms.evaluate_all("forms => forms.map(form => form.id)") if one]
        found = forms.locator(SENDS).or_(
            self.page.locator(f'a[href="{way.target}"], a[href^="{way.target}#"]')
        )
        for name in named:
            found = found.or_(self.page.locator(f'button[form="{name}"]'))
        return self.seen(found)

    def seen(self, what: Locator) -> Locator:
        """The first of these that is on the screen; otherwise the first, its folds opened."""
        visible = what.locator("visible=true")
        if visible.count():
            return visible.first
        what = what.first
        folds = what.locator("xpath=ancestor::details[not(@open)]")
        for index in range(folds.count()):
            fold = what.locator("xpath=ancestor::details[not(@open)]").first
            assert fold.is_visible(), f"fold {index} on {self.page.url} is hidden"
            fold.locator("> summary").click()
            self.clicks += 1
        return what


@on("desktop")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_its_tasks_by_clicks_and_is_refused_the_others(
    people: People, shop: LiveShop, walks: dict[str, Walk], role: str
) -> None:
    tab = people.arrive()
    tab.leaves_for_good()
    sign_in(tab, only(shop.app, role).email)
    clicker, shown = Clicker(tab.page, shop.url), dict[str, str]()
    for owner, task, act, most in TASKS:
        way = way_to(shop.app, walks[owner], act)
        assert way is not None, task
        if owner == role:
            clicker.follow(way)
            does = clicker.acts(way)
            assert does.is_visible() and does.is_enabled(), f"{task} on {tab.page.url}"
            assert clicker.clicks < most + FOLDS, f"{task}: {clicker.clicks + 1} clicks"
        elif not is_for(shop, role, act):
            held = shown.setdefault(way.pages[-1], held_at(tab, way.pages[-1]))
            offers = [f'{name}="{way.target}"' for name in ("action", "href")]
            assert not any(one in held for one in offers), f"{task} is offered to {role}"


def is_for(shop: LiveShop, role: str, act: str) -> bool:
    """Whether the act is for that role too."""
    view = shop.app.view_functions[endpoint_of(shop.app, act)]
    return role in view.audience.roles  # type: ignore[attr-defined]


def held_at(tab: Tab, path: str) -> str:
    """The page at an address, as the person of the tab is shown it; nothing when it is refused."""
    answer = tab.page.request.get(tab.home + path)
    return answer.text() if answer.ok else ""
