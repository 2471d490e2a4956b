"""No inheritance beyond rows, refusals and forms: other classes are composed."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.layout import PACKAGES, ROOT, name_of, sources, tree, walk

#: Where a class that others of the shop inherit from may come from.
FAMILIES = frozenset({"DeclarativeBase", "FlaskForm", "Exception"})
#: What an abstract class is made of: whoever calls it takes a function or a Protocol instead.
ABSTRACT = frozenset({"NotImplementedError", "NotImplemented", "ABC", "ABCMeta", "abstractmethod"})

#: The file of a class, None for a library's, and its name.
Place = tuple[Path | None, str]


def checked() -> tuple[Path, ...]:
    return (*sources(), ROOT / "app.py")


def bases_of(path: Path, module: ast.Module) -> Iterator[tuple[ast.ClassDef, list[Place]]]:
    """The classes of a module with its bases: the file of each (None for a library) and name."""
    own = {node.name for node in walk(module) if isinstance(node, ast.ClassDef)}
    imported = {
        alias.asname or alias.name: (file_of(node.module or ""), alias.name)
        for node in walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    modules = {
        alias.asname or alias.name: file_of(f"{node.module}.{alias.name}")
        for node in walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in walk(module):
        if not isinstance(node, ast.ClassDef):
            continue
        places: list[Place] = []
        for base in node.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(base, ast.Name):
                here = (path, base.id) if base.id in own else (None, base.id)
                places.append(imported.get(base.id, here))
            elif isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
                places.append((modules.get(base.value.id), base.attr))
        yield node, places


def file_of(module: str) -> Path | None:
    file = ROOT / Path(*module.split(".")).with_suffix(".py") if module else None
    return file if file and module.split(".")[0] in PACKAGES and file.exists() else None


def family_of(place: Place, known: dict[Place, list[Place]]) -> str:
    """The library's class where a line of ancestors begins; any other exception is one too."""
    while known.get(place):
        place = known[place][0]
    name = place[1]
    return "Exception" if name.endswith(("Error", "Exception")) else name


def strangers(modules: dict[Path, ast.Module]) -> list[str]:
    """Classes that inherit from a class of the shop outside the families, and those of several."""
    found = [
        (path, node, bases)
        for path, module in modules.items()
        for node, bases in bases_of(path, module)
    ]
    known = {(path, node.name): bases for path, node, bases in found}
    return [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path, node, bases in found
        if len(bases) > 1
        or any(base[0] and family_of(base, known) not in FAMILIES for base in bases)
    ]


def abstractions(module: ast.Module) -> list[str]:
    """What only an abstract class needs: line and word."""
    return [
        f"{node.lineno} {node.id}"
        for node in walk(module)
        if isinstance(node, ast.Name) and node.id in ABSTRACT
    ]


def test_only_rows_refusals_and_forms_are_inherited_from() -> None:
    assert strangers({path: tree(path) for path in checked()}) == []


def test_no_class_leaves_a_method_to_another_one() -> None:
    assert {name_of(path): words for path in checked() if (words := abstractions(tree(path)))} == {}


def judged(source: str) -> list[str]:
    return [line.split()[1] for line in strangers({ROOT / "shop" / "made.py": ast.parse(source)})]


def test_a_base_class_of_the_shop_is_found() -> None:
    assert judged("class Reader(HTMLParser): ...\nclass Forms(Reader): ...") == ["Forms"]
    assert judged("class Plain: ...\nclass Child(Plain): ...") == ["Child"]
    assert judged("class Both(Field, Mixin): ...") == ["Both"]
    assert judged("class Outer:\n    class In: ...\n    class Own(In): ...") == ["Own"]


def test_a_family_and_the_base_of_a_library_are_allowed() -> None:
    assert judged("class Late(DomainError): ...\nclass TooLate(Late): ...") == []
    assert judged("class Bad(ValueError): ...\nclass Worse(Bad): ...") == []
    assert judged("class Page(Generic[Row]): ...\nclass Kind(StrEnum): ...") == []
    assert judged("class Own(FlaskForm): ...\nclass Two(Own): ...") == []
    imported = "from shop.web.kit import fields\nclass Town(fields.Checked): ..."
    assert judged(imported) == ["Town"]


def test_an_abstract_method_is_found() -> None:
    source = "class Reader:\n    def begin(self):\n        raise NotImplementedError"
    assert abstractions(ast.parse(source)) == ["3 NotImplementedError"]
