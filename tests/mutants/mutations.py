"""Which modules are changed, by which changes, and the sample that a seed draws."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from tests.layout import is_program, module_of, sources

#: Errors of the code, not of a person: their messages are for developers.
FAULTS = ("TypeError", "ValueError", "AssertionError")
#: Modules whose every line decides about money, days, numbers, rights or states.
NAMES = ("rules", "procedure", "money", "vat", "days", "numbering", "rights")


def is_target(path: Path) -> bool:
    """Whether a module of this name is changed."""
    return path.stem in NAMES or path.stem.endswith("_rules")


def targets() -> list[Path]:
    """The modules that are changed, found by their names."""
    return [path for path in sources() if is_target(path) and not is_program(path)]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one expression. `where` is the function or class that it stands in, "" for the
    module. `function` is the outermost function whose body it changes, "" for none, and `lines` are
    that function's first and last line, None outside any.

    Its `identity` does not depend on lines: `nth` tells equal changes of one place apart.
    """

    path: Path
    module: str
    where: str
    before: str
    after: str
    nth: int
    function: str
    lines: tuple[int, int] | None
    position: int = field(compare=False)

    @property
    def identity(self) -> str:
        which = f" #{self.nth}" if self.nth > 1 else ""
        place = f"{self.module}:{self.where}" if self.where else self.module
        return f"{place}: {self.before} -> {self.after}{which}"

    def source(self) -> str:
        """The whole module with this change."""
        finder = _found_in(self.path)
        original, changed, *_rest = finder.changes[self.position]
        module = finder.module.deep_replace(original, changed)
        assert isinstance(module, cst.Module)
        return module.code


def mutants_of(path: Path, module: str | None = None) -> list[Mutant]:
    """Every change of one module."""
    finder = _found_in(path)
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for position, (original, changed, where, function, lines) in enumerate(finder.changes):
        key = (where, _text(original), _text(changed))
        seen[key] += 1
        name = module or module_of(path)
        found.append(Mutant(path, name, *key, seen[key], function, lines, position))
    return found


def drawn(mutants: Iterable[Mutant], *, seed: int, count: int) -> list[Mutant]:
    """The sample of a seed: one change of the code replaces a few of its mutants, never all."""

    def lot(mutant: Mutant) -> str:
        return hashlib.sha256(f"{seed}:{mutant.identity}".encode()).hexdigest()

    return sorted(mutants, key=lot)[:count]


@cache
def _found_in(path: Path) -> "_Finder":
    return _Finder(MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8"))))


def _text(node: cst.CSTNode) -> str:
    return " ".join(cst.Module(()).code_for_node(node).split())


#: A node, what replaces it, where it stands, its outermost function and the lines of that one.
Change = tuple[cst.CSTNode, cst.CSTNode, str, str, tuple[int, int] | None]


class _Finder(cst.CSTVisitor):
    """Collects the changes of a module, in the order of its text."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.module = wrapper.module
        self.changes: list[Change] = []
        self._places = wrapper.resolve(PositionProvider)
        self._scopes: list[str] = []
        self._functions: list[tuple[str, tuple[int, int]]] = []
        self._headers = 0
        self.module.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_left_alone(node):
            return False
        function, lines = self._functions[0] if self._functions else ("", None)
        body = "" if self._headers else function
        self.changes += [
            (node, changed, ".".join(self._scopes), body, lines) for changed in _changed(node)
        ]
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._scopes.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            place = self._places[node]
            whole = (place.start.line, place.end.line)
            self._functions.append((".".join(self._scopes), whole))
        # The values of parameters are set when the module is imported, not in the body.
        self._headers += isinstance(node, cst.Parameters)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if _is_left_alone(original_node):
            return
        self._headers -= isinstance(original_node, cst.Parameters)
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._scopes.pop()
        if isinstance(original_node, cst.FunctionDef):
            self._functions.pop()


def _changed(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            found: Sequence[cst.CSTNode] = list(operator(node))
            # A string is changed once: its letters in another case say nothing more.
            yield from found[:1] if isinstance(node, cst.BaseString) else found


def _is_left_alone(node: cst.CSTNode) -> bool:
    """Types, decorators, imports, docstrings and what a fault says decide nothing; sentences are
    the translator's; rows are compared with the migrations (test_migrations.py)."""
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
        return True
    if isinstance(node, cst.ClassDef):
        return any(_is_name(base.value, "Base") for base in node.bases)
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.BaseString)
    if isinstance(node, cst.Assign):
        named = [target.target for target in node.targets]
        return _is_sentence(node.value) or any(_is_name(one, "__all__") for one in named)
    return _is_sentence(node) or _is_fault(node)


def _is_fault(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and any(_is_name(node.func, fault) for fault in FAULTS)


def _is_sentence(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and _is_name(node.func, "N_")


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
