"""A workflow is a table: nothing else compares a state, whatever its column is called."""

import ast
from enum import StrEnum
from importlib import import_module

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import Enum

from app import ROWS
from shop.core.workflow import Procedure
from shop.storage.db import Base
from tests.layout import ROOT, is_program, is_pure, module_of, sources, tree

JINJA = Environment(extensions=["jinja2.ext.i18n"])


def procedures() -> list[Procedure]:
    """Every table of the code."""
    return [
        value
        for path in sources()
        if path.stem == "procedure" and not is_program(path)
        for value in vars(import_module(module_of(path))).values()
        if isinstance(value, Procedure)
    ]


def states() -> set[type[StrEnum]]:
    """The enumerations of states that the tables lead through."""
    return {
        type(state)
        for procedure in procedures()
        for one in procedure.transitions
        for state in (*one.sources, one.target)
        if state is not None
    }


def enum_columns() -> set[str]:
    """Columns that hold such a state."""
    assert ROWS
    return {
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum) and column.type.enum_class in states()
    }


def moments_that_are_states() -> set[str]:
    """Columns behind a hybrid property of a row: a moment that says where somebody stands."""
    return {
        inner.attr
        for path in sources()
        if path.stem == "models"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id == "hybrid_property" for d in node.decorator_list)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute)
        and isinstance(inner.value, ast.Name)
        and inner.value.id == "self"
    }


def columns() -> frozenset[str]:
    return frozenset(enum_columns() | moments_that_are_states())


def comparisons(module: ast.Module, named: frozenset[str]) -> list[int]:
    """The lines of a module that compare such a column."""
    lines = []
    for node in ast.walk(module):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sides = [node.func.value] if node.func.attr in ("is_", "is_not", "isnot") else []
        elif isinstance(node, ast.Match):
            sides = [node.subject]
        if any(isinstance(side, ast.Attribute) and side.attr in named for side in sides):
            lines.append(node.lineno)
    return lines


def test_the_columns_of_states_are_found() -> None:
    assert columns() >= {"stage", "state", "verification", "approved_at"}


def test_nothing_compares_a_state_but_the_tables() -> None:
    named = columns()
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        if not is_program(path) and not is_pure(path) and path.stem != "models"
        for line in comparisons(tree(path), named)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_template_compares_a_state() -> None:
    named = columns()
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for node in JINJA.parse(path.read_text(encoding="utf-8")).find_all(nodes.Compare):
            sides = [node.expr, *(operand.expr for operand in node.ops)]
            if any(isinstance(side, nodes.Getattr) and side.attr in named for side in sides):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    ["order.stage == DONE", "payment.state in OPEN", "x = member.approved_at is None"],
)
def test_a_comparison_is_found(source: str) -> None:
    assert comparisons(ast.parse(source), columns())


def test_a_null_test_in_a_query_is_found() -> None:
    assert comparisons(ast.parse("Membership.approved_at.is_(None)"), columns())
    assert not comparisons(ast.parse("Quote.stage.in_(PROCEDURE.sources_of('lapse'))"), columns())
