"""The sentences of an invoice that its page and its electronic form share, in its language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shop.core.text import typed_percent

#: Points added to the rate of the Central Bank where an invoice freezes no others, in hundredths:
#: public bodies (CCP R2192-31), and traders where nothing else is agreed (C. com. L441-10 II).
POINTS = {"public": 800, "business": 1_000}
#: The fixed compensation for recovery costs, in cents (CCP D2192-35; C. com. D441-5).
INDEMNITY = 4_000


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


@dataclass(frozen=True, slots=True)
class Recovery:
    """What late payment costs: points above the rate of the Central Bank, in hundredths, and the
    compensation for recovery costs, in cents.
    """

    points: int
    indemnity: int

    def to_json(self) -> dict[str, int]:
        return {"points": self.points, "indemnity": self.indemnity}


def recovery_in(content: Mapping[str, Any]) -> Recovery | None:
    """What an invoice froze; what the law says for one that was issued before it was a setting;
    None for a consumer, who owes neither.
    """
    audience = content.get("audience", "public")
    if audience not in POINTS:
        return None
    frozen = content.get("recovery")
    return Recovery(**frozen) if frozen else Recovery(POINTS[audience], INDEMNITY)


def terms_of(content: Mapping[str, Any], words: Words, language: str) -> Terms:
    """The terms of late payment that an invoice of this content prints."""
    recovery = recovery_in(content)
    if recovery is None:
        return Terms()
    compensation = words.pgettext("paper", "Fixed compensation for recovery costs: €%(amount)s.")
    return Terms(
        late=_late(content.get("audience", "public"), words)
        % {"points": typed_percent(recovery.points, language)},
        recovery=compensation % {"amount": _euros(recovery.indemnity, language)},
        discount=words.pgettext("paper", "No discount for early payment."),
    )


def _late(audience: str, words: Words) -> Any:
    if audience == "public":
        return words.pgettext(
            "paper",
            "Late payment automatically bears interest at the rate of the ECB’s main refinancing "
            "operations in force on the first day of the half-year, plus %(points)s points (Code "
            "de la commande publique, L. 2192-13, R. 2192-31).",
        )
    return words.pgettext(
        "paper",
        "Late payment bears interest from the day after the due date at the rate of the ECB’s most "
        "recent refinancing operation, plus %(points)s points (Code de commerce, L. 441-10).",
    )


def _euros(cents: int, language: str) -> str:
    whole, rest = divmod(cents, 100)
    point = "," if language == "fr" else "."
    return f"{whole}{point}{rest:02}" if rest else str(whole)


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
