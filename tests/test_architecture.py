"""The rules of docs/ARCHITECTURE.md that can be read from the folder and the source."""

import ast
from pathlib import Path

import pytest

from tests.layout import (
    PACKAGES,
    ROOT,
    imports,
    is_program,
    is_pure,
    is_web,
    module_of,
    name_of,
    package_imports,
    package_of,
    package_order,
    sources,
    tree,
    walk,
)

MAY_KNOW = {"shop": {"shop"}, "checkout": {"shop", "checkout"}, "quotes": set(PACKAGES)}
FLASK = {"flask", "flask_babel", "flask_login", "flask_wtf", "werkzeug", "wtforms"}
#: What a pure module does without: the web, the database, the network, files, chance, the clock.
IMPURE = FLASK | {"sqlalchemy", "requests", "stripe", "os", "socket", "random", "time", "secrets"}
IMPURE |= {"io", "subprocess", "urllib", "http", "smtplib", "threading"}
#: Libraries that one package alone imports.
ONE_PACKAGE = (
    "stripe",
    "xhtml2pdf",
    "pikepdf",
    "pyhanko",
    "pypdfium2",
    "page",
    "facturx",
    "saxonche",
    "smtplib",
    "webauthn",
    "pyotp",
)


def checked() -> list[Path]:
    """Every module but those of the programs."""
    return [path for path in sources() if not is_program(path)]


def found(wrong: list[str]) -> str:
    return "\n".join(["", *wrong])


def test_the_packages_import_each_other_in_one_direction() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sources()
        for module, line in imports(path)
        if module.split(".")[0] in PACKAGES
        and module.split(".")[0] not in MAY_KNOW[path.relative_to(ROOT).parts[0]]
    ]
    assert not wrong, found(wrong)


def test_only_app_composes_the_three_packages() -> None:
    known = {module.split(".")[0] for module, _line in imports(ROOT / "app.py")}
    assert known >= set(PACKAGES)
    wrong = [
        name_of(path)
        for path in checked()
        if any(module.split(".")[0] == "app" for module, _line in imports(path))
    ]
    assert not wrong, found(wrong)


def test_only_pages_and_operations_import_flask() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in checked()
        if not is_web(path) and package_of(module_of(path)) != "shop.ops"
        for module, line in imports(path)
        if module.split(".")[0] in FLASK
    ]
    assert not wrong, found(wrong)


def test_nothing_but_pages_imports_pages() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in checked()
        if not is_web(path)
        for module, line in imports(path)
        if module.split(".")[0] in PACKAGES and module.split(".")[1:2] == ["web"]
    ]
    assert not wrong, found(wrong)


def test_the_packages_stand_in_one_order(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints it; docs/ARCHITECTURE.md shows the same (tests/test_documentation.py)."""
    order = package_order()
    with capsys.disabled():
        print("\n" + " < ".join(order))  # noqa: T201 - the order is what one reads here
    assert len(order) == len(package_imports())


def test_operations_do_not_import_the_shop() -> None:
    known = package_imports()
    assert known["shop.core"] == {}
    assert known["shop.storage"].keys() <= {"shop.core"}
    assert known["shop.ops"].keys() <= {"shop.core", "shop.storage"}
    assert known["shop.einvoicing"].keys() <= {"shop.core"}
    assert known["shop.documents"].keys() <= {"shop.core", "shop.einvoicing"}
    assert known["shop.people"].keys() <= {"shop.core", "shop.storage"}


def file_of(module: str) -> Path | None:
    """The file of a module of the shop; None for a library's, or for a package."""
    file = (ROOT / Path(*module.split("."))).with_suffix(".py")
    return file if module.split(".")[0] in PACKAGES and file.exists() else None


def impurities(path: Path, seen: frozenset[Path] = frozenset()) -> list[str]:
    """What a module imports, itself or through another, that a pure one does without."""
    wrong = []
    for module, line in imports(path):
        file = file_of(module)
        if module.split(".")[0] in IMPURE:
            wrong.append(f"{name_of(path)}:{line} imports {module}")
        elif file is not None and file not in seen:
            wrong += impurities(file, seen | {path})
    return wrong


def test_rules_procedures_and_the_core_are_pure() -> None:
    wrong = []
    for path in filter(is_pure, sources()):
        wrong += impurities(path)
        for node in walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
                wrong.append(f"{name_of(path)}:{node.lineno} reads the clock")
    assert not wrong, found(wrong)


def test_rows_import_rules_and_the_base_alone() -> None:
    wrong = []
    for path in checked():
        if path.stem != "models" or package_of(module_of(path)) is None:
            continue
        for module, line in imports(path):
            file = file_of(module)
            if file is None or is_pure(file) or file.stem == "models":
                continue
            if not module.startswith("shop.storage"):
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert not wrong, found(wrong)


def test_services_read_no_clock() -> None:
    """Pages, jobs and commands read it and hand the moment over as `at`."""
    wrong = [
        f"{name_of(path)}:{line}"
        for path in checked()
        if not is_web(path) and package_of(module_of(path)) not in (None, "shop.ops")
        for module, line in imports(path)
        if module == "shop.ops.clock"
    ]
    assert not wrong, found(wrong)


def test_money_uses_no_float() -> None:
    for name in ("shop/core/money.py", "shop/core/vat.py", "shop/core/sales.py"):
        for node in walk(tree(ROOT / name)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), name
            assert not (isinstance(node, ast.Name) and node.id == "float"), name


def test_only_storage_commits() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in checked()
        if package_of(module_of(path)) != "shop.storage"
        for node in walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    assert not wrong, found(wrong)


@pytest.mark.parametrize("library", ONE_PACKAGE)
def test_a_third_party_library_is_imported_by_one_package(library: str) -> None:
    importers = {
        package_of(module_of(path))
        for path in sources()
        for module, _line in imports(path)
        if module.split(".")[0] == library
    }
    assert len(importers) == 1, importers


def test_a_get_opens_no_transaction() -> None:
    wrong = []
    for path in checked():
        for node in walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            gets = any(
                isinstance(d, ast.Call)
                and isinstance(d.func, ast.Attribute)
                and d.func.attr == "get"
                for d in node.decorator_list
            )
            opens = any(
                isinstance(n, ast.Attribute) and n.attr == "transaction" for n in walk(node)
            )
            if gets and opens:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong, found(wrong)


def test_a_method_is_only_ever_compared_with_post() -> None:
    """HEAD reaches every view of GET: whatever is not a POST only reads."""
    wrong = []
    for path in sources():
        for node in walk(tree(path)):
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            method = any(
                isinstance(side, ast.Attribute)
                and side.attr == "method"
                and isinstance(side.value, ast.Name)
                and side.value.id == "request"
                for side in sides
            )
            post = any(isinstance(side, ast.Constant) and side.value == "POST" for side in sides)
            reads = isinstance(node.ops[0], ast.In) and method
            if method and not reads and not (post and isinstance(node.ops[0], ast.Eq | ast.NotEq)):
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, found(wrong)


def test_the_database_of_a_form_is_not_handed_to_a_service() -> None:
    """One that opens transactions of its own would claim the key of the form before it is done."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in filter(is_web, checked())
        for node in walk(tree(path))
        if isinstance(node, ast.Call) and not getattr(node.func, "id", "").startswith("_")
        for given in node.args
        if isinstance(given, ast.Call) and getattr(given.func, "id", "") == "database"
    ]
    assert not wrong, found(wrong)


def test_a_service_that_writes_the_journal_says_who_and_when_by_keyword() -> None:
    """A person who registers or signs in acts for themselves: the service names them."""
    wrong = []
    for path in checked():
        if is_web(path) or is_pure(path) or package_of(module_of(path)) is None:
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            called = {
                getattr(n.func, "attr", "") or getattr(n.func, "id", "")
                for n in walk(node)
                if isinstance(n, ast.Call)
            }
            needed = {"at"} if "actor_of" in called else {"by", "at"}
            if "record" in called and not needed <= {a.arg for a in node.args.kwonlyargs}:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong, found(wrong)


def test_migrations_never_import_application_types() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not [m for m, _line in imports(path) if m.split(".")[0] in PACKAGES], path.name


def test_a_file_fits_a_few_screens() -> None:
    long = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert not {name: lines for name, lines in long.items() if lines > 300}


def test_the_top_level_is_as_the_owner_fixed_it() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == {*PACKAGES, "tests"}


def test_every_domain_package_with_rows_holds_them_in_models() -> None:
    wrong = []
    for path in checked():
        package = package_of(module_of(path))
        if package in (None, "shop.storage") or path.stem == "models":
            continue
        rows = [
            node.name
            for node in tree(path).body
            if isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id == "Base" for base in node.bases)
        ]
        wrong += [f"{name_of(path)}: {name}" for name in rows]
    assert not wrong, found(wrong)
