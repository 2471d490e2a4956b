"""The rates of VAT, a setting for each class of the law, and what a change keeps. Pure rules.

A product and a delivery belong to the class that has their rate: two classes never have, nor ever
had, the same one.
"""

from collections.abc import Mapping

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.settings.part_rules import Kind, Part, Setting

_LEAST, _MOST = 10, 3_000
#: The classes, in the order of the setting.
CLASSES = ("standard", "intermediate", "reduced", "super_reduced")
#: What a change of rate keeps, by the place of its choice: the price including VAT, or the one
#: excluding VAT.
INCLUDING, EXCLUDING = 0, 1


def _rate(key: str, label: str, rate: int, source: str) -> Setting:
    return Setting(key, Kind.PERCENT, label, rate, _LEAST, _MOST, hint=source, source=source)


VAT = Part(
    "tva",
    N_("VAT rates"),
    N_("the rates of the law, and what a change of rate does to the prices"),
    N_(
        "On that day the products of the class and the delivery pass to the new rate, a little "
        "after midnight. Quotes, orders and invoices that were issued keep theirs: a quote "
        "promises its prices excluding VAT, and the rate of the day of delivery is due (CGI art. "
        "269). Renew or revise such a quote before its order is recorded."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    (
        _rate("standard", N_("Standard rate, also of delivery"), 2_000, "CGI art. 278"),
        _rate("intermediate", N_("Intermediate rate"), 1_000, "CGI art. 279"),
        _rate("reduced", N_("Reduced rate"), 550, "CGI art. 278-0 bis"),
        _rate("super_reduced", N_("Super-reduced rate"), 210, "CGI art. 281 quater – 281 nonies"),
        Setting(
            "kept",
            Kind.CHOICE,
            N_("When a rate changes, the shop keeps"),
            INCLUDING,
            0,
            1,
            hint=N_(
                "The delivery keeps its prices including VAT, and so does a product for which "
                "another price is planned for that day."
            ),
            choices=(
                N_("the prices including VAT: labels stay, prices excluding VAT follow"),
                N_("the prices excluding VAT: what organisations pay stays, labels follow"),
            ),
        ),
    ),
)


def moves_between(former: Mapping[str, set[int]], present: Mapping[str, int]) -> dict[int, int]:
    """The present rate for each other one that its class ever had, all of which are `former`."""
    return {rate: present[key] for key in CLASSES for rate in former[key] if rate != present[key]}
