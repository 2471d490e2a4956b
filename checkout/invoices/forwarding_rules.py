"""How many invoices a person may have sent to addresses of their choice. Pure rules."""

from shop.core.errors import N_, DomainError

#: Invoices that one person has sent to addresses of their choice within a day.
MOST_FORWARDS = 20


class TooManyForwards(DomainError):
    sentence = N_(
        "You have sent %(most)s invoices by e-mail within a day. Try again tomorrow, or download "
        "the PDF and send it yourself."
    )
    status = 422


def ensure_few_forwards(sent: int) -> None:
    """Raises TooManyForwards once a person sent so many within a day."""
    if sent >= MOST_FORWARDS:
        raise TooManyForwards(most=MOST_FORWARDS)
