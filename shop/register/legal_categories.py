"""The nomenclature of legal categories, read once from data/legal_categories.csv."""

import csv
from functools import lru_cache
from pathlib import Path

from shop.register.legal import USUAL_DELAY, LegalCategory, LegalDecision, decision_on
from shop.register.rules import Nature

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def legal_categories() -> dict[str, LegalCategory]:
    """Every legal category by its code."""
    with (DATA / "legal_categories.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: LegalCategory(
                row["code"],
                row["label_fr"],
                Nature(row["decision"]),
                int(row["payment_delay_days"] or USUAL_DELAY),
            )
            for row in csv.DictReader(lines)
        }


def decide(category: str) -> LegalDecision:
    """The decision on a legal category (four digits, or empty when unknown), with its reason."""
    return decision_on(legal_categories().get(category))
