"""A list as a reader walks it: its rows over all pages, its filters, its orders, by its links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient

from shop.storage.db import Database
from tests.counting import counted

_NEXT = re.compile(r'<a rel="next" href="([^"]+)"')
_CHOICE = re.compile(r'<a\s+href="([^"]+)"[^>]*>([^<]*)<b>([0-9\u202f]+)</b>')
_ORDER = re.compile(r'<a(?: class="sort")?\s+href="([^"]+)"[^>]*>[^<]*<span[^>]*aria-hidden')
#: What may follow the key of a row: the place in the lists of its page, or the end of its text.
_AT_A_PLACE = r'(?=[?#"&,<\s])'


@dataclass(frozen=True)
class Listed:
    """A list of a page: its address, the pattern of a row's key, the pattern of the count in its
    heading, and the parameter of its page's number.
    """

    url: str
    row: str
    heading: str
    page: str = "page"

    def rows(self, client: Any, url: str = "") -> list[str]:
        """The rows of all pages, from the first to the last."""
        found: list[str] = []
        number, url = 1, url or self.url
        while url:
            text = said(client, url)
            found += re.findall(self.row + (_AT_A_PLACE if self.row.endswith(")") else ""), text)
            number += 1
            links = map(unescape, _NEXT.findall(text))
            url = next((link for link in links if asked_in(link).get(self.page) == str(number)), "")
        return found

    def count(self, client: Any, url: str = "") -> int:
        """The count in the heading."""
        found = re.search(self.heading, said(client, url or self.url))
        assert found, f"{url or self.url}: no count"
        return int(found[1].replace("\u202f", ""))

    def choices(self, client: Any, url: str = "") -> dict[str, int]:
        """The links of its filters, with their counts; without those that take a filter off."""
        found = _CHOICE.findall(said(client, url or self.url))
        return {
            link: int(count.replace("\u202f", ""))
            for link, count in ((unescape(one[0]), one[2]) for one in found)
            if self._is_ours(link, sorts=False)
        }

    def orders(self, client: Any, url: str = "") -> set[str]:
        """The links that sort it."""
        links = {unescape(link) for link in _ORDER.findall(said(client, url or self.url))}
        return {link for link in links if self._is_ours(link, sorts=True)}

    def _is_ours(self, link: str, *, sorts: bool) -> bool:
        """Whether a link filters, or sorts, this list, and not another one of the page."""
        more = asked_in(link).keys() - asked_in(self.url).keys() - {self.page}
        names = {name.rpartition("_")[::2] for name in more}
        ours = {own for other, own in names if (other or "page") == self.page}
        return bool(ours) and ("sort" in ours) == sorts

    def faults(self, browser: Any, database: Database) -> Iterator[str]:
        """What is not true of the filters and orders of this list."""
        client = _Remembering(browser)
        everything = self.rows(client)
        yield from self._faults_of_rows(client, self.url, everything, everything)
        choices, orders = self.choices(client), self.orders(client)
        if not choices:
            yield f"{self.url}: no filter"
        if not orders:
            yield f"{self.url}: no order"
        for link, count in choices.items():
            rows = self.rows(client, link)
            if len(rows) != count:
                yield f"{link}: {len(rows)} rows, {count} in the link"
            yield from self._faults_of_rows(client, link, rows, everything)
        for link in (*orders, *map(_turned, sorted(orders)[:1])):
            if sorted(self.rows(client, link)) != sorted(everything):
                yield f"{link}: other rows"
        yield from self._strange(browser, database, everything)

    def _faults_of_rows(
        self, client: Any, url: str, rows: list[str], everything: list[str]
    ) -> Iterator[str]:
        if len(rows) != len(set(rows)):
            yield f"{url}: a row twice"
        if not set(rows) <= set(everything):
            yield f"{url}: a row that is not of the list"
        if rows and self.count(client, url) != len(rows):
            yield f"{url}: {len(rows)} rows, {self.count(client, url)} in the heading"
        if not rows and "Afficher toute la liste" not in said(client, url):
            yield f"{url}: no way to take the filter off"

    def _strange(self, client: Any, database: Database, everything: list[str]) -> Iterator[str]:
        """Parameters that the list does not offer; and what they cost."""
        prefix = "" if self.page == "page" else f"{self.page}_"
        mark = "&" if "?" in self.url else "?"
        strange = (
            f"{self.url}{mark}{prefix}state=strange&{prefix}sort=strange&{prefix}other=strange"
        )
        if self.rows(client, strange) != everything:
            yield f"{strange}: not ignored"
        if any("strange" in asked_in(link).values() for link in _links_in(client, strange)):
            yield f"{strange}: carried on"
        second = f"{self.url}{mark}{self.page}=2"
        for link in [*self.choices(client, second), *self.orders(client, second)]:
            if self.page in asked_in(link):
                yield f"{link}: does not begin with the first page"
        look_again = client.application.extensions["comptoir.tree"].look_again
        look_again()
        with counted(database) as plain:
            client.get(self.url)
        for link in [*sorted(self.choices(client))[:1], *sorted(self.orders(client))[:1]]:
            look_again()
            with counted(database) as arranged:
                client.get(link)
            if len(arranged) > len(plain):
                yield f"{link}: {len(arranged)} statements, {len(plain)} without"


class _Remembering:
    """A browser that asks for each page once, and does not judge its markup: the walk over all
    pages does.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._answers: dict[str, Any] = {}

    def get(self, url: str) -> Any:
        if url not in self._answers:
            self._answers[url] = FlaskClient.open(self._client, url)
        return self._answers[url]


def said(client: Any, url: str) -> str:
    """The text of a page, without the white space that French wants unbreakable."""
    answer = client.get(url.partition("#")[0])
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.text.replace("\xa0", " ")


def asked_in(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def _turned(link: str) -> str:
    """The same order, the other way round."""
    return re.sub(r"(sort=)(-?)", lambda found: found[1] + ("" if found[2] else "-"), link, count=1)


def _links_in(client: Any, url: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'(?:href|action)="([^"]*)"', said(client, url))]
