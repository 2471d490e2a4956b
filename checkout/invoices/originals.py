"""The original PDFs of invoices and credit notes in one ZIP file, with a list of their sha256.

The file is written while it is sent: one document is in memory at a time. A document whose PDF is
not made yet is named in the list, so that nobody takes the file for complete.
"""

from collections.abc import Collection, Iterable, Iterator
from io import RawIOBase
from itertools import islice
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from checkout.invoices.ledger import LedgerLine
from shop.dossiers.models import StoredFile

#: The list of the files, as `sha256sum --check` reads it, and that of documents without a PDF yet.
LIST, MISSING = "SHA256SUMS", "NOT-MADE-YET.txt"
#: Documents whose files are asked for with one statement.
_AT_ONCE = 500
#: The day of every entry: the same documents give the same file.
_DAY = (1980, 1, 1, 0, 0, 0)


class _Outgoing(RawIOBase):
    """What was written since it was asked last: a ZIP file that is never sought back."""

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


def originals_of(session: Session, documents: Iterable[LedgerLine]) -> Iterator[bytes]:
    """The ZIP file of those documents, in parts."""
    out = _Outgoing()
    sums: list[str] = []
    missing: list[str] = []
    with ZipFile(out, "w", ZIP_STORED) as whole:  # PDFs are compressed already
        left = iter(documents)
        while some := {document.paper_id: document.number for document in islice(left, _AT_ONCE)}:
            for paper_id, sha256, data in session.execute(_files(some)):
                name = f"{some.pop(paper_id)}.pdf"
                whole.writestr(ZipInfo(name, _DAY), data)
                sums.append(f"{sha256}  {name}")
                yield out.taken()
            missing += some.values()
        whole.writestr(ZipInfo(LIST, _DAY), _text(sums))
        if missing:
            whole.writestr(ZipInfo(MISSING, _DAY), _text(missing))
    yield out.taken()


def _files(paper_ids: Collection[int]) -> Executable:
    """The PDFs of papers, one fetched at a time."""
    return (
        select(StoredFile.paper_id, StoredFile.sha256, StoredFile.data)
        .where(StoredFile.paper_id.in_(paper_ids))
        .order_by(StoredFile.paper_id)
        .execution_options(yield_per=1)
    )


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
