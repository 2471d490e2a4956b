"""Former addresses redirect to the present ones, and an address that only accepts a form to its
page.

Bookmarks, printed QR codes and links in old e-mails stay valid: 301 for GET, 308 for POST, so that
a form that was open while the shop was updated is received.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

#: An address with parameters in angle brackets, and the one that replaced it.
Former = tuple[str, str]
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def init_app(app: Flask, former: Iterable[Former]) -> None:
    """Redirect every former address."""
    pairs = tuple(former)
    app.extensions["comptoir.former"] = Map([Rule(old, endpoint=new) for old, new in pairs])
    app.extensions["comptoir.former_paths"] = frozenset(old for old, _new in pairs)
    app.before_request(_lead_on)


def page_above(path: str) -> str | None:
    """The nearest address above `path` that shows a page; None when there is none."""
    pages = current_app.url_map.bind("")
    above = path
    while above := above.rpartition("/")[0]:
        if pages.test(above, "GET"):
            return above
    return None


def _lead_on() -> Any:
    """A redirection for an address without a page, or None."""
    trouble = request.routing_exception
    if trouble is None and request.path not in current_app.extensions["comptoir.former_paths"]:
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    target = _present(request.path)
    if target is not None:
        return redirect(target + query, 308 if request.method == "POST" else 301)
    if isinstance(trouble, MethodNotAllowed) and request.method in ("GET", "HEAD"):
        page = page_above(request.path)
        return redirect(page, 303) if page else None
    return None


def _present(path: str) -> str | None:
    former: Map = current_app.extensions["comptoir.former"]
    try:
        present, values = former.bind("").match(path)
    except HTTPException:
        return None
    return _PARAMETER.sub(lambda found: quote(str(values[found[1]]), safe=""), present)
