"""The source files of the shop, their packages and their imports, read from the folder alone."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("shop", "checkout", "quotes")
#: Programs of their own, outside the rules on layers.
PROGRAMS = frozenset({"sandbox", "demonstration", "translations"})
#: Sub-packages that are not domain packages: the base, and those that show pages or run the shop.
BASE = ("core", "storage", "ops", "documents")


@cache
def sources() -> tuple[Path, ...]:
    """Every module of the three packages."""
    return tuple(sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def walk(node: ast.AST) -> tuple[ast.AST, ...]:
    """The node and all nodes below it: many tests look at the same trees."""
    return tuple(ast.walk(node))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """The dotted name of a module; of a package, its own."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_program(path: Path) -> bool:
    return not PROGRAMS.isdisjoint(path.relative_to(ROOT).parts)


def is_web(path: Path) -> bool:
    return len(path.relative_to(ROOT).parts) > 2 and path.relative_to(ROOT).parts[1] == "web"


def is_pure(path: Path) -> bool:
    """Rules, procedures and the core: pure values."""
    parts = path.relative_to(ROOT).parts
    named = path.stem in ("rules", "procedure") or path.stem.endswith("_rules")
    return not is_program(path) and (named or parts[:2] == ("shop", "core"))


def package_of(module: str) -> str | None:
    """`shop.people` for a module in it; None for a module outside every sub-package."""
    parts = module.split(".")
    if parts[0] not in PACKAGES or len(parts) < 2 or not (ROOT / parts[0] / parts[1]).is_dir():
        return None
    return ".".join(parts[:2])


@cache
def imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Every module that a file imports, wherever in it, with its line."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                place = ROOT / Path(*inner.split("."))
                if place.is_dir() or place.with_suffix(".py").exists():
                    yield inner, node.lineno


def package_imports() -> dict[str, dict[str, str]]:
    """Every sub-package but `web` and the programs: those that it imports, and the line."""
    known: dict[str, dict[str, str]] = {}
    for path in sources():
        package = package_of(module_of(path))
        if package is None or is_web(path) or is_program(path):
            continue
        known.setdefault(package, {})
        for module, line in imports(path):
            other = package_of(module)
            if other is not None and other != package:
                known[package].setdefault(other, f"{name_of(path)}:{line}")
    return known


def package_order() -> list[str]:
    """The sub-packages, each after all those that it imports. Raises ValueError for a cycle."""
    left = {package: set(known) for package, known in package_imports().items()}
    order: list[str] = []
    while left:
        free = sorted(package for package, needs in left.items() if needs <= set(order))
        if not free:
            raise ValueError(f"packages import each other in a cycle: {sorted(left)}")
        order += free
        left = {package: needs for package, needs in left.items() if package not in free}
    return order


def journalled(package: str | None) -> dict[str, str]:
    """The journal entries of a package outside the tables of transitions: entry and meaning."""
    return getattr(import_module(package), "JOURNALLED", {}) if package else {}
