"""Names defined in one place and used in another: templates, e-mails, pages, icons, tables."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app import create_app
from checkout.withdrawals.procedure import MEANWHILE, WithdrawalState
from shop.core.errors import Changed
from tests.conftest import TEST_SETTINGS
from tests.layout import ROOT, name_of, sources, tree, walk
from tests.posted import posted_templates

TEMPLATES = ROOT / "templates"
JINJA = Environment(extensions=["jinja2.ext.i18n"])
#: Templates whose name is composed: the information pages, one per language.
PUT_TOGETHER = re.compile(r"^pages/(fr|en)/\w+\.html$")
#: The order of a page, from the head to the foot; its blocks come in this order.
ORDER = [
    "title",
    "description",
    "sheets",
    "head",
    "body_class",
    "demonstration",
    "top",
    "masthead_search",
    "query",
    "flashes",
    "main_class",
    "crumbs",
    "main",
    "foot",
]


@cache
def templates() -> dict[str, nodes.Template]:
    """Every template of the site by its name, parsed."""
    return {
        str(path.relative_to(TEMPLATES)): JINJA.parse(path.read_text(encoding="utf-8"))
        for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])
    }


@cache
def strings_of_the_code() -> frozenset[str]:
    return frozenset(
        node.value
        for path in sources()
        for node in walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def named_in_templates(name: str) -> list[tuple[str, str]]:
    """First arguments of the calls of a function or macro, with the template they stand in."""
    return [
        (template, call.args[0].value)
        for template, parsed in templates().items()
        for call in parsed.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == name
        if call.args and isinstance(call.args[0], nodes.Const)
    ]


def test_every_template_is_used() -> None:
    used = set(strings_of_the_code())
    for name, parsed in templates().items():
        folder = name.rpartition("/")[0]
        for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
            for node in parsed.find_all(kind):
                if isinstance(node.template, nodes.Const):
                    used |= {node.template.value, f"{folder}/{node.template.value}"}
    unused = [
        name
        for name in templates()
        if name not in used
        and not PUT_TOGETHER.match(name)
        and Path(name).name not in used
        and Path(name).stem not in used
    ]
    assert not unused


def test_every_template_that_is_named_exists() -> None:
    known = set(templates())
    named = {
        text for text in strings_of_the_code() if re.fullmatch(r"[a-z_]+/[a-z_/]+\.html", text)
    }
    assert not named - known


def test_blocks_are_filled_in_the_order_of_the_page() -> None:
    wrong = {}
    for name, parsed in templates().items():
        if parsed.find(nodes.Extends) is None:
            continue
        filled = [node.name for node in parsed.body if isinstance(node, nodes.Block)]
        known = [block for block in filled if block in ORDER]
        if known != sorted(known, key=ORDER.index):
            wrong[name] = known
    assert not wrong


def test_every_email_that_is_posted_has_a_template_and_every_template_is_posted() -> None:
    written = {path.stem for path in (TEMPLATES / "emails").glob("*.txt") if path.stem[0] != "_"}
    assert written == posted_templates(tree(path) for path in sources())


NAMED_ELSEWHERE = """
KIND = "orphan"
def register(session, kind="orphan"):
    log("orphan", template="orphan")
    post(session, "welcome", to="orphan")
"""
POSTED = {
    "by the outbox": 'def f(s): outbox.post(s, "orphan", to=1)',
    "by keyword": 'def f(s): post(s, template="orphan")',
    "by a function that hands it on": """
def close(s, act, letter): tell(s, act, letter)
def tell(s, quote, template): post(s, template)
def f(s): close(s, "lapse", "orphan")
""",
    "one of two": 'def f(s, x): post(s, "welcome" if x == "other" else "orphan")',
    "through a variable": """
def f(s, people):
    told = [(one, "welcome") for one in people]
    told += [(1, "orphan")]
    for to, template in told:
        post(s, template, to=to)
""",
}


def test_a_template_that_is_named_but_not_posted_is_found() -> None:
    assert posted_templates([ast.parse(NAMED_ELSEWHERE)]) == {"welcome"}


@pytest.mark.parametrize("source", POSTED.values(), ids=POSTED.keys())
def test_a_template_is_posted(source: str) -> None:
    assert posted_templates([ast.parse(NAMED_ELSEWHERE), ast.parse(source)]) == {
        "welcome",
        "orphan",
    }


def called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    from dataclasses import replace

    path = tmp_path_factory.mktemp("consistency") / "shop.db"
    return create_app(replace(TEST_SETTINGS, database_url=f"sqlite:///{path}"))


def test_every_page_that_a_template_links_to_exists(app) -> None:
    missing = [
        (template, endpoint)
        for template, endpoint in named_in_templates("url_for")
        if endpoint not in app.view_functions
    ]
    assert not missing


def test_every_page_that_the_code_redirects_to_exists(app) -> None:
    missing = []
    for path in sources():
        for node in walk(tree(path)):
            if not (isinstance(node, ast.Call) and called(node) == "url_for" and node.args):
                continue
            named = node.args[0]
            if not (isinstance(named, ast.Constant) and isinstance(named.value, str)):
                continue
            if named.value.startswith("."):
                known = any(end.endswith(named.value) for end in app.view_functions)
            else:
                known = named.value in app.view_functions or "sandbox" in path.parts
            if not known:
                missing.append((str(path), named.value))
    assert not missing


def test_every_icon_and_every_asset_exists() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    icons = set(re.findall(r'id="([a-z0-9-]+)"', sprite))
    assert not [one for one in named_in_templates("icon") if one[1] not in icons]
    assets = [path for _template, path in named_in_templates("asset")]
    assert not [path for path in assets if not (ROOT / "static" / path).is_file()]


def test_a_change_in_the_meantime_is_always_told_by_a_sentence_of_its_own() -> None:
    raised = {
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        for node in walk(tree(path))
        if isinstance(node, ast.Raise) and getattr(node.exc, "id", "") in ("Changed", "DomainError")
    }
    assert raised == set()
    told = [kind.__dict__.get("sentence") for kind in Changed.__subclasses__()]
    assert len(told) > 10 and None not in told
    assert len(set(told)) == len(told)


def test_each_state_of_a_withdrawal_says_what_a_colleague_has_done() -> None:
    assert MEANWHILE.keys() == set(WithdrawalState)
