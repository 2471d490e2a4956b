"""The marker of facts on pages: what it does without proof depends on the mode of the shop."""

from typing import Any

from shop.core import proofs
from shop.web.kit.site import settings


def fact(sentence: Any, proof: Any) -> Any:
    """The sentence, when something proves it. Without proof: nothing in production, Unproven in
    the demonstration and in tests.
    """
    if settings().is_production:
        return proofs.fact_or_nothing(sentence, proof)
    return proofs.fact(sentence, proof)
