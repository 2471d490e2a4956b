"""A test that reads rows into a list says in which order: PostgreSQL gives them in any."""

import ast
from collections.abc import Iterator

from shop.core.paths import ROOT
from tests.layout import tree, walk

#: What makes of rows something that has no order, or one of its own.
_ORDERLESS = {"sorted", "set", "frozenset", "dict", "Counter", "len", "sum", "min", "max"}


def unordered_lists(source: ast.Module) -> Iterator[int]:
    """The lines at which rows of a select without an order become a list."""
    parents = {child: node for node in walk(source) for child in ast.iter_child_nodes(node)}
    for node in walk(source):
        if isinstance(node, ast.Call) and _reads_rows(node):
            above = _above(node, parents)
            if _is_listed(above) and not any(map(_forgets_the_order, above)):
                yield node.lineno


def _reads_rows(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("scalars", "execute"):
        return False
    asked = ast.unparse(call)
    return "select(" in asked and "order_by(" not in asked


def _above(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """The expressions that contain a node, the nearest first."""
    found: list[ast.AST] = []
    while (node := parents[node]) and not isinstance(node, ast.stmt):
        found.append(node)
    return found


def _is_listed(above: list[ast.AST]) -> bool:
    """Whether `.all()`, `list()` or `tuple()` stands right around the rows."""
    for node in above:
        if isinstance(node, ast.Attribute) and node.attr == "all":
            return True
        if isinstance(node, ast.Call) and _name(node) in ("list", "tuple"):
            return True
        if not isinstance(node, ast.Attribute | ast.Call):
            return False
    return False


def _forgets_the_order(node: ast.AST) -> bool:
    return isinstance(node, ast.SetComp | ast.DictComp) or (
        isinstance(node, ast.Call) and _name(node) in _ORDERLESS
    )


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_rows_that_become_a_list_have_an_order():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line in unordered_lists(tree(path))
    ]
    assert not found


def test_a_list_without_an_order_is_found():
    assert list(unordered_lists(ast.parse("acts = session.scalars(select(Entry.act)).all()")))
    assert list(unordered_lists(ast.parse("acts = list(session.scalars(select(Entry.act)))")))
    assert not list(
        unordered_lists(ast.parse("acts = sorted(session.scalars(select(Entry.act)).all())"))
    )
