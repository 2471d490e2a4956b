"""The design, read from its sources: contrast in both themes, existing names, size of files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = ROOT / "templates"

WORDS = [  # text on its background: 4.5 to 1, WCAG 2.2 criterion 1.4.3
    ("text", "page"),
    ("text", "surface"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("ink", "page"),
    ("link", "page"),
    ("link", "sunken"),
    ("on-ink", "ink"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent-text", "page"),
    ("accent-text", "accent-soft"),
    ("text", "accent-soft"),
    ("muted", "accent-soft"),
    ("on-bar", "bar"),
    ("on-bar", "bar-2"),
    ("on-bar-muted", "bar"),
    ("on-bar-muted", "bar-2"),
    ("on-lamp", "lamp"),
    ("good", "page"),
    ("good", "good-soft"),
    ("bad", "surface"),
    ("bad", "bad-soft"),
    ("warn", "page"),
    ("warn", "warn-soft"),
    ("info", "info-soft"),
]
MARKS = [  # borders of controls and rings of focus: 3 to 1, criterion 1.4.11
    ("line-strong", "page"),
    ("line-strong", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
    ("bar-control", "bar"),
    ("focus-on-bar", "bar"),
]


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b", css))


def _themes() -> dict[str, dict[str, str]]:
    source = (CSS / "tokens.css").read_text()
    light, dark = source.split("@media (prefers-color-scheme: dark)")
    return {"light": _colours(light), "dark": _colours(light) | _colours(dark)}


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_marks_have_enough_contrast(theme: str) -> None:
    colours = _themes()[theme]
    weak = [
        f"{front} on {ground}: {ratio:.2f}"
        for pairs, least in ((WORDS, 4.5), (MARKS, 3.0))
        for front, ground in pairs
        if (ratio := _contrast(colours[front], colours[ground])) < least
    ]
    assert not weak


def test_components_take_their_colours_from_the_tokens() -> None:
    raw = {
        sheet.name: found
        for sheet in CSS.glob("*.css")
        if sheet.name not in ("tokens.css", "print.css")
        and (found := re.findall(r"[:\s](#[0-9a-f]{3,8})\b", sheet.read_text()))
    }
    assert not raw


def test_every_style_sheet_closes_what_it_opens() -> None:
    for sheet in CSS.glob("*.css"):
        css = sheet.read_text()
        assert css.count("{") == css.count("}"), sheet.name


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    asked = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r"\bicon\('([a-z-]+)'", template.read_text())
    }
    assert asked <= known


def test_fields_that_a_choice_makes_useless_are_hidden_by_it() -> None:
    """Without a script; and no hint asks to leave them empty."""
    css = (CSS / "forms.css").read_text()
    hidden = 0
    for template in TEMPLATES.rglob("*.html"):
        source = template.read_text()
        assert "Leave the other fields empty" not in source, template
        for part in re.findall(r"\breveal--[a-z]+", source):
            assert re.search(r"\breveals\b", source), template
            assert re.search(rf"\.reveals:has\([^{{]*\.{part}\b[^{{]*\{{ display: none", css), part
            hidden += 1
    assert hidden >= 3


def test_a_pencil_stands_for_a_change_only() -> None:
    """« Admettre » and « Refuser » change nothing that is written: they wear another icon."""
    for template in TEMPLATES.rglob("*.html"):
        source = template.read_text()
        labels = re.findall(r"icon\('pen'\) \}\}\s*<span>\{\{\s*_\('([^']*)", source)
        labels += re.findall(r"button\(_\('([^']*)'\)[^)]*'pen'", source)
        wrong = [one for one in labels if not re.match(r"Change\b|Edit\b|Letterhead address", one)]
        assert not wrong, template


def test_no_template_of_the_site_contains_a_style_or_a_script() -> None:
    for template in TEMPLATES.rglob("*.html"):
        if {"documents", "emails"} & set(template.parts):
            continue
        source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", source), (
            template
        )


def test_fonts_and_scripts_stay_light() -> None:
    fonts = sum(font.stat().st_size for font in (ROOT / "static" / "fonts").glob("*.woff2"))
    assert fonts < 100_000
    scripts = {path.name: path.stat().st_size for path in (ROOT / "static" / "js").glob("*.js")}
    assert all(size < 8_000 for size in scripts.values()), scripts
