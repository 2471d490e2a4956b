"""Words that the code, its comments and its pages do not use: a person is *they* or a role, and
the code has no rooms and no house."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.translations.catalogue import read_french
from tests.layout import ROOT

SUFFIXES = (".py", ".html", ".css", ".js", ".md", ".toml", ".txt")
FOLDERS = ("shop", "checkout", "quotes", "migrations", "templates", "static", "tests", "docs")
#: What is frozen, what is French, and this list itself.
LEFT_OUT = (
    "tests/bench/reference",
    "templates/pages/fr",
    "shop/demonstration/data",
    "test_words.py",
)
WORDS = re.compile(
    r"\b(he|his|him|himself|she|herself)\b|\bhouse('s| side)|the house\b|\bopens nothing\b"
    r"|\bis born\b|\brooms? (of|that|imports?)\b",
    re.I,
)
#: French words within English files that look alike.
FRENCH = re.compile(r"d'He\b|takes no room")


#: Metaphors that the French texts do not use: an order is made from its original, not born of it.
FRENCH_METAPHORS = re.compile(r"\bnée?s? (?:de |d’|du )", re.I)


#: The number of a document, as examples write it.
NUMBERS = re.compile(r"\b(?:DE|CO|BL|FA)-20[0-9]{2}-[0-9]+\b")


def files() -> Iterator[Path]:
    yield from (ROOT / name for name in ("app.py", "README.md", "CHANGELOG.md", "pyproject.toml"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in SUFFIXES and not any(part in name for part in LEFT_OUT):
                yield path


def unwanted(text: str) -> list[str]:
    """The lines with a word that is not used, with their numbers."""
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if WORDS.search(FRENCH.sub("", line))
    ]


def test_no_page_and_no_comment_uses_these_words() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files()
        if (lines := unwanted(path.read_text(encoding="utf-8")))
    }
    assert not found, "\n".join(f"{name}:{line}" for name in found for line in found[name])


def test_no_french_text_uses_a_metaphor() -> None:
    texts = [
        text
        for message in read_french()
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    assert len(texts) > 1000
    assert not [text for text in texts if FRENCH_METAPHORS.search(text)]
    assert FRENCH_METAPHORS.search("Née d’un paiement")


def test_the_number_of_an_example_is_one_that_the_shop_can_give() -> None:
    found = {
        number
        for message in read_french()
        for number in NUMBERS.findall(f"{message.id} {message.string}")
    }
    assert found
    assert not [number for number in found if not re.search(r"-[0-9]{4}-[0-9]{6}$", number)]


def test_an_invoice_and_an_order_are_feminine_in_french() -> None:
    """« Établi le » is said of a quote; an invoice has its own words."""
    french = read_french()
    issued = french.get("Issued on")
    assert issued is not None
    assert not [file for file, _line in issued.locations if "invoice" in file or "payment" in file]
    chip = french.get("not sent yet", "invoice")
    assert chip is not None and chip.string == "pas encore envoyée"


@pytest.mark.parametrize(
    ("line", "used"),
    [
        ("# The buyer may change his address.", True),
        ("{# The house side. #}", True),
        ("An order is born.", True),
        ("The buyer may change their address.", False),
        ("A hotel has rooms.", False),
        ("theme, help, other", False),
    ],
)
def test_a_line_is_judged(line: str, used: bool) -> None:
    assert bool(unwanted(line)) is used


#: Hosts that packages are fetched from: a file that names one depends on it.
REGISTRIES = re.compile(r"\b(?:pypi|pythonhosted|npmjs)[.](?:org|com)\b")
#: More places where an address may stand.
WITH_ADDRESSES = (".json", ".lock", ".service", ".svg", ".txt", ".yml", ".yaml", ".java")


def test_no_file_names_a_registry() -> None:
    others = [path for name in FOLDERS for path in (ROOT / name).rglob("*")]
    listed = [*others, *(ROOT / "deploy").rglob("*"), *ROOT.glob("*.lock"), ROOT / "Makefile"]
    read = {*files(), *(path for path in listed if path.suffix in WITH_ADDRESSES)}
    assert len(read) > 1_000
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted({*read, ROOT / "Makefile"})
        if REGISTRIES.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_registry_is_recognised() -> None:
    assert REGISTRIES.search("https://" + "pypi" + ".org/simple")
    assert REGISTRIES.search("registry." + "npmjs" + ".org")
    assert not REGISTRIES.search("https://github.com/OCA/l10n-france")
