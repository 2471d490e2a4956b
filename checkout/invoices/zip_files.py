"""ZIP files with a list of their sha256, written while they are sent: one file is in memory at a
time. The same files give the same ZIP file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from shop.documents.outgoing import Outgoing

MEDIA_TYPE = "application/zip"
#: The list of the files, as `sha256sum --check` reads it, and that of documents without a PDF yet.
LIST, MISSING = "SHA256SUMS", "NOT-MADE-YET.txt"
#: The day of every entry: the same documents give the same file.
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a ZIP file."""

    name: str
    sha256: str
    data: bytes


def zip_of(entries: Iterable[Entry], missing: Sequence[str] = ()) -> Iterator[bytes]:
    """The ZIP file of the entries, in parts. `missing` names the documents that have no PDF yet, so
    that nobody takes the file for complete; it is read after the last entry.
    """
    out = Outgoing()
    sums: list[str] = []
    with ZipFile(out, "w", ZIP_STORED) as whole:  # PDFs are compressed already
        for entry in entries:
            whole.writestr(ZipInfo(entry.name, _DAY), entry.data)
            sums.append(f"{entry.sha256}  {entry.name}")
            yield out.taken()
        whole.writestr(ZipInfo(LIST, _DAY), _text(sums))
        if missing:
            whole.writestr(ZipInfo(MISSING, _DAY), _text(missing))
    yield out.taken()


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
