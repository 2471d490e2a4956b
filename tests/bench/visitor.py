"""A browser without a screen: cookies, forms with their hidden fields, redirects. Standard library.

It reads a page's forms as a browser would, so that it breaks when a page breaks.
"""

import http.client
import re
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_FORM = re.compile(r"(<form\b[^>]*>)(.*?)</form>", re.S)
_FIELD = re.compile(r"<(?:input|textarea|select|option)\b[^>]*>")
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_CHECKED, _SELECTED = re.compile(r"\schecked\b"), re.compile(r"\sselected\b")


class Refused(Exception):
    """A page answered otherwise than it should."""


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form goes, and what it would send as it stands."""

    action: str
    fields: list[tuple[str, str]]


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _form(source: re.Match[str]) -> Form:
    fields: list[tuple[str, str]] = []
    select = ""
    for tag in _FIELD.findall(source[2]):
        found = _attributes(tag)
        name, value = found.get("name", ""), found.get("value", "")
        if tag.startswith("<select"):
            select = name
        elif tag.startswith("<option"):
            if _SELECTED.search(tag):
                fields.append((select, value))
        elif name and (found.get("type") not in ("radio", "checkbox") or _CHECKED.search(tag)):
            fields.append((name, value))
    return Form(_attributes(source[1]).get("action", ""), fields)


class Page:
    """An answer: where it came from in the end, its status, its text."""

    def __init__(self, url: str, status: int, text: str, location: str = "") -> None:
        self.url = url
        self.status = status
        self.text = text
        self.location = location

    def links(self, start: str) -> list[str]:
        return [link for link in map(unescape, _LINK.findall(self.text)) if link.startswith(start)]

    def form(self, action: str) -> Form:
        """The form to that address, else the first one with that in its address. Raises Refused."""
        for sought in (f'action="{action}"', action):
            for source in _FORM.finditer(self.text):
                if sought in source[1]:
                    return _form(source)
        raise Refused(f"{self.url} ({self.status}) has no form to {action}: {_gist(self.text)}")


class Visitor:
    """One browser: its cookies of each host."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.cookies: dict[str, dict[str, str]] = {}
        self.requests = 0

    def get(self, path: str) -> Page:
        """A page, redirects followed; raises Refused unless it answers 200."""
        page = self._send("GET", urljoin(self.home, path), None)
        for _ in range(5):
            if page.status not in (301, 302, 303):
                break
            page = self._send("GET", urljoin(page.url, page.location), None)
        if page.status != 200:
            raise Refused(f"GET {page.url} answered {page.status}")
        return page

    def post(self, url: str, fields: list[tuple[str, str]]) -> Page:
        """Send a form; the answer itself, which should be a redirect. Raises Refused."""
        page = self._send("POST", urljoin(self.home, url), urlencode(fields))
        if page.status != 303:
            raise Refused(f"POST {page.url} answered {page.status}: {_gist(page.text)}")
        return page

    def submit(self, page: Page, action: str, **values: str) -> Page:
        """Fill in the form to `action` of a page, send it and follow it."""
        form = page.form(action)
        kept = [(name, value) for name, value in form.fields if name not in values]
        target = urljoin(page.url, form.action or page.url)
        answer = self.post(target, [*kept, *values.items()])
        return self.get(urljoin(target, answer.location))

    def cookie_header(self) -> str:
        return self._cookies_of(urlsplit(self.home).netloc)

    def _cookies_of(self, host: str) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.get(host, {}).items())

    def _send(self, method: str, url: str, body: str | None) -> Page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        headers = {"Referer": self.home + "/"}
        if cookies := self._cookies_of(parts.netloc):
            headers["Cookie"] = cookies
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path or "/", body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies.setdefault(parts.netloc, {})[name] = morsel.value
        connection.close()
        self.requests += 1
        return Page(url, response.status, text, response.headers.get("Location", ""))


def _gist(text: str) -> str:
    """The sentences of an answer that say what went wrong."""
    at = max(text.find("errors"), text.find("note--bad"), text.find("field__error"))
    return text[at : at + 600] if at >= 0 else text[:300]
