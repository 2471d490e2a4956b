"""The style of the templates that a formatter does not check."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.core.paths import ROOT

TEMPLATES = ROOT / "templates"
LONGEST = 119
#: A sentence is `_()`, one that counts is `ngettext()`; other ways to say the same are refused.
OTHER_SYNTAX = re.compile(
    r"{%-?\s*(?:trans|endtrans|pluralize)\b|(?<![\w.])gettext\(|\|\s*gettext\b"
)


def templates() -> Iterator[Path]:
    """Every file of every folder: pages, e-mails, and the style and pictures of documents."""
    return (path for path in sorted(TEMPLATES.rglob("*")) if path.is_file())


def complaints(source: str) -> list[str]:
    """What is wrong in a template: line and reason."""
    return [
        f"{number}: {reason}"
        for number, line in enumerate(source.splitlines(), 1)
        for reason, found in (
            (f"{len(line)} characters", len(line) > LONGEST),
            ("another translation syntax", OTHER_SYNTAX.search(line)),
            ("text whose white space counts", re.search(r"<pre\b|<textarea\b", line)),
        )
        if found
    ]


def test_lines_are_short_and_sentences_have_one_syntax() -> None:
    found = {
        path.relative_to(TEMPLATES): complaints(path.read_text(encoding="utf-8"))
        for path in templates()
    }
    assert {path.suffix for path in found} == {".css", ".html", ".svg", ".txt"}
    assert not {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("<p>{{ _('Cart') }}</p>", False),
        ("{{ ngettext('%(num)d line', '%(num)d lines', count) }}", False),
        ("{% trans %}Cart{% endtrans %}", True),
        ("{%- trans count=lines|length %}", True),
        ("{{ gettext('Cart') }}", True),
        ("{{ 'Cart' | gettext }}", True),
        ("<pre>{{ text }}", True),
        ("<textarea>", True),
        ("x" * 119, False),
        ("x" * 120, True),
        ("é" * 119, False),
    ],
)
def test_a_line_is_judged(line: str, wrong: bool) -> None:
    assert bool(complaints(line)) is wrong


def test_a_table_does_not_touch_the_frame_of_its_sheet() -> None:
    """A sheet has no padding of its own: what it contains stands in its head or its body."""
    glued = re.compile(r'<(\w+) class="sheet(?: [^"]*)?"[^>]*>\s*<(table|p|ul|ol|dl)\b')
    found = {
        str(path.relative_to(TEMPLATES)): glued.findall(path.read_text(encoding="utf-8"))
        for path in templates()
        if path.suffix == ".html"
    }
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_the_french_sentences_of_the_letterhead_bear_their_language() -> None:
    """Its opening hours and its promise are written once, in French, and stand on English pages."""
    shown = re.compile(r"\{\{ (?:seller|shop|shop_identity\(\))\.(?:hours|line|promise) \}\}")
    lines = [
        line
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if shown.search(line)
    ]
    assert len(lines) >= 5
    assert not [line for line in lines if "{{ catalogue_lang }}>{{" not in line]
