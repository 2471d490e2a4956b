"""The facts of a refusal as JSON, to be told later."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shop.core.money import Money


def stored_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a refusal as JSON; `facts_in()` reads them."""
    return {name: _stored(fact) for name, fact in facts.items()}


def _stored(fact: Any) -> Any:
    if isinstance(fact, Money):
        return {"cents": fact.cents}
    if isinstance(fact, date):
        return {"day": fact.isoformat()[:10]}
    return str(fact)


def facts_in(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a refusal that was stored."""
    return {name: _fact(fact) for name, fact in stored.items()}


def _fact(stored: Any) -> Any:
    if isinstance(stored, str):
        return stored
    if "cents" in stored:
        return Money(stored["cents"])
    return date.fromisoformat(stored["day"])
