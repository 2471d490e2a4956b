"""A workflow is a table: nothing else compares a state, whatever its column is called.

States are found from the code alone: the enumerations of the tables, the columns that store them,
and every moment that a row may lack (`sent_at`, `approved_at`…), which is a state as soon as code
checks whether it is there.
"""

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import Enum

from app import ROWS
from shop.core.workflow import Procedure
from shop.storage.db import Base, Moment
from tests.layout import ROOT, module_of, sources, tree, walk

JINJA = Environment(extensions=["jinja2.ext.i18n"])
_EQUALITY = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_TRUTHS = (nodes.If, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not)
_SQL = ("is_", "is_not", "isnot", "is_distinct_from", "is_not_distinct_from")


@cache
def procedures() -> tuple[Procedure, ...]:
    """Every table of the code."""
    return tuple(
        value
        for path in sources()
        if path.stem == "procedure"
        for value in vars(import_module(module_of(path))).values()
        if isinstance(value, Procedure)
    )


@cache
def states() -> frozenset[type[StrEnum]]:
    """The enumerations of the states of the tables."""
    return frozenset(
        type(state)
        for procedure in procedures()
        for one in procedure.transitions
        for state in (*one.sources, one.target)
        if state is not None
    )


@cache
def state_columns() -> frozenset[str]:
    """Columns that store a state."""
    assert ROWS
    return frozenset(
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum) and column.type.enum_class in states()
    )


@cache
def moments() -> frozenset[str]:
    """Columns of a moment that a row may lack."""
    assert ROWS
    return frozenset(
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.nullable and isinstance(column.type, Moment)
    )


def findings(module: ast.Module) -> list[str]:
    """What a module compares, with its line."""
    complete = {id(key) for node in walk(module) for key in keys_of_complete_table(node)}
    rows = {id(inner) for row in rows_of(module) for inner in walk(row)}
    return [
        f"{getattr(node, 'lineno', '')}: {ast.unparse(node)}"
        for node in walk(module)
        if id(node) not in rows
        if compares(node)
        or (isinstance(node, ast.Attribute) and state_named(node) and id(node) not in complete)
    ]


def may_compare(path: Path) -> bool:
    """The tables, what they are made of, and the module that defines the states itself."""
    homes = {enumeration.__module__ for enumeration in states()}
    return path.stem == "procedure" or module_of(path) in homes | {"shop.core.workflow"}


def rows_of(module: ast.Module) -> list[ast.ClassDef]:
    """The rows of a module: their own properties may say what their columns mean."""
    return [
        node
        for node in walk(module)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Base" for base in node.bases)
    ]


def state_named(node: ast.AST | None) -> str | None:
    """The state that an expression names (`QuoteStage.QUOTED`), or is ("QUOTED")."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        for kind in states():
            if kind.__name__ == node.value.id and node.attr in kind.__members__:
                return kind[node.attr].value
    return node.value if is_literal(node) else None


@cache
def values() -> frozenset[str]:
    return frozenset(state.value for kind in states() for state in kind)


def is_literal(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in values()


def keys_of_complete_table(node: ast.AST) -> Iterable[ast.expr]:
    """The keys of a dict with an entry for each state: text, not a decision."""
    if not isinstance(node, ast.Dict):
        return []
    told = {state_named(key) for key in node.keys} - {None}
    whole = [kind for kind in states() if told >= {state.value for state in kind}]
    covered = {state.value for kind in whole for state in kind}
    return [key for key in node.keys if key is not None and told <= covered]


def compares(node: ast.AST) -> bool:
    """Whether it compares the column of a state, a state itself, or the lack of a moment."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], _EQUALITY):
        sides = [part for side in (node.left, *node.comparators) for part in parts(side)]
        lacks = any(isinstance(side, ast.Constant) and side.value is None for side in sides)
        return any(
            is_one_of(state_columns(), side) or is_literal(side) or (lacks and is_moment(side))
            for side in sides
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        asked = node.func.value if node.func.attr in _SQL else None
        return is_one_of(state_columns(), asked) or is_moment(asked)
    if isinstance(node, ast.Match):
        return is_one_of(state_columns(), node.subject) or is_moment(node.subject)
    if isinstance(node, ast.Dict):
        partial = any(is_literal(key) for key in node.keys)
        return partial and not keys_of_complete_table(node)
    return any(is_moment(one) for one in truths(node))


def parts(node: ast.expr) -> list[ast.expr]:
    """A side of a comparison; of a collection, each thing in it."""
    return list(node.elts) if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]


def is_one_of(named: frozenset[str], node: ast.AST | None) -> bool:
    """Whether it is such a column, or the name or value of one."""
    if isinstance(node, ast.Attribute) and node.attr in ("name", "value"):
        node = node.value
    return isinstance(node, ast.Attribute) and node.attr in named


def is_moment(node: ast.AST | None) -> bool:
    return is_one_of(moments(), node)


def truths(node: ast.AST) -> list[ast.expr]:
    """The expressions of a node that are tested for truth."""
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [node.test]
    if isinstance(node, ast.comprehension):
        return node.ifs
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool":
        return node.args
    return []


def in_template(page: nodes.Template) -> Iterator[int]:
    """The lines of a template that compare a state, or check whether a moment is there."""
    for node in page.find_all((nodes.Compare, nodes.Test, nodes.Filter, nodes.Dict, *_TRUTHS)):
        if any(answers(node)):
            yield node.lineno


def answers(node: nodes.Node) -> Iterator[bool]:
    """The parts of a template's expression that ask for a state."""
    known = {state.value for kind in states() for state in kind}
    if isinstance(node, nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        sides += [part for side in sides if isinstance(side, nodes.Tuple) for part in side.items]
        yield any(is_named(side, state_columns() | moments()) for side in sides)
        yield any(isinstance(side, nodes.Const) and side.value in known for side in sides)
    elif isinstance(node, nodes.Test):
        yield is_named(node.node, state_columns() | moments())
    elif isinstance(node, nodes.Filter):
        named = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else ""
        yield "attr" in node.name and named in state_columns() | moments()
    elif isinstance(node, nodes.Dict):
        told = {pair.key.value for pair in node.items if isinstance(pair.key, nodes.Const)} & known
        whole = [{state.value for state in kind} for kind in states()]
        yield bool(told) and told not in whole
    else:
        asked = [node.left, node.right] if isinstance(node, nodes.BinExpr) else []
        asked += [node.node] if isinstance(node, nodes.Not) else []
        asked += [node.test] if isinstance(node, nodes.If | nodes.CondExpr) else []
        yield any(is_named(one, moments()) for one in asked)


def is_named(node: nodes.Node, named: frozenset[str]) -> bool:
    return isinstance(node, nodes.Getattr) and node.attr in named


def test_the_columns_of_states_are_found() -> None:
    assert state_columns() >= {"stage", "state", "verification"}
    assert moments() >= {"approved_at", "decided_at", "accepted_at", "sent_at", "reserved_at"}


def test_nothing_compares_a_state_but_the_tables() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{found}"
        for path in sources()
        if not may_compare(path)
        for found in findings(tree(path))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_template_compares_a_state() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if path.suffix in (".html", ".txt")
        for line in in_template(JINJA.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "order.stage == DONE",
        "payment.state in OPEN",
        "x = member.approved_at is None",
        "select(Membership).where(Membership.approved_at.is_(None))",
        "Organisation.verification.is_not(None)",
        "if mail.sent_at: pass",
        "ready = seen and not change.decided_at",
        "[one for one in asked if one.decided_at]",
        "match quote.stage:\n    case _: pass",
        "if now is QuoteStage.EXPIRED: pass",
        "quote.stage = QuoteStage.EXPIRED",
        "words = {QuoteStage.QUOTED: 'open', QuoteStage.EXPIRED: 'over'}",
        "words = {'QUOTED': 'open', 'EXPIRED': 'over'}",
        "told in ('REFUSED', 'SUSPENDED')",
    ],
)
def test_a_comparison_is_found(source: str) -> None:
    assert findings(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "Quote.stage.in_(PROCEDURE.sources_of('lapse'))",
        "words = {MembershipState.WAITING: 1, MembershipState.IN: 2, MembershipState.GONE: 3}",
        "Mail.sent_at <= at",
        "invitation.accepted_at, invitation.accepted_by_id = at, person.id",
        "PROCEDURE.ensure('cancel', quote.stage, by)",
    ],
)
def test_asking_the_table_is_no_comparison(source: str) -> None:
    assert not findings(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "{% if order.stage == 'PAID' %}{% endif %}",
        "{% if told in ('REFUSED', 'SUSPENDED') %}{% endif %}",
        "{{ member.approved_at is none }}",
        "{{ _('yes') if mail.sent_at else _('no') }}",
        "{% if a and not mail.sent_at %}{% endif %}",
        "{{ asked | selectattr('decided_at') | list }}",
        "{{ {'PENDING': 1}[organisation.verification] }}",
    ],
)
def test_a_comparison_in_a_template_is_found(source: str) -> None:
    assert list(in_template(JINJA.parse(source)))
