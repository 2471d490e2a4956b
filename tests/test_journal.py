"""The journal names transitions of the tables, and what packages declare beside them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from shop.core.workflow import Procedure
from tests.layout import (
    is_program,
    journalled,
    module_of,
    name_of,
    package_of,
    package_order,
    sources,
    tree,
    walk,
)

#: How a service asks a table about a transition.
_ASKED = ("ensure", "find", "first", "sources_of")


@dataclass(frozen=True)
class Module:
    """A module of the shop, with the functions and tables that its names refer to."""

    path: Path
    source: ast.Module

    @property
    def name(self) -> str:
        return module_of(self.path)

    def leads_to(self, called: ast.expr) -> tuple[str, str] | None:
        """The module and the name of a function that is called."""
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            owner = imported(self).get(called.value.id)
            return (".".join(owner), called.attr) if owner else None
        if isinstance(called, ast.Name):
            return imported(self).get(called.id, (self.name, called.id))
        return None


@cache
def imported(module: Module) -> dict[str, tuple[str, str]]:
    """The names that a module imports: from where, and their name there."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in walk(module.source)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@cache
def modules() -> tuple[Module, ...]:
    return tuple(Module(path, tree(path)) for path in sources() if not is_program(path))


@cache
def recorders() -> dict[tuple[str, str], int]:
    """The functions that take the name of an entry (`act`), and as which argument."""
    return {
        (module.name, node.name): place
        for module in modules()
        for node in walk(module.source)
        if isinstance(node, ast.FunctionDef)
        for place, one in enumerate(node.args.args)
        if one.arg == "act" and isinstance(one.annotation, ast.Name) and one.annotation.id == "str"
    }


def entries() -> Iterator[tuple[Module, ast.expr, ast.AST]]:
    """What each call passes as the name of an entry, with the function around it."""
    for module in modules():
        for around, call in calls(module):
            target = module.leads_to(call.func)
            if target not in recorders():
                continue
            place = recorders()[target]
            given = [word.value for word in call.keywords if word.arg == "act"]
            if place < len(call.args) or given:
                yield module, (given or [call.args[place]])[0], around


@cache
def calls(module: Module) -> tuple[tuple[ast.AST, ast.Call], ...]:
    """The calls of a module, each with the function around it."""
    return tuple(
        (around, node)
        for around in walk(module.source)
        if isinstance(around, ast.FunctionDef)
        for node in walk(around)
        if isinstance(node, ast.Call)
    )


def names_of(given: ast.expr, around: ast.AST) -> list[str] | None:
    """The names that an argument may be; empty when they come from a table or from the caller,
    which is checked too. None: not known.
    """
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return [given.value]
    if isinstance(given, ast.IfExp):
        both = [names_of(one, around) for one in (given.body, given.orelse)]
        return None if None in both else [name for one in both for name in one or []]
    if isinstance(given, ast.Attribute):
        return [] if given.attr in ("name", "__name__") else None
    if isinstance(given, ast.Name) and isinstance(around, ast.FunctionDef):
        return [] if given.id == "act" else None
    return None


def assigned() -> Iterator[tuple[Module, ast.expr, ast.AST]]:
    """The values of the variables called `act`."""
    for module in modules():
        for around in walk(module.source):
            for node in walk(around) if isinstance(around, ast.FunctionDef) else []:
                named = node.targets[0] if isinstance(node, ast.Assign) else None
                called = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
                if isinstance(named, ast.Name) and named.id == "act" and not called:
                    yield module, node.value, around


@cache
def tables() -> dict[str, Procedure]:
    """Every table, by the module and the name that it has there."""
    return {
        f"{module.name}.{name}": value
        for module in modules()
        if module.path.stem == "procedure"
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, Procedure)
    }


def transitions() -> set[str]:
    """The names of all transitions."""
    return {one.name for table in tables().values() for one in table.transitions}


@cache
def known_to(package: str | None) -> set[str]:
    """What a package may write: what it declares, and the transitions of its own tables and of
    those in the packages that it imports.
    """
    homes = {package} | {
        package_of(home) or home
        for module in modules()
        if package_of(module.name) == package
        for home, _name in imported(module).values()
    }
    near = [table for key, table in tables().items() if home_of(key) in homes]
    return {one.name for table in near for one in table.transitions} | set(journalled(package))


def home_of(key: str) -> str:
    """The package of a table, or its module at the top of one (quotes/procedure.py)."""
    module = key.rpartition(".")[0]
    return package_of(module) or module


def test_every_entry_is_a_transition_or_declared_by_its_package() -> None:
    wrong = []
    for module, given, around in [*entries(), *assigned()]:
        names = names_of(given, around)
        if names is None or not known_to(package_of(module.name)).issuperset(names):
            wrong.append(f"{name_of(module.path)}:{given.lineno} {ast.unparse(given)}")
    assert not wrong, "\n".join(wrong)


def test_every_declared_entry_is_written_by_its_package() -> None:
    written: dict[str | None, set[str]] = {}
    for module, given, around in entries():
        written.setdefault(package_of(module.name), set()).update(names_of(given, around) or [])
    unwritten = {
        (package, entry)
        for package in package_order()
        for entry in journalled(package)
        if entry not in written.get(package, ())
    }
    assert not unwritten


def test_a_service_asks_its_table_for_a_transition_that_is_there() -> None:
    wrong = []
    for module in modules():
        for _around, call in calls(module):
            if not (
                isinstance(call.func, ast.Attribute) and call.func.attr in _ASKED and call.args
            ):
                continue
            owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
            home, name = imported(module).get(owner, (module.name, owner))
            table, asked = tables().get(f"{home}.{name}"), call.args[0]
            if table is None or not isinstance(asked, ast.Constant):
                continue
            if asked.value not in {one.name for one in table.transitions}:
                wrong.append(f"{name_of(module.path)}:{call.lineno} {asked.value}")
    assert not wrong, "\n".join(wrong)


def test_every_transition_is_made_by_a_service() -> None:
    """A line of a table without a service describes a workflow that does not exist."""
    asked = {
        node.value
        for module in modules()
        for node in walk(module.source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if module.path.stem != "procedure" or not in_a_table(module.source, node)
    }
    assert not transitions() - asked


def in_a_table(source: ast.Module, wanted: ast.Constant) -> bool:
    return any(
        wanted in call.args
        for call in walk(source)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Transition"
    )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("'place_order'", ["place_order"]),
        ("'verify' if new else 'confirm'", ["verify", "confirm"]),
        ("transition.name", []),
        ("act", []),
        ("f'{verb}_order'", None),
        ("what", None),
    ],
)
def test_an_entry_is_read(source: str, found: list[str] | None) -> None:
    around = ast.parse("def service(act): pass").body[0]
    assert names_of(ast.parse(source, mode="eval").body, around) == found


def test_the_functions_that_record_are_found() -> None:
    assert ("shop.storage.journal", "record") in recorders()
    assert sum(1 for _entry in entries()) > 30
