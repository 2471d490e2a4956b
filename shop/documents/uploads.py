"""Uploads: PDF, JPEG, PNG or TIFF, recognised by their content and opened once to check them.

The name and the type that a browser sends are not trusted.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Protocol

from shop.core.errors import N_, DomainError
from shop.core.media import JPEG, PDF, PNG, TIFF
from shop.documents import trial
from shop.documents.apart import run_apart

_SIGNS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
#: What the archives of word processors begin with: they are documents in another format.
_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"_rels/.rels", b"docProps/")
_BEGINNING = 4_096
_EXTENSIONS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), TIFF: (".tif", ".tiff")}
#: A PDF may begin with a few bytes of something else (ISO 32000, annex H).
_PDF_SIGN, _PDF_WITHIN = b"%PDF-", 1024
_STEM_MAX = 100


class UploadRefused(DomainError):
    """Why a file is not accepted: a form shows the sentence beside its field."""

    sentence = N_("This file cannot be accepted.")
    status = 422


class NoFile(UploadRefused):
    sentence = N_("Choose a file first.")


class FileEmpty(UploadRefused):
    sentence = N_("This file is empty (0 bytes). Save your document again, then choose it.")


class FileTooLarge(UploadRefused):
    sentence = N_("The file is larger than %(limit)s MB. Scan it again at a lower resolution.")
    status = 413


class FileNotAccepted(UploadRefused):
    sentence = N_(
        "Only PDF, JPEG, PNG and TIFF files are accepted. Save your document in one of these "
        "formats."
    )


class FileArchived(UploadRefused):
    sentence = N_(
        "This is a compressed archive (ZIP). Take the document out of it, and send the document."
    )


class FileEncrypted(UploadRefused):
    sentence = N_("This PDF is password-protected. Send it without a password.")


class FileTooLong(UploadRefused):
    sentence = N_("This document has more than %(most)s pages. Send only the pages that count.")


class FileUnreadable(UploadRefused):
    sentence = N_("This file is damaged and cannot be opened. Scan it or save it again.")


class FileTooDemanding(UploadRefused):
    sentence = N_(
        "This file takes too much memory or time to open. Scan it again at a lower resolution, "
        "as a plain PDF."
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was opened: its bytes as received, its true type, a safe name."""

    data: bytes
    media_type: str
    filename: str


class SentFile(Protocol):
    """A file of a form, as the web framework provides it."""

    filename: str | None
    stream: IO[bytes]


def read_upload(sent: SentFile | None, *, limit: int) -> Upload:
    """The file of a form, at most `limit` bytes.

    Raises NoFile, FileEmpty, FileTooLarge, FileArchived, FileNotAccepted, FileEncrypted,
    FileTooLong, FileUnreadable, FileTooDemanding.
    """
    if sent is None or not sent.filename:
        raise NoFile
    data = sent.stream.read(limit + 1)
    if not data:
        raise FileEmpty
    if len(data) > limit:
        raise FileTooLarge(limit=limit // 1_000_000)
    media_type = _type_of(data)
    _open(data, media_type)
    return Upload(data, media_type, safe_name(sent.filename or "", media_type))


def safe_name(name: str, media_type: str) -> str:
    """The last part of a path, in letters, digits and - _ . , with the extension of its type."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    extensions = _EXTENSIONS[media_type]
    path = PurePath(name)
    known = path.suffix.lower() in extensions
    stem = re.sub(r"[^\w.-]+", "-", path.stem if known else name).strip("-._")[:_STEM_MAX]
    return (stem or "document") + (path.suffix.lower() if known else extensions[0])


def _type_of(data: bytes) -> str:
    for sign, media_type in _SIGNS:
        if data.startswith(sign):
            return media_type
    if _PDF_SIGN in data[:_PDF_WITHIN]:
        return PDF
    beginning = data[:_BEGINNING]
    if data.startswith(_ARCHIVES) and not any(mark in beginning for mark in _OFFICE):
        raise FileArchived
    raise FileNotAccepted


def _open(data: bytes, media_type: str) -> None:
    """Open the file in a separate process, within limits of memory and time.

    Raises FileEncrypted, FileUnreadable, FileTooDemanding.
    """
    ended = run_apart(trial.__name__, media_type, data=data, seconds=trial.TIME)
    word = ended.output.decode("ascii", "replace")
    if ended.overdone or word == trial.HEAVY:
        raise FileTooDemanding
    if word == trial.LOCKED:
        raise FileEncrypted
    if word == trial.LONG:
        raise FileTooLong(most=trial.PAGES_MAX)
    if ended.failed or word != trial.GOOD:
        raise FileUnreadable
