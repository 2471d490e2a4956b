"""What a process keeps for a minute is read again as soon as this process has changed it."""

import ast
from pathlib import Path

from tests.layout import sources, tree


def kept_values() -> set[tuple[Path, str]]:
    """Module and name of each kept value."""
    return {
        (path, ast.unparse(target))
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func) == "Kept"
        for target in node.targets
    }


def forgetting(path: Path, name: str) -> set[str]:
    """The functions of a module that forget one of its kept values and do nothing else with it."""
    return {
        function.name
        for function in tree(path).body
        if isinstance(function, ast.FunctionDef)
        if any(ast.unparse(node) == f"{name}.forget()" for node in ast.walk(function))
        and not any(ast.unparse(node) == f"{name}.get()" for node in ast.walk(function))
    }


def called_elsewhere(path: Path) -> set[str]:
    """The names of the functions that the other modules call."""
    return {
        ast.unparse(node.func)
        for other in sources()
        if other != path
        for node in ast.walk(tree(other))
        if isinstance(node, ast.Call)
    }


def test_whoever_changes_a_kept_value_lets_it_be_read_again():
    kept = kept_values()
    assert len(kept) >= 5
    for path, name in sorted(kept):
        assert forgetting(path, name) & called_elsewhere(path), f"{path}: {name} is never forgotten"
