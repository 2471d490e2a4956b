"""Documents for those who listen to them: every word has its place in the structure of the file."""

import re
from collections import Counter
from io import BytesIO
from itertools import pairwise
from typing import Any

import page
import pypdf
import pytest

from shop.core.alphabet import printed_form
from shop.documents import samples
from shop.documents.pdf import KINDS, render
from tests.tagged import tags_of, told_by_poppler

MAKERS = {kind: getattr(samples, kind) for kind in KINDS}
#: Lines on more than one page.
LONG = 40


def words(text: str) -> Counter[str]:
    return Counter(text.replace("\u00a0", " ").split())


def printed(pdf: bytes) -> str:
    """The text of all pages, as drawn."""
    return "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(pdf)).pages)


def without_frame(text: str, content: dict[str, Any]) -> str:
    """The text of a page without its foot and its number: the foot says who the seller is or, of a
    purchase order to print, what its first page says in full.
    """
    seller = content["seller"]
    foot = re.compile(rf"{re.escape(seller['name'])} · .*SIREN|.*TVA {seller['vat_number'][:4]}")
    rest = re.sub(r"Page \d+ / \d+|Rempli [^.]*devis [^.]*\.[^.]*\.", "", text)
    return "\n".join(line for line in rest.splitlines() if not foot.match(line))


@pytest.mark.parametrize("count", [1, LONG])
@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_accessible_and_archivable(kind: str, count: int):
    for language in ("fr", "en"):
        made = render(kind, MAKERS[kind](count, language=language), language=language)
        for profile in ("ua1", "3a"):
            report = page.validate_pdf_bytes(made, profile=profile)
            found = [f"{one.rule_id} {one.message}" for one in report.failures]
            assert not found, (profile, language)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_in_the_structure_once(kind: str):
    content = MAKERS[kind](2)
    made = render(kind, content, language="fr")
    told, shown = words(tags_of(made).text), words(without_frame(printed(made), content))
    assert shown
    assert told - shown == Counter()
    assert shown - told == Counter()


def test_two_programs_read_the_same_words_in_the_same_order():
    made = render("invoice", samples.invoice(2), language="fr")
    told = told_by_poppler(made)
    assert len(told) > 50
    assert tags_of(made).text.split() == told


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_are_one_table_over_all_pages_with_its_heads_once(kind: str):
    made = render(kind, MAKERS[kind](LONG), language="fr")
    assert len(pypdf.PdfReader(BytesIO(made)).pages) > 1
    lines = tags_of(made).all_of("Table")[0]
    (heads,), rows = (part.children for part in lines.children)
    assert len(rows) >= LONG
    assert {(tag.kind, tag.scope) for tag in heads.children} == {("TH", "Column")}
    assert all(len(row.children) == len(heads.children) for row in rows)
    assert {tag.kind for row in rows for tag in row.children} == {"TD"}
    assert lines.text.count("Désignation") == 1


def test_a_total_is_the_head_of_its_amount():
    sums = tags_of(render("quote", samples.quote(2), language="fr")).all_of("Table")[-1]
    assert all([tag.kind for tag in row.children] == ["TH", "TD"] for row in sums.children)
    assert {tag.scope for tag in sums.all_of("TH")} == {"Row"}
    assert "Total TTC" in sums.text


def test_sums_carried_forward_are_not_read_out():
    made = render("quote", samples.quote(LONG), language="fr")
    assert "À reporter" in printed(made)
    assert "À reporter" not in tags_of(made).text


@pytest.mark.parametrize("kind", KINDS)
def test_headings_begin_with_the_title_and_skip_no_level(kind: str):
    made = render(kind, MAKERS[kind](1), language="fr")
    levels = [int(tag.kind[1]) for tag in tags_of(made).walk() if re.match(r"H\d$", tag.kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_words_on_two_lines_stay_apart_and_a_cut_word_whole():
    content = samples.quote(1)
    content["lines"][0]["name"] = (
        "Enceinte " * 12 + "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson" * 2
    )
    told = tags_of(render("quote", content, language="fr")).text
    assert "EnceinteEnceinte" not in told
    assert "Bouzemont-Saint-Genest" in told


def test_a_long_text_cut_at_the_foot_of_a_page_is_one_cell():
    content = samples.delivery_note(2)
    content["lines"][0]["detail"] = " ".join(f"repère-{number:03d}" for number in range(500))
    made = render("delivery_note", content, language="fr")
    assert page.validate_pdf_bytes(made, profile="ua1").is_compliant
    told = tags_of(made).text
    assert all(told.count(f"repère-{number:03d}") == 1 for number in range(500))


def test_a_line_that_ends_in_a_rare_letter_is_followed_by_a_space():
    """A font of a file has 256 characters at most, and the space is in the first one alone."""
    letters = [chr(code) for code in range(0xC0, 0x166) if printed_form(chr(code)) == chr(code)]
    content = samples.quote(1)
    content["lines"][0]["detail"] = many = " ".join([*letters, *letters[-20:] * 20])
    made = render("quote", content, language="fr")
    fonts = pypdf.PdfReader(BytesIO(made)).pages[0]["/Resources"]["/Font"]
    further = [fonts[name] for name in fonts if name.endswith("+1")]
    assert further and all(font["/LastChar"] < ord(" ") for font in further)
    read = words(tags_of(made).text)
    assert all(read[letter] >= count for letter, count in words(many).items())
    assert not page.validate_pdf_bytes(made, profile="ua1").failures
