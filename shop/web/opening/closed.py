"""The public pages of a real shop whose doors are closed answer 503.

The office, signing in, people's own papers, the legal pages and what the card processor sends stay.
A process asks once a minute whether they are open: closing them takes a minute in the others.
"""

from typing import Any

from flask import Flask, current_app, render_template, request

from shop.letterheads.letterheads import find_letterhead
from shop.opening.doors import are_open
from shop.web.kit.guards import BODIES, EVERYBODY, MEMBERS, Audience
from shop.web.kit.kept import Kept
from shop.web.kit.sessions import viewer
from shop.web.kit.site import reading, settings

#: Seconds after which a search engine may come again.
RETRY_AFTER = 86_400
#: Pages for everybody that stay: they serve people who have an account, an order or a link already.
_KEPT_BLUEPRINTS = frozenset(
    {"deliveries", "members", "opening", "orders", "signin", "staff", "withdrawals"}
)
_KEPT = frozenset(
    {"card.come_back", "card.hear", "pages.switch_language", "people.activate", "people.activation"}
)


def init_app(app: Flask) -> None:
    """Ask before each page."""
    app.before_request(_close)


def _close() -> Any:
    if not settings().is_production or not _is_closable():
        return None
    person = viewer()
    if (person is not None and person.is_staff) or _DOORS.get():
        return None
    _DOORS.forget()  # closed doors are asked each time: they open at once
    if request.blueprint == "pages" and find_letterhead(reading()) is not None:
        return None
    return render_template("opening/closed.html"), 503, {"Retry-After": str(RETRY_AFTER)}


def doors_moved() -> None:
    """The doors were opened or closed: this process asks again."""
    _DOORS.forget()


def _is_closable() -> bool:
    """Whether the page is for visitors or sells."""
    view = current_app.view_functions.get(request.endpoint or "")
    audience: Audience | None = getattr(view, "audience", None)
    if audience is None or request.blueprint in _KEPT_BLUEPRINTS or request.endpoint in _KEPT:
        return False
    return audience.kind in (EVERYBODY, BODIES) or (audience.kind == MEMBERS and audience.guests)


_DOORS = Kept("doors", lambda: are_open(reading()))
