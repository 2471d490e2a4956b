"""Files that a browser saves: what a view answers with."""

from collections.abc import Iterable

from flask import Response


def download(data: bytes | Iterable[bytes], *, name: str, media_type: str) -> Response:
    """The file of that name; parts are sent as they are made."""
    answer = Response(data, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
