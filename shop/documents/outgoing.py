"""A file that is sent while it is written: a ZIP file is made into it and never sought back."""

from io import RawIOBase
from typing import Any


class Outgoing(RawIOBase):
    """What was written since it was asked last."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
