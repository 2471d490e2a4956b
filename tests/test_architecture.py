"""The house rules that can be tested by reading the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("shop", "checkout", "quotes")
MAY_KNOW = {"shop": {"shop"}, "checkout": {"shop", "checkout"}, "quotes": set(PACKAGES)}

RULES, ROWS, ACTS, FORMS, EDGES = range(5)
#: Which floor a file stands on, by its name; anything else holds acts.
FLOORS = {
    **dict.fromkeys(
        (
            "rules",
            "procedure",
            "money",
            "vat",
            "days",
            "text",
            "errors",
            "actors",
            "workflow",
            "parties",
            "siret",
            "shipping",
            "seal",
            "keyset",
            "delays",
            "gateway",
            "rights",
        ),
        RULES,
    ),
    **dict.fromkeys(("models", "db", "numbering", "journal", "outbox", "letterhead"), ROWS),
    **dict.fromkeys(("forms", "fields"), FORMS),
    **dict.fromkeys(
        (
            "views",
            "staff",
            "cli",
            "webhooks",
            "sessions",
            "guards",
            "session",
            "way",
            "ways",
            "rooms",
            "worker",
            "run",
            "serve",
            "processes",
            "web",
            "bounds",
            "templating",
            "language",
            "page",
            "mailbox",
            "overview",
            "staff_tabs",
            "identity",
            "visit",
            "processor",
            "uploads",
        ),
        EDGES,
    ),
}
#: Rooms that are programs or tools of their own, with their own insides.
APART = ("checkout/card/sandbox/", "shop/translations/", "quotes/demonstration/", "shop/pages/")
#: What only the edges may import: the web, and the clock.
WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
IMPURE = WEB | {"flask_babel", "sqlalchemy", "requests", "stripe", "os", "socket", "random", "time"}
IMPURE |= {"pathlib", "io", "subprocess", "urllib", "http"}


@cache
def sources() -> tuple[Path, ...]:
    return tuple(sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if (ROOT / Path(*inner.split("."))).with_suffix(".py").exists():
                    yield inner, node.lineno


#: A name that ends so tells the floor too.
ENDINGS = {"_rules": RULES, "_forms": FORMS, "_pages": EDGES}
#: Files whose name alone does not say it.
BY_NAME = {
    "shop/web/signin/entrance.py": EDGES,
    "shop/web/catalogue/labels.py": EDGES,
    "shop/web/dossiers/journal.py": EDGES,
    "shop/register/answers.py": RULES,
    "shop/register/words.py": RULES,
    "shop/register/registers.py": EDGES,
    "shop/web/register/views.py": EDGES,
    "shop/web/verification/register.py": EDGES,
    "shop/verification/evidence.py": RULES,
    "shop/members/free_mail.py": RULES,
    "shop/web/verification/case.py": EDGES,
    "shop/web/verification/signal_lines.py": EDGES,
    "checkout/web/steps/sums.py": EDGES,
    "shop/signin/rules.py": RULES,
    "shop/signin/browsers.py": RULES,
    "shop/web/signin/awaited_code.py": EDGES,
    "shop/web/signin/passkey_challenges.py": EDGES,
    "shop/privacy/holdings.py": ROWS,
    "shop/web/signin/own_password.py": EDGES,
}
#: Pages of every room of `shop` ask accounts who looks at them, and accounts asks organisations and
#: the cart: there the floors below the forms are held apart, elsewhere whole rooms are.
HELD_APART = {"shop": (RULES, ROWS, ACTS)}
#: People who register or sign in act for themselves: there is nobody else to name.
SELF_SERVICE = {
    "shop/members/newcomers.py",
    "shop/people/registration.py",
    "shop/signin/credentials.py",
    "shop/people/people.py",
}


def floor_of(module: str) -> int:
    return floor_of_file(ROOT / Path(*module.split(".")).with_suffix(".py"))


def floor_of_file(path: Path) -> int:
    by_ending = next((floor for end, floor in ENDINGS.items() if path.stem.endswith(end)), ACTS)
    return BY_NAME.get(name_of(path), FLOORS.get(path.stem, by_ending))


def in_the_house(path: Path) -> bool:
    return not name_of(path).startswith(APART) and path.stem != "__init__"


def is_module(name: str) -> bool:
    return (ROOT / Path(*name.split("."))).with_suffix(".py").exists()


def test_the_packages_know_each_other_in_one_direction():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sources()
        for module, line in imports(path)
        if module.split(".")[0] in PACKAGES
        and module.split(".")[0] not in MAY_KNOW[path.relative_to(ROOT).parts[0]]
    ]
    assert not wrong, "\n".join(wrong)


def test_only_app_knows_all_three_packages():
    shallow = {m.split(".")[0] for m, _ in imports(ROOT / "app.py")}
    assert shallow >= set(PACKAGES)
    assert not [name_of(p) for p in sources() for m, _ in imports(p) if m.split(".")[0] == "app"]


def room_of(module: str) -> str | None:
    """The sub-package that a module stands in; None for a file of the package itself."""
    parts = module.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 and parts[0] in PACKAGES else None


def room_imports() -> dict[str, dict[str, str]]:
    """Every room of the house, the rooms that it imports, and the line that does."""
    known: dict[str, dict[str, str]] = {}
    for path in sources():
        room = room_of(name_of(path).removesuffix(".py").replace("/", "."))
        floors = HELD_APART.get(path.relative_to(ROOT).parts[0], range(5))
        if room is None or not in_the_house(path) or floor_of_file(path) not in floors:
            continue
        for module, line in imports(path):
            other = room_of(module) if is_module(module) else None
            if other is not None and other != room:
                known.setdefault(room, {}).setdefault(other, f"{name_of(path)}:{line}")
    return known


def test_rooms_do_not_import_each_other_in_circles():
    known = room_imports()
    wrong = []
    for room in known:
        ways = [[room]]
        seen: set[str] = set()
        while ways:
            way = ways.pop(0)
            for other, where in known.get(way[-1], {}).items():
                if other == room:
                    wrong.append(" > ".join([*way, room]) + f" ({where})")
                elif other not in seen:
                    seen.add(other)
                    ways.append([*way, other])
    assert not wrong, "\n".join(wrong)


def test_a_file_imports_only_its_own_floor_or_a_lower_one():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sources()
        if in_the_house(path)
        for module, line in imports(path)
        if module.split(".")[0] in PACKAGES
        and is_module(module)
        and floor_of(module) > floor_of_file(path)
    ]
    assert not wrong, "\n".join(wrong)


def test_rules_are_pure():
    wrong = []
    for path in sources():
        if floor_of_file(path) != RULES or not in_the_house(path):
            continue
        for module, line in imports(path):
            if module.split(".")[0] in IMPURE or module == "shop.ops.clock":
                wrong.append(f"{name_of(path)}:{line} imports {module}")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
                wrong.append(f"{name_of(path)}:{node.lineno} reads the clock")
    assert not wrong, "\n".join(wrong)


def test_acts_and_rows_know_nothing_of_the_web():
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sources()
        if in_the_house(path) and floor_of_file(path) in (ROWS, ACTS)
        for module, line in imports(path)
        if module.split(".")[0] in WEB | {"flask_babel"}
    ]
    assert not wrong, "\n".join(wrong)


def test_money_knows_no_float():
    for name in ("shop/core/money.py", "shop/core/vat.py"):
        for node in ast.walk(tree(ROOT / name)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), name
            assert not (isinstance(node, ast.Name) and node.id == "float"), name


def test_only_the_database_module_commits():
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if in_the_house(path) and name_of(path) != "shop/storage/db.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    assert not wrong, "\n".join(wrong)


def importers(library: str) -> set[str]:
    return {
        name_of(path)
        for path in sources()
        for module, _ in imports(path)
        if module.split(".")[0] == library
    }


def test_stripe_and_xhtml2pdf_are_each_imported_by_one_file():
    # The sandbox reads Stripe's own typed parameters, so that it refuses what Stripe would refuse.
    sandbox = "checkout/card/sandbox/schema.py"
    assert importers("stripe") - {sandbox} == {"checkout/card/stripe_gateway.py"}
    assert importers("xhtml2pdf") == {"shop/documents/pdf.py"}


def test_a_get_opens_no_transaction():
    wrong = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            gets = any(
                isinstance(d, ast.Call)
                and isinstance(d.func, ast.Attribute)
                and d.func.attr == "get"
                for d in node.decorator_list
            )
            opens = any(
                isinstance(n, ast.Attribute) and n.attr == "transaction" for n in ast.walk(node)
            )
            if gets and opens and not name_of(path).startswith(APART):
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong, "\n".join(wrong)


def test_a_method_is_only_ever_compared_with_post():
    """HEAD reaches whatever answers GET: what is not a POST only looks."""
    wrong = []
    for path in sources():
        for node in ast.walk(tree(path)):
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
            if method and not (post and isinstance(node.ops[0], ast.Eq | ast.NotEq)):
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_nothing_asks_for_a_stage_but_the_tables():
    wrong = []
    for path in sources():
        if floor_of_file(path) == RULES or not in_the_house(path):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Compare) and any(
                isinstance(side, ast.Attribute) and side.attr == "stage"
                for side in [node.left, *node.comparators]
            ):
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_an_act_that_writes_the_journal_says_who_and_when_by_keyword():
    wrong = []
    for path in sources():
        if not in_the_house(path) or floor_of_file(path) != ACTS:
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            records = any(
                isinstance(n, ast.Call)
                and (getattr(n.func, "attr", "") or getattr(n.func, "id", "")) == "record"
                for n in ast.walk(node)
            )
            needed = {"at"} if name_of(path) in SELF_SERVICE else {"by", "at"}
            if records and not needed <= {a.arg for a in node.args.kwonlyargs}:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong, "\n".join(wrong)


def test_migrations_never_import_application_types():
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not [m for m, _ in imports(path) if m.split(".")[0] in PACKAGES], path.name


def test_a_file_fits_a_few_screens():
    long = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert not {name: lines for name, lines in long.items() if lines > 300}


def test_the_top_level_is_as_the_owner_fixed_it():
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")}
    assert packages == {*PACKAGES, "tests"}


def test_no_route_is_without_an_audience(app):
    """Flask's own route for files of static/ is for everybody; every other says for whom it is."""
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    assert not [name for name, view in views.items() if not hasattr(view, "audience")]
