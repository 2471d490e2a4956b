"""One noun per place: package of pages, blueprint, template folder and address
(docs/ARCHITECTURE.md).
"""

import re

import pytest
from flask import Flask

from app import PAGES, create_app
from shop.web.kit.former import page_above
from tests.conftest import TEST_SETTINGS
from tests.layout import ROOT, is_web, module_of, sources
from tests.pages import page_packages

#: Templates outside the packages of pages: macros of layouts, documents, e-mails, errors.
SHARED = {"macros", "documents", "emails", "errors"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    from dataclasses import replace

    path = tmp_path_factory.mktemp("map") / "shop.db"
    return create_app(replace(TEST_SETTINGS, database_url=f"sqlite:///{path}"))


def test_each_package_of_pages_has_one_blueprint_of_its_name(app: Flask) -> None:
    named = {package.rpartition("/")[2] for package in page_packages()}
    assert len(named) == len(page_packages()), "a noun stands in one place"
    assert set(app.blueprints) == named


def test_every_module_with_routes_is_offered() -> None:
    offered = {page.__name__ for page in PAGES}
    with_routes = {
        module_of(path)
        for path in sources()
        if is_web(path)
        and re.search(r"^@blueprint\.(get|post|route)\(", path.read_text(encoding="utf-8"), re.M)
    }
    assert offered == with_routes


def test_each_folder_of_templates_belongs_to_a_package_of_pages(app: Flask) -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - SHARED <= set(app.blueprints)


def test_a_package_renders_its_own_templates() -> None:
    wrong = []
    for path in sources():
        if not is_web(path) or path.parent.name == "kit":
            continue
        for folder in re.findall(r'"([a-z_]+)/[a-z_/]+\.html"', path.read_text(encoding="utf-8")):
            if folder not in (path.parent.name, *SHARED):
                wrong.append(f"{path.relative_to(ROOT)}: {folder}")
    assert not wrong, "\n".join(wrong)


def test_addresses_are_french_words(app: Flask) -> None:
    english = {"account", "staff", "sign-in", "register", "orders", "invoices", "new", "removed"}
    wrong = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ("static", "card.hear")
        and english.intersection(rule.rule.strip("/").split("/"))
    }
    assert not wrong


def test_what_takes_a_form_shows_it_or_stands_below_its_page(app: Flask) -> None:
    """A browser that requests such an address again finds a page, with or without a form."""
    gets = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    alone = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule not in gets
    }
    with app.test_request_context():
        for rule in alone - {"/card/webhook"}:
            path = re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>", "x", rule))
            assert page_above(path) is not None or path.count("/") == 1, rule


def test_former_addresses_lead_to_the_present_ones(app: Flask) -> None:
    client = app.test_client()
    former = app.extensions["comptoir.former_paths"]
    assert len(former) > 100
    present = app.url_map.bind("")
    for old in sorted(former):
        path = re.sub(r"<int:\w+>", "7", re.sub(r"<\w+>", "DE-2026-000001", old))
        for method, status in (("get", 301), ("post", 308)):
            answer = getattr(client, method)(f"{path}?next=%2Fpanier")
            assert answer.status_code == status, (method, path)
            target, _, query = answer.location.partition("?")
            assert query == "next=%2Fpanier"
            assert present.test(target, "GET") or present.test(target, "POST"), target


def test_the_address_of_the_webhook_stays(app: Flask) -> None:
    """Stripe counts a redirection as a failed delivery."""
    assert app.test_client().post("/card/webhook", data=b"{}").status_code == 400
