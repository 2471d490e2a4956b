"""An import of products, pure: why one is refused, and what became of its lines."""

from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.imports.procedure import ImportState

LONGEST_FILENAME, LONGEST_VALUE = 200, 200
#: Lines of products that one file may have.
MOST_LINES = 200_000
#: New brands that the page names; the others are counted.
MOST_NAMED = 50


class Outcome(StrEnum):
    """CONFLICT: changed by somebody after the check. KEPT: not undone."""

    NONE = "none"
    CONFLICT = "conflict"
    UNDONE = "undone"
    KEPT = "kept"


class TooManyLines(DomainError):
    sentence = N_("The file has more than %(most)s lines: cut it in several files.")
    status = 422


class ImportStopped(DomainError):
    """A fault of the shop: the log tells it."""

    sentence = N_("A fault has stopped the import; nothing was changed. It has been noted.")


class BulkBeginsAgain(DomainError):
    """The new values were computed from those of the day on which the change was begun."""

    sentence = N_(
        "A bulk change is not compared again: its values were computed from earlier ones. Begin "
        "again from the list of products."
    )


class ImportElsewhere(Changed):
    """The state of an import is no longer the one that the page showed."""

    sentence = N_("This import has moved on since you opened its page: look at it again.")


class ProductChanged(DomainError):
    sentence = N_("Somebody changed this product after the check.")


class PriceMoved(DomainError):
    sentence = N_("Somebody gave this product another price after the check.")


class ReferenceTaken(DomainError):
    sentence = N_("A product with this reference was added after the check.")


class EanGiven(DomainError):
    sentence = N_("Another product has this EAN by now.")


class FamilyGone(DomainError):
    sentence = N_("The family was deleted since.")


class ChangedSince(DomainError):
    sentence = N_("The product was changed again after the import: it keeps its values.")


class PriceChangedSince(DomainError):
    sentence = N_("The product was given another price after the import: it keeps its values.")


#: States whose page tells that the import has moved on.
MEANWHILE: dict[ImportState, type[Changed]] = dict.fromkeys(ImportState, ImportElsewhere)


def shortened(value: str) -> str:
    """A value of a cell as it is kept with its fault."""
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
