"""A customer without a browser: sends the forms of the payment page, for tests and
demonstrations.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

GOOD_CARD = "4242424242424242"


@dataclass(frozen=True)
class Answer:
    """The answer of a page; `location` is the absolute address it redirects to, or ""."""

    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Customer:
    """Pays on the hosted page. Redirections to the shop are not followed."""

    name: str = "Camille Essai"
    timeout: float = 10.0

    def look(self, url: str) -> Answer:
        return self._ask("GET", url)

    def pay(
        self, url: str, number: str = GOOD_CARD, *, expiry: str = "12 / 34", cvc: str = "123"
    ) -> Answer:
        """Send the card form of a session's `url`."""
        return self._ask(
            "POST",
            url,
            {
                "cardNumber": number,
                "cardExpiry": expiry,
                "cardCvc": cvc,
                "billingName": self.name,
            },
        )

    def authenticate(self, url: str, *, passed: bool = True) -> Answer:
        """Answer the bank's 3-D Secure page, to which pay() led."""
        return self._ask("POST", url, {"answer": "pass" if passed else "fail"})

    def _ask(self, method: str, url: str, form: dict[str, str] | None = None) -> Answer:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        try:
            body = urlencode(form) if form is not None else None
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            connection.request(method, parts.path or "/", body, kind)
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            text = response.read().decode()
            return Answer(response.status, urljoin(url, location) if location else "", text)
        finally:
            connection.close()
