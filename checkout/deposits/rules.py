"""What may be deposited on Chorus Pro, when the worker asks again, and what its answers mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checkout.invoices.cure_rules import field_named
from shop.core.errors import N_, DomainError
from shop.einvoicing.fault_rules import Mender, UnsoundInvoice
from shop.einvoicing.public_fault_rules import FileNameTooLong
from shop.einvoicing.public_rules import LONGEST_FILE_NAME

#: Bytes of one file, and of all files of a deposit (Spécifications externes, annexe API).
LARGEST_FILE, LARGEST_DEPOSIT = 10_000_000, 120_000_000
#: Extensions that the portal accepts of a file beside the invoice (Spécifications externes).
EXTENSIONS = frozenset(
    (
        "bmp",
        "bz2",
        "csv",
        "doc",
        "docx",
        "eml",
        "fax",
        "gif",
        "gz",
        "htm",
        "html",
        "jpeg",
        "jpg",
        "msg",
        "odp",
        "ods",
        "odt",
        "p7s",
        "pdf",
        "png",
        "pps",
        "ppt",
        "pptx",
        "rar",
        "rtf",
        "svg",
        "tar",
        "tgz",
        "tif",
        "tiff",
        "txt",
        "xhtml",
        "xls",
        "xlsx",
        "xml",
        "zip",
    )
)
#: Minutes between two questions: twice as long each time, six hours at most.
_LONGEST_WAIT = 360
#: Look-ups without a result after which a lost request is sent again: over two hours.
LOOKS = 6
#: Minutes after which a request that was begun has lost its answer: a process ended.
BEGUN_FOR = timedelta(minutes=15)


class NotForChorus(DomainError):
    sentence = N_(
        "%(number)s was not written for a deposit on Chorus Pro. Only invoices and credit notes to "
        "public bodies are, issued since the shop deposits them."
    )
    status = 422


class DepositedBefore(DomainError):
    sentence = N_("%(number)s is deposited already, or is being deposited: see its deposit.")
    status = 409


class NothingDeposited(DomainError):
    sentence = N_("%(number)s has no deposit: make one first.")
    status = 409


class FlowMissing(DomainError):
    sentence = N_("Enter the flow number that the portal shows, such as CPP0011117000000000425903.")
    status = 422


class StatusUnknown(DomainError):
    sentence = N_("Choose a status of the portal.")
    status = 422


class DepositInFuture(DomainError):
    sentence = N_("This day is not over: enter today or an earlier day.")
    status = 422


class DepositTooEarly(DomainError):
    sentence = N_("This day is before the document was issued.")
    status = 422


class AbandonReasonMissing(DomainError):
    sentence = N_("Give the reason why this deposit is abandoned.")
    status = 422


class DepositsOff(DomainError):
    sentence = N_(
        "The API of Chorus Pro is not configured: deposit the file on the portal, then record its "
        "flow number here."
    )
    status = 422


class ExtensionRefused(UnsoundInvoice):
    rule = "CPP-EXT"
    sentence = N_(
        "Chorus Pro does not accept the file « %(name)s »: its extension is not among those of the "
        "portal. The office deposits it in another format."
    )


class FileTooLarge(UnsoundInvoice):
    rule = "CPP-10MB"
    sentence = N_(
        "Chorus Pro accepts files of 10 MB at most, and « %(name)s » has %(found)s. The office "
        "reduces the copy of the purchase order."
    )


class DepositTooLarge(UnsoundInvoice):
    rule = "CPP-120MB"
    sentence = N_(
        "Chorus Pro accepts 120 MB at most in all, and the files have %(found)s. The office leaves "
        "out attachments."
    )


class NoElectronicForm(UnsoundInvoice):
    rule = "CPP-XML"
    sentence = N_(
        "The file has no electronic form, which Chorus Pro reads. The office sees on its first "
        "page why it could not be made."
    )


@dataclass(frozen=True, slots=True)
class SentFile:
    """The name and the size, in bytes, of a file that is deposited."""

    name: str
    size: int


def wrong_files(files: Sequence[SentFile]) -> list[UnsoundInvoice]:
    """What Chorus Pro does not accept of the files of a deposit."""
    found: list[UnsoundInvoice] = []
    for file in files:
        if len(file.name) > LONGEST_FILE_NAME:
            length, most = str(len(file.name)), str(LONGEST_FILE_NAME)
            found.append(FileNameTooLong(name=file.name, most=most, found=length))
        if file.name.rpartition(".")[2].lower() not in EXTENSIONS or "." not in file.name:
            found.append(ExtensionRefused(name=file.name))
        if file.size > LARGEST_FILE:
            found.append(FileTooLarge(name=file.name, found=_megabytes(file.size)))
    whole = sum(file.size for file in files)
    if whole > LARGEST_DEPOSIT:
        found.append(DepositTooLarge(found=_megabytes(whole)))
    return found


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000)} MB"


def next_question(at: datetime, tries: int) -> datetime:
    """When the worker asks again after so many tries."""
    return at + timedelta(minutes=min(2 ** min(tries, 16), _LONGEST_WAIT))


def ensure_flow(flow: str) -> str:
    """A flow number as the portal writes it, without spaces. Raises FlowMissing."""
    told = "".join(flow.split())
    if not (told.isalnum() and 6 <= len(told) <= 60):
        raise FlowMissing
    return told


def ensure_day(day: date, *, since: date, today: date) -> None:
    """Raises DepositInFuture, DepositTooEarly."""
    if day > today:
        raise DepositInFuture
    if day < since:
        raise DepositTooEarly


@dataclass(frozen=True, slots=True)
class Status:
    """A status of an invoice on the portal: its words, its kind on a page, and whether nothing
    follows it. `is_received`: the public body has the invoice from its day on.
    """

    words: str
    kind: str = "info"
    is_last: bool = False
    is_received: bool = False


#: The statuses of an invoice on the portal (Spécifications externes, annexe API).
STATUSES: dict[str, Status] = {
    "DEPOSEE": Status(N_("deposited")),
    "EN_COURS_ACHEMINEMENT": Status(N_("on its way")),
    "MISE_A_DISPOSITION": Status(N_("made available to the public body"), is_received=True),
    "A_RECYCLER": Status(N_("wrong recipient: to be sent to another one"), "bad"),
    "SUSPENDUE": Status(N_("suspended: a document is missing"), "you"),
    "COMPLETEE": Status(N_("completed")),
    "REJETEE": Status(N_("rejected by the public body"), "bad", is_last=True),
    "SERVICE_FAIT": Status(N_("service done: accepted"), "good"),
    "MANDATEE": Status(N_("payment ordered"), "good"),
    "MISE_A_DISPOSITION_COMPTABLE": Status(N_("with the public accountant"), "good"),
    "COMPTABILISEE": Status(N_("entered in the accounts"), "good"),
    "MISE_EN_PAIEMENT": Status(N_("being paid"), "good", is_last=True),
}


def ensure_status(code: str) -> Status:
    """Raises StatusUnknown."""
    if code not in STATUSES:
        raise StatusUnknown
    return STATUSES[code]


_DUPLICATE = ("doublon", "existe déjà", "déjà été déposée", "double facture")


def mender_of(reason: str, code: str = "") -> Mender:
    """Who can cure a refusal, told by that code: the buyer where they are asked for a field, the
    office everything else, such as a wrong SIRET of the body.
    """
    return Mender.OFFICE if field_named(reason, code) is None else Mender.BUYER


def is_duplicate(reason: str) -> bool:
    """Whether the portal has a document of that number already."""
    told = reason.lower()
    return any(word in told for word in _DUPLICATE)
