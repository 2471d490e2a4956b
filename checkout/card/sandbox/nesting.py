"""Form bodies as Stripe writes them: `line_items[0][price_data][currency]=eur`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checkout.card.sandbox.errors import Refusal

Tree = dict[str, "str | Tree"]
_NAME = re.compile(r"^[^\[\]]+(\[[^\[\]]*\])*$")


def unfold(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Fold flat form pairs into a tree of dictionaries; lists are dictionaries keyed 0, 1, 2…"""
    tree: Tree = {}
    for name, value in pairs:
        if not _NAME.match(name):
            raise Refusal(f"Invalid parameter name: {name}", param=name)
        _plant(tree, name.replace("]", "").split("["), value, name)
    return tree


def _plant(tree: Tree, steps: list[str], value: str, name: str) -> None:
    branch = tree
    for step in steps[:-1]:
        below = branch.setdefault(step or str(len(branch)), {})
        if isinstance(below, str):
            raise Refusal(f"Invalid object: {name}", param=name)
        branch = below
    leaf = steps[-1] or str(len(branch))
    if leaf in branch:
        raise Refusal(f"Parameter given twice: {name}", param=name)
    branch[leaf] = value
