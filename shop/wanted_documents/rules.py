"""Documents wanted before a first order: which there are, and the refusals. Pure rules."""

from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError


class Wanted(StrEnum):
    """A kind of document; each is a setting of the shop under the same key."""

    REGISTRATION = "registration"
    BANK_DETAILS = "bank_details"
    DELEGATION = "delegation"
    CONDITIONS = "conditions"


NAMES: dict[str, str] = {
    Wanted.REGISTRATION: N_("Registration certificate, or SIRENE situation notice"),
    Wanted.BANK_DETAILS: N_("Bank details or billing form"),
    Wanted.DELEGATION: N_("Delegation of signature"),
    Wanted.CONDITIONS: N_("Signed general conditions"),
}


class DocumentPlaceMissing(DomainError):
    sentence = N_("Say where the document is filed, or choose its file.")
    status = 422


class WaiverReasonMissing(DomainError):
    sentence = N_("Say why the document is not wanted.")
    status = 422


class DocumentSettled(Changed):
    sentence = N_("The shop has this document already, or does not want it any more.")


def ensure_filed(filed_at: str, *, has_file: bool) -> None:
    """What is ticked can be found again. Raises DocumentPlaceMissing."""
    if not filed_at and not has_file:
        raise DocumentPlaceMissing


def ensure_waived(reason: str) -> None:
    """Raises WaiverReasonMissing."""
    if not reason:
        raise WaiverReasonMissing
