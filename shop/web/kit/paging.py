"""The page of a list that an address asks for, and the addresses that keep it."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, request, url_for

from shop.storage.arrangements import prefix_of
from shop.storage.paging import Page, Place
from shop.web.kit.bounds import number_asked
from shop.web.kit.site import local_target, safe_back

#: A number of pages that no list has.
_MOST = 10**9
#: The parameter that names the page of the office from which a page was opened.
BACK = "back"
#: An address of the office.
_IN_OFFICE = re.compile(r"/bureau(?:[/?]|$)")


def init_app(app: Flask) -> None:
    """Let templates name the page that they are, and addresses that keep its place."""
    app.jinja_env.globals.update(this_page=this_page, place_url=place_url)


def place_asked(holding: Any = None, *, name: str = "page") -> Place:
    """The page that holds a row, such as the selected one; or that of `?page=2`; of a list that is
    filtered and sorted as the address asks (`?state=late&sort=-due`). The parameters of a list with
    another `name` begin with it (`?due=2&due_sort=customer`).
    """
    asked = _arrangement(request.args.items(), name)
    return Place(number_asked(name, most=_MOST), holding, name, asked)


def place_before(desk: str, *, name: str = "page") -> Place | None:
    """How the list of a desk was arranged from which this page was opened, as its `back` says; None
    when it was opened from elsewhere. `desk`: the address of its page.
    """
    path, _mark, query = came_from().partition("?")
    return Place(name=name, asked=_arrangement(parse_qsl(query), name)) if path == desk else None


def _arrangement(asked: Iterable[tuple[str, str]], name: str) -> tuple[tuple[str, str], ...]:
    prefix = prefix_of(name)
    of_list = {key.removeprefix(prefix): value for key, value in asked if key.startswith(prefix)}
    return tuple(of_list.items())


def kept(*lists: Page[Any], **more: str) -> dict[str, str]:
    """The parameters that keep the place in the lists of a page, and others that are not empty."""
    query = {key: value for one in lists for key, value in one.query.items()}
    return query | {key: value for key, value in more.items() if value}


def place_url(endpoint: str, **values: Any) -> str:
    """The address of a page from which, or from whose form, the reader goes back to a list: it
    keeps the place that this page's own address names.
    """
    url, hash_sign, anchor = url_for(endpoint, **values).partition("#")
    query = {key: value for key, value in request.args.items() if key not in values}
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    return url + hash_sign + anchor


def this_page() -> str:
    """The address of the page that is shown, with the place in its lists: the `back` of a link."""
    return local_target(request.full_path.rstrip("?"), request.path)


def came_from(default: str = "") -> str:
    """The page of the office from which this one was opened, as its `back` says; else `default`."""
    return _in_office(local_target(request.args.get(BACK), "")) or default


def page_before() -> str:
    """The page of the office on which the reader was before this one, as the browser says it."""
    return _in_office(safe_back(""))


def _in_office(url: str) -> str:
    return url if _IN_OFFICE.match(url) else ""
