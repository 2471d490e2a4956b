"""What a process keeps for a minute is read again as soon as this process has changed it."""

import ast

from tests.layout import sources, tree


def calls() -> tuple[set[str], set[str]]:
    """Module and name of each kept value, and of those that their module forgets."""
    kept, forgotten = set(), set()
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                made = node.value.func
                if isinstance(made, ast.Name) and made.id == "Kept":
                    kept |= {f"{path}:{ast.unparse(target)}" for target in node.targets}
            elif isinstance(node, ast.Attribute) and node.attr == "forget":
                forgotten.add(f"{path}:{ast.unparse(node.value)}")
    return kept, forgotten


def test_each_kept_value_is_forgotten_when_it_changes():
    kept, forgotten = calls()
    assert len(kept) >= 4
    assert kept <= forgotten, kept - forgotten
