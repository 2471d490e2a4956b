"""A browser without a screen: cookies, forms with their hidden fields, redirects. Standard library.

It reads a page's forms as a browser would, so that it breaks when a page breaks.
"""

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit


class Refused(Exception):
    """A page answered otherwise than it should."""


class Form:
    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.id = attributes.get("id") or ""
        self.action = attributes.get("action") or ""
        self.fields: list[tuple[str, str]] = []


class _Forms(HTMLParser):
    """Forms with what they would send, and links."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._inside: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "form":
            self._inside = Form(attributes)
            self.forms.append(self._inside)
        elif tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"] or "")
        elif tag == "select":
            self._select = name
        elif self._inside is None:
            return
        elif tag == "option" and "selected" in attributes:
            self._inside.fields.append((self._select, value))
        elif tag in ("input", "textarea") and name:
            kind = attributes.get("type") or "text"
            if kind not in ("radio", "checkbox") or "checked" in attributes:
                self._inside.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None


class Page:
    """An answer: where it came from in the end, its status, its text."""

    def __init__(self, url: str, status: int, text: str, location: str = "") -> None:
        self.url = url
        self.status = status
        self.text = text
        self.location = location
        self._read: _Forms | None = None

    @property
    def read(self) -> _Forms:
        if self._read is None:
            self._read = _Forms()
            self._read.feed(self.text)
        return self._read

    def links(self, start: str) -> list[str]:
        return [link for link in self.read.links if link.startswith(start)]

    def form(self, action: str) -> Form:
        """The first form whose address ends so. Raises Refused."""
        for form in self.read.forms:
            if urlsplit(form.action).path.endswith(action):
                return form
        raise Refused(f"{self.url} ({self.status}) has no form to {action}: {self.text[:300]}")


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
