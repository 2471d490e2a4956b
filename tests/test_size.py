"""The size of functions: at most a screen, and few parameters, unless the docstring says why."""

import ast
from collections.abc import Iterator

from tests.layout import ROOT, name_of, sources, tree, walk

#: From `def` to the last line, docstring included.
MOST_LINES = 40
MOST_PARAMETERS = 6
#: Parameters that every service takes, and those that the language passes.
NOT_COUNTED = frozenset({"session", "by", "at", "self", "cls"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def oversized(module: ast.Module) -> Iterator[str]:
    """The functions of a module that are too long or take too many parameters. A sentence of the
    docstring that begins with "Long because" or "Many parameters because" gives a reason."""
    for node in walk(module):
        if not isinstance(node, Function):
            continue
        reasons = ast.get_docstring(node) or ""
        lines, parameters = length_of(node), len(parameters_of(node))
        if lines > MOST_LINES and "Long because" not in reasons:
            yield f"{node.lineno} {node.name}: {lines} lines"
        if parameters > MOST_PARAMETERS and "Many parameters because" not in reasons:
            yield f"{node.lineno} {node.name}: {parameters} parameters"


def length_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters_of(function: Function) -> list[str]:
    given = function.args
    named = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    return [each.arg for each in named if each.arg not in NOT_COUNTED]


def test_a_function_fits_a_screen_and_takes_few_parameters() -> None:
    found = [
        f"{name_of(path)}:{fault}"
        for path in (*sources(), ROOT / "app.py")
        for fault in oversized(tree(path))
    ]
    assert not found, "\n".join(found)


def function(*, lines: int = 2, parameters: str = "", docstring: str = "") -> ast.Module:
    """A module with one function of so many lines."""
    body = [f'    """{docstring}"""', *["    pass"] * (lines - 2)]
    return ast.parse("\n".join([f"def made({parameters}):", *body]))


def test_a_long_function_is_found() -> None:
    assert not list(oversized(function(lines=MOST_LINES)))
    assert list(oversized(function(lines=MOST_LINES + 1))) == ["1 made: 41 lines"]


def test_a_long_parameter_list_is_found_whatever_the_kind_of_its_parameters() -> None:
    six = "self, session, a, b, /, c, d, e, *, f, by, at"
    assert not list(oversized(function(parameters=six)))
    assert list(oversized(function(parameters=f"{six}, g"))) == ["1 made: 7 parameters"]


def test_a_function_within_another_one_is_found_too() -> None:
    inner = function(lines=MOST_LINES + 1)
    outer = ast.parse("class Outer:\n    async def method(self): ...\n")
    outer.body[0].body.append(inner.body[0])  # type: ignore[attr-defined]
    assert [fault.split()[1] for fault in oversized(outer)] == ["made:"]


def test_a_function_may_say_why_it_is_long_or_takes_many_parameters() -> None:
    reason = "A table. Long because its rows read best together."
    assert not list(oversized(function(lines=90, docstring=reason)))
    many = function(parameters="a, b, c, d, e, f, g", docstring=reason)
    assert list(oversized(many)) == ["1 made: 7 parameters"], "each reason is for one limit"
