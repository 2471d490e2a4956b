"""Values that no page accepts: keys beyond a row's, and the character NUL."""

from collections.abc import Iterator

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

#: The largest key that a row can have, on SQLite and on PostgreSQL.
LARGEST_KEY = 2**63 - 1
#: Its number of digits; longer numbers are not parsed.
_FIGURES = 19


class Key(IntegerConverter):
    """`<int:…>` in an address: a number that can be the key of a row; any other is not found."""

    regex = rf"[0-9]{{1,{_FIGURES}}}"

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = LARGEST_KEY,
        signed: bool = False,
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def key_asked(name: str) -> int | None:
    """The key in the address's query, such as `?before=31`; None if it is not valid."""
    asked = request.args.get(name, "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= _FIGURES):
        return None
    return min(int(asked), LARGEST_KEY)


def number_asked(name: str, *, most: int) -> int:
    """The page number in the address's query, from 1 to `most`; 1 if it is not valid."""
    asked = request.args.get(name, "1")
    if not (asked.isascii() and asked.isdecimal()):
        return 1
    return min(most, max(1, int(asked[:_FIGURES])))


def init_app(app: Flask) -> None:
    """Call it before any route is registered."""
    app.url_map.converters["int"] = Key
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """PostgreSQL cannot store text with NUL in it, and no keyboard types one."""
    if any("\0" in words for words in _sent()):
        abort(400)


def _sent() -> Iterator[str]:
    yield request.path
    for answers in (request.args, request.form):
        for name, values in answers.lists():
            yield name
            yield from values
