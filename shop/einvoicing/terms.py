"""The sentences of an invoice that its page and its electronic form share, in its language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Words(Protocol):
    """Translations of gettext."""

    def pgettext(self, context: str, message: str) -> Any: ...

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What is due after the period of payment (EN 16931 notes PMD, PMT and AAB). Empty for
    consumers, to whom these terms do not apply (C. com. L441-10).
    """

    late: str = ""
    recovery: str = ""
    discount: str = ""


def terms_of(audience: str, words: Words) -> Terms:
    """The terms of late payment for a public body, a trader or a consumer."""
    if audience not in ("public", "business"):
        return Terms()
    return Terms(
        late=_late(audience, words),
        recovery=words.pgettext("paper", "Fixed compensation for recovery costs: €40."),
        discount=words.pgettext("paper", "No discount for early payment."),
    )


def _late(audience: str, words: Words) -> str:
    if audience == "public":
        return words.pgettext(
            "paper",
            "Late payment automatically bears interest at the rate of the ECB’s main refinancing "
            "operations in force on the first day of the half-year, plus 8 points (Code de la "
            "commande publique, L. 2192-13, R. 2192-31).",
        )
    return words.pgettext(
        "paper",
        "Late payment bears interest from the day after the due date at the rate of the ECB’s most "
        "recent refinancing operation, plus 10 points (Code de commerce, L. 441-10).",
    )


def period_of(content: Mapping[str, Any], words: Words) -> str:
    """The period of payment of an invoice that names no last day; empty for one that does."""
    days = content.get("payment_delay_days")
    if not days or content.get("due_on"):
        return ""
    if content["audience"] == "public":
        sentence = words.npgettext(
            "paper",
            "To be paid within %(num)s day of the receipt of this request for payment",
            "To be paid within %(num)s days of the receipt of this request for payment",
            days,
        )
    else:
        sentence = words.npgettext(
            "paper", "Payment period: %(num)s day.", "Payment period: %(num)s days.", days
        )
    return sentence % {"num": days}


def outcome_of(content: Mapping[str, Any], words: Words) -> str:
    """What becomes of the amount of a credit note (BT-20)."""
    effect = content["effect"]
    if not effect["refund"]:
        sentence = words.pgettext(
            "paper", "Taken off the amount left to pay of invoice %(number)s."
        )
    elif effect["means"] == "card":
        sentence = words.pgettext(
            "paper", "What was paid of invoice %(number)s is refunded to the card."
        )
    else:
        sentence = words.pgettext(
            "paper", "What was paid of invoice %(number)s is refunded by bank transfer."
        )
    return sentence % {"number": content["origin"]["number"]}
