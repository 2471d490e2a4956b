"""The pages of docs/ agree with the code."""

import re
from dataclasses import replace

import click
import pytest
from flask import Flask

from app import cli, create_app
from tests.conftest import TEST_SETTINGS
from tests.documentation import DOCS, DRAWN, PROCEDURES, blocks, drawing, shown, written
from tests.layout import ROOT


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    path = tmp_path_factory.mktemp("documentation") / "shop.db"
    return create_app(replace(TEST_SETTINGS, database_url=f"sqlite:///{path}"))


def test_the_pages_show_the_tables_as_they_are(app: Flask) -> None:
    for page, marks in blocks(app).items():
        text = page.read_text(encoding="utf-8")
        for mark, block in marks.items():
            assert shown(text, mark) == block, f"{page.name}, {mark}: run make docs"


def test_every_procedure_of_the_code_is_shown() -> None:
    import checkout
    import quotes
    import shop
    from shop.core.workflow import Procedure
    from tests.layout import is_program, module_of, sources

    assert shop and checkout and quotes
    from importlib import import_module

    tables = {
        value.name
        for path in sources()
        if path.stem == "procedure" and not is_program(path)
        for value in vars(import_module(module_of(path))).values()
        if isinstance(value, Procedure)
    }
    assert tables == {procedure.name for procedure in PROCEDURES.values()}


@pytest.mark.parametrize("mark", DRAWN)
def test_a_drawing_names_transitions_of_the_tables(mark: str) -> None:
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", drawing(DRAWN[mark])))
    assert named
    assert named <= {one.name for table in PROCEDURES.values() for one in table.transitions}


def test_a_table_that_differs_is_found() -> None:
    text = "<!-- a -->\n| old |\n<!-- /a -->\n"
    assert shown(text, "a") == "| old |"
    assert shown(written(text, "a", "| new |"), "a") == "| new |"
    with pytest.raises(LookupError):
        shown(text, "b")


def test_every_picture_is_shown_and_every_link_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    linked = set()
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            path = (page.parent / target).resolve()
            assert path.exists(), f"{page.name}: {target}"
            linked.add(path)
    assert set((DOCS / "pictures").iterdir()) <= linked


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 900


def guides() -> dict[str, str]:
    """The pages that a person reads, by their names."""
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    return {page.name: page.read_text(encoding="utf-8") for page in pages}


def test_every_command_that_the_pages_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for name, page in guides().items():
        named = set(re.findall(r"\bmake ([a-z]+)\b(?=`|$|\n|  |,)", page))
        assert named <= targets, f"{name}: make {named - targets}"
        for line in re.findall(r"(?:^ {4}|`)comptoir ([a-z][\w -]*)", page, re.M):
            assert command_of(line.split()), f"{name}: comptoir {line}"


def command_of(words: list[str]) -> click.Command | None:
    """The command that these words call, the first of them at least; None for an unknown one."""
    found: click.Command | None = cli
    for word in words:
        if not isinstance(found, click.Group):
            break
        found = found.get_command(click.Context(found), word)
    return found


def test_the_tree_of_the_readme_names_folders_that_are_there() -> None:
    _before, _mark, after = guides()["README.md"].partition("## Where things are")
    drawn = [line for line in after.splitlines() if line.startswith("    ")]
    packages = {
        path.name for path in ROOT.rglob("*") if path.is_dir() and ".venv" not in path.parts
    }
    named = {name for line in drawn for name in re.findall(r"\b([a-z]+)/(?= |$)", line)}
    assert len(named) > 25
    assert named <= packages, named - packages
    tops = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    made = {"instance", "build", "__pycache__"} | {name for name in tops if "egg" in name}
    assert tops - made <= named


def test_an_unknown_command_is_found() -> None:
    assert command_of(["db", "upgrade"])
    assert command_of(["people", "add-staff", "adv@shop.example"])
    assert command_of(["db", "upgrayde"]) is None
