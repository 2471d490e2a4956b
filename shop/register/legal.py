"""The decision on a legal category: public, to review or private, and its payment delay.

The table is INSEE's nomenclature (level III); decisions and delays are the shop's own reading of
articles R. 2192-10 and R. 2192-11 of the Code de la commande publique. Pure rules; the table itself
is read by legal_categories.py.
"""

from dataclasses import dataclass

from shop.core.errors import N_
from shop.register.rules import Nature

#: Days, when the law sets no other delay (Code de la commande publique, R. 2192-10).
USUAL_DELAY = 30

REASONS = {
    Nature.PUBLIC: N_("This legal category is that of a public body."),
    Nature.REVIEW: N_(
        "This legal category includes both public and private organisations: our office decides."
    ),
    Nature.PRIVATE: N_("This legal category is private: quotes are not available to it."),
}
UNKNOWN = N_("No register has given its legal category yet: our office looks it up.")
DECLARED_PRIVATE = N_("Registered as a company or an association.")


@dataclass(frozen=True, slots=True)
class LegalCategory:
    """One line of the nomenclature. `label` is in French, as INSEE publishes it."""

    code: str
    label: str
    nature: Nature
    payment_delay_days: int


@dataclass(frozen=True, slots=True)
class LegalDecision:
    """The consequence of a category; `reason` is an English source sentence, to be translated."""

    nature: Nature
    payment_delay_days: int
    reason: str
    label: str = ""


def decision_on(category: LegalCategory | None) -> LegalDecision:
    """The decision on a body of this category; an unknown one is reviewed by a person."""
    if category is None:
        return LegalDecision(Nature.REVIEW, USUAL_DELAY, UNKNOWN)
    return LegalDecision(
        category.nature,
        category.payment_delay_days,
        REASONS[category.nature],
        category.label,
    )
