"""A tab that checks every page it shows: no page of a journey is left out.

On each page: no finding of axe-core (WCAG 2.2 A and AA), no error in the console, no breach of the
content security policy, no script that failed, no horizontal scrolling. A page that was left before
it was checked fails the journey.
"""

import importlib.resources
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, Response, Route

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d|503)")
RUN = f"async () => (await axe.run(document, {{runOnly: {TAGS}}})).violations"
#: What differs each time that a page is rendered, and changes nothing for its readers.
PASSING = re.compile(r'name="(csrf_token|seal|draft|once)" [^>]*>')
#: Words, numbers, and rows of the same markup after the second: pages that differ in them alone are
#: checked by axe-core once on each screen.
WORDS = re.compile(r">[^<>]*[^<>\s][^<>]*<")
NUMBERS = re.compile(r"[0-9]+")
ROWS = re.compile(r"((<(li|tr|option)\b(?:(?!</?\3\b).)*</\3>\s*)\2)\2+", re.DOTALL)
WIDTHS = "() => [document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"


@dataclass(frozen=True, slots=True)
class Screen:
    """The device of a person."""

    name: str
    width: int
    height: int
    scripts: bool


SCREENS = (
    Screen("desktop", 1280, 800, scripts=True),
    Screen("without-scripts", 1280, 800, scripts=False),
    Screen("phone", 390, 844, scripts=True),
)


def on(*names: str) -> pytest.MarkDecorator:
    """The screens of a journey of the office, which is walked on one: all pages are looked at on
    the desktop and on the phone (test_every_page.py), and without scripts by this journey alone
    where it is walked so.
    """
    chosen = [screen for screen in SCREENS if screen.name in names]
    assert len(chosen) == len(names)
    ids = [screen.name for screen in chosen]
    return pytest.mark.parametrize("screen", chosen, indirect=True, ids=ids)


@cache
def axe_source() -> str:
    package = importlib.resources.files("axe_playwright_python")
    return package.joinpath("axe.min.js").read_text(encoding="utf-8")


def markup_of(content: str) -> str:
    """A page without its words, its numbers, and its repeated rows."""
    bare = NUMBERS.sub("0", WORDS.sub(">x<", PASSING.sub("", content)))
    return ROWS.sub(r"\1", bare)


def told(violation: dict[str, Any]) -> str:
    """A finding in one line: the rule, then the first elements at fault."""
    nodes = [f"{' '.join(map(str, n['target']))} {n['html'][:160]}" for n in violation["nodes"][:4]]
    return f"{violation['id']} ({violation['impact']}): " + " | ".join(nodes)


@dataclass
class Tab:
    """One tab of one person. `go` and `press` open a page, and check it.

    `known` are the pages that axe-core has checked already: it checks each markup once.
    """

    page: Page
    home: str
    screen: Screen
    known: set[str]
    twin: Page | None = None
    faults: list[str] = field(default_factory=list)
    downloads: list[Download] = field(default_factory=list)
    looked_at: int = 0
    _gone: bool = False
    _unseen: str | None = None
    _refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._arrived)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._said)
        self.page.on("download", lambda download: self.downloads.append(download))

    def _arrived(self, frame: Any) -> None:
        if self._gone or frame != self.page.main_frame or frame.url == "about:blank":
            return
        if self._unseen is not None and self._unseen != frame.url:
            self.faults.append(f"nobody looked at {self._unseen}")
        self._unseen = frame.url

    def _said(self, message: Any) -> None:
        if self._gone or message.type != "error":
            return
        where = (message.location or {}).get("url", "")
        if REFUSED.match(message.text) and where in self._refused:
            return
        self.faults.append(f"console on {self.page.url}: {message.text}")

    def go(self, path: str, *, status: int = 200) -> Response:
        """Open an address of the shop."""
        url = path if path.startswith("http") else self.home + path
        if status >= 400:
            self._refused.add(url)
        response = self.page.goto(url)
        assert response is not None, url
        return self._checked(response, status)

    def press(self, what: Locator, *, status: int | None = 200) -> Response:
        """Press a button or a link that opens another page (or this one again)."""
        with self._leading(status) as found:
            what.click()
        return found[0]

    def enter(self, what: Locator, *, status: int | None = 200) -> Response:
        """The Enter key in a field."""
        with self._leading(status) as found:
            what.press("Enter")
        return found[0]

    def key(self, key: str, *, status: int | None = 200) -> Response:
        """A key that opens another page."""
        with self._leading(status) as found:
            self.page.keyboard.press(key)
        return found[0]

    def leaves_for_good(self) -> None:
        """Ignore errors of this tab from now on: it is about to be closed."""
        self._gone = True

    def back(self) -> None:
        """The browser's own button."""
        self.page.go_back()
        self.look()

    @contextmanager
    def _leading(self, status: int | None) -> Iterator[list[Response]]:
        found: list[Response] = []
        if status is None or status >= 400:
            self.page.on("response", self._may_refuse)
        with self.page.expect_navigation() as arriving:
            yield found
        response = arriving.value
        if status is None or status >= 400:
            self.page.remove_listener("response", self._may_refuse)
        assert response is not None
        found.append(self._checked(response, status))

    def _may_refuse(self, response: Response) -> None:
        """A page, not a request of a script before it."""
        if response.request.is_navigation_request():
            self._refused.add(response.url)

    def _checked(self, response: Response, status: int | None) -> Response:
        if status is not None and response.status != status:
            words = self.page.locator("main").inner_text()[:600]
            raise AssertionError(f"{response.url} answered {response.status}: {words}")
        self.look()
        return response

    def look(self) -> None:
        """Check the present page."""
        self._unseen = None
        self.looked_at += 1
        width, seen = self.page.evaluate(WIDTHS)
        if width > seen:
            self.faults.append(f"{self.page.url} scrolls sideways: {width} > {seen}")
        content = self.page.content()
        seen_as = f"{self.screen.name} {markup_of(content)}"
        if seen_as not in self.known:
            for violation in self._eyes(content).evaluate(RUN):
                self.faults.append(f"{self.page.url}: {told(violation)}")
            self.known.add(seen_as)

    def _eyes(self, content: str) -> Page:
        """The page with axe-core in it: itself, or without JavaScript the same page in a twin."""
        page = self.page
        if self.twin is not None:
            page = self.twin
            page.unroute_all()
            page.route("**/*", lambda route: _served(route, content))
            page.goto(self.page.url)
        page.evaluate(axe_source())
        return page


def _served(route: Route, content: str) -> None:
    request = route.request
    if request.is_navigation_request() and request.frame.parent_frame is None:
        route.fulfill(body=content, content_type="text/html; charset=utf-8")
    else:
        route.continue_()


@dataclass
class People:
    """Opens a tab for each person of a journey: a browser with its own cookies."""

    browser: Browser
    home: str
    screen: Screen
    known: set[str]
    tabs: list[Tab] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def arrive(self) -> Tab:
        """A new person, with an empty cart."""
        context = self._context(self.screen.scripts)
        twin = None if self.screen.scripts else self._context(True).new_page()
        tab = Tab(context.new_page(), self.home, self.screen, self.known, twin)
        self.tabs.append(tab)
        return tab

    def _context(self, scripts: bool) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": self.screen.width, "height": self.screen.height},
            java_script_enabled=scripts,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        return context

    def leave(self) -> list[str]:
        """Close every tab; the faults found, once each."""
        for context in self.contexts:
            context.close()
        found = [fault for tab in self.tabs for fault in tab.faults]
        found += [f"nobody looked at {tab._unseen}" for tab in self.tabs if tab._unseen]
        return list(dict.fromkeys(found))
