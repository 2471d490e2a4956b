"""The page of a list that an address asks for."""

from typing import Any

from shop.storage.paging import Place
from shop.web.kit.bounds import number_asked

#: A number of pages that no list has.
_MOST = 10**9


def place_asked(holding: Any = None, *, name: str = "page") -> Place:
    """The page that holds a row, such as the selected one; or that of `?page=2`."""
    return Place(number_asked(name, most=_MOST), holding)
