"""What the buyer may fill in of a purchase order; all of it may stay blank."""

from dataclasses import dataclass

from shop.core.errors import N_, DomainError

#: How many purchase orders may be filled in from one quote.
MOST = 30


class TooManyOrderForms(DomainError):
    sentence = N_(
        "%(most)s purchase orders have been filled in from this quote. Complete one of them by "
        "hand, or in the DOCX file."
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """The buyer's answers; "" leaves a line to fill in by hand."""

    reference: str = ""
    engagement: str = ""
    service_code: str = ""
    contract: str = ""
    signatory_name: str = ""
    signatory_capacity: str = ""


def number_of(quote: str, made: int) -> str:
    """What names the next purchase order of a quote after `made` of them, in the shop: the number
    of the quote and a rank. It is no number of a series, and is not printed. Raises
    TooManyOrderForms.
    """
    if made >= MOST:
        raise TooManyOrderForms(most=MOST)
    return f"{quote}-{made + 1}"
