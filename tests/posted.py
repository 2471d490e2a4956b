"""Which e-mail templates the code posts, read from the source.

A call posts a template when it passes its name to `post()` of the outbox, or to a function that
passes on a parameter of its own: these are found first. The name may come through a variable.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from tests.layout import walk

Function = ast.FunctionDef
#: Functions that post, by name: position and name of the parameter with the template.
Posters = dict[str, set[tuple[int, str]]]


def posted_templates(trees: Iterable[ast.Module]) -> set[str]:
    """The names of the templates that some call posts."""
    modules = list(trees)
    posters = _posters(modules)
    return {
        name
        for module in modules
        for function in _functions(module)
        for given in _given(function, posters)
        for name in _values(given, function)
    }


def _posters(modules: list[ast.Module]) -> Posters:
    posters: Posters = defaultdict(set, {"post": {(1, "template")}})
    while True:
        before = sum(map(len, posters.values()))
        for module in modules:
            for function in _functions(module):
                parameters = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
                for given in _given(function, posters):
                    if isinstance(given, ast.Name) and given.id in parameters:
                        posters[function.name].add((parameters.index(given.id), given.id))
        if sum(map(len, posters.values())) == before:
            return posters


@cache
def _functions(module: ast.Module) -> tuple[Function, ...]:
    return tuple(node for node in walk(module) if isinstance(node, Function))


def _given(function: Function, posters: Posters) -> Iterator[ast.expr]:
    """What the call passes as a template."""
    for node in _calls(function):
        for place, parameter in posters.get(_called(node), ()):
            yield from node.args[place : place + 1]
            yield from (one.value for one in node.keywords if one.arg == parameter)


@cache
def _calls(function: Function) -> tuple[ast.Call, ...]:
    return tuple(node for node in walk(function) if isinstance(node, ast.Call))


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _values(given: ast.expr, function: Function, seen: frozenset[str] = frozenset()) -> set[str]:
    """The strings that an expression may be, variables of the function followed."""
    if isinstance(given, ast.Constant):
        return {given.value} if isinstance(given.value, str) else set()
    parts: list[ast.expr] = []
    if isinstance(given, ast.IfExp):
        parts = [given.body, given.orelse]
    elif isinstance(given, ast.Tuple | ast.List):
        parts = given.elts
    elif isinstance(given, ast.ListComp):
        parts = [given.elt]
    elif isinstance(given, ast.Name) and given.id not in seen:
        seen |= {given.id}
        parts = _assigned(given.id, function)
    return {value for part in parts for value in _values(part, function, seen)}


def _assigned(name: str, function: Function) -> list[ast.expr]:
    """The values that a variable of the function is set to."""
    found = []
    for node in walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.For):
            pairs = [(node.target, node.iter)]
        else:
            continue
        found += [value for target, value in pairs if name in _names(target)]
    return found


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in walk(target) if isinstance(node, ast.Name)}
