"""Requests with files: a file beyond the limit is refused inside its form, with what was typed.

A route marked `takes_file` is read to its end: of a file too large, only what shows that it is too
large is kept. Other routes, and what exceeds even that bound, are answered with 413.
"""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ParamSpec, cast

from flask import Request, current_app
from flask_wtf.file import FileField
from werkzeug.formparser import default_stream_factory

from shop.documents.uploads import Upload, UploadRefused, read_upload
from shop.web.kit.site import sentence_of, settings

P = ParamSpec("P")
View = Callable[P, Any]

#: How many times the limit is read from a request with a file, to answer its form.
READ_TIMES = 10
#: Bytes that a request has besides its file.
BESIDES = 100_000


def takes_file(view: View[P]) -> View[P]:
    """A route whose form has a file, which `upload_of` or `read_upload` checks."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def upload_of(field: FileField) -> tuple[Upload | None, int]:
    """The file of a field, None if it is refused or the field has an error, with the status of the
    answer to a refused form. The field says why.

    A view calls it before it answers the mistakes of the other fields: all of them show at once.
    """
    if field.errors:
        return None, 422
    try:
        return read_upload(field.data, limit=settings().upload_limit), 422
    except UploadRefused as refusal:
        field.errors = [sentence_of(refusal)]
        return None, refusal.status


def upload_if_sent(field: FileField) -> tuple[Upload | None, int]:
    """`upload_of()` of a field that may stay empty: None with the status 200 then."""
    return upload_of(field) if field.errors or field.data else (None, 200)


class Truncated:
    """A temporary file that keeps at most `most` bytes of what is written to it."""

    def __init__(self, kept: IO[bytes], most: int) -> None:
        self._kept, self._left = kept, most

    def write(self, data: bytes) -> int:
        part = data[: self._left]
        self._left -= len(part)
        if part:
            self._kept.write(part)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)


class ShopRequest(Request):
    """A request whose limit depends on its route."""

    @property
    def max_content_length(self) -> int | None:
        """Bytes: ten times the limit where a form has a file."""
        limit = super().max_content_length
        view = current_app.view_functions.get(self.endpoint or "") if current_app else None
        return limit if limit is None or not hasattr(view, "takes_file") else READ_TIMES * limit

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = default_stream_factory(
            total_content_length, content_type, filename, content_length
        )
        most = settings().upload_limit + 1
        return cast(IO[bytes], Truncated(cast(SpooledTemporaryFile[bytes], stream), most))
