"""The HTML twin of a document says what its PDF says: no word more, no number less."""

import html
import random
import re
from collections import Counter
from functools import cache
from io import BytesIO
from typing import Any

import pypdf
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html as lxml_html

from shop.core.paths import ROOT
from shop.documents import samples
from shop.documents.layout import page
from shop.documents.pdf import KINDS, render
from shop.documents.twins import twin_of
from tests.papers import BASES, paper_of, random_paper

LANGUAGES = ("fr", "en")
#: What only the sheets of the PDF have, and what only the page has.
RUNNING = re.compile(r'<div id="head">.*?</div>', re.S)
CAPTIONS = re.compile(r"<caption.*?</caption>", re.S)
PAGES = re.compile(r"Page \d+ / \d+")


@cache
def macros() -> Any:
    """The template of the page, on its own."""
    found = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("dossiers/_twin.html").module


def shown(kind: str, content: dict[str, Any], language: str) -> str:
    """The twin as HTML."""
    return str(macros().twin(twin_of(kind, content, language=language)))


def words_of(markup: str) -> Counter[str]:
    """Each word with how often it stands there. Capitals are a matter of style."""
    plain = re.sub(r"</?(?:strong|span|b)\b[^>]*>", "", markup)
    return Counter(html.unescape(re.sub(r"<[^>]*>", " ", plain)).casefold().split())


def drawn_words(kind: str, content: dict[str, Any], language: str) -> Counter[str]:
    """The words of the HTML that the PDF is drawn from."""
    body = page(kind, content, language=language).html.partition("<body>")[2]
    return words_of(RUNNING.sub("", body))


def difference(kind: str, content: dict[str, Any], language: str) -> tuple[Any, Any]:
    """What the PDF alone says, and what the twin alone says."""
    printed = drawn_words(kind, content, language)
    told = words_of(CAPTIONS.sub("", shown(kind, content, language)))
    return printed - told, told - printed


NOTHING: tuple[Any, Any] = (Counter(), Counter())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_says_each_word_of_its_document_as_often(kind: str, language: str):
    content = getattr(samples, kind)(3, language=language)
    assert difference(kind, content, language) == NOTHING


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("kind", ("quote", "invoice", "credit_note"))
def test_a_twin_follows_every_basis_of_prices(kind: str, basis: str):
    for count in (1, 5):
        assert difference(kind, paper_of(kind, count, basis), "fr") == NOTHING


def test_a_twin_says_what_people_typed():
    drawn = random.Random(20261127)
    for _paper in range(40):
        kind, content, language = random_paper(drawn)
        assert difference(kind, content, language) == NOTHING, (kind, content)


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_of_the_pdf_stands_in_the_twin(kind: str):
    content = getattr(samples, kind)(3)
    reader = pypdf.PdfReader(BytesIO(render(kind, content, language="fr")))
    printed = " ".join(PAGES.sub("", each.extract_text()) for each in reader.pages)
    told = html.unescape(re.sub(r"<[^>]*>", " ", shown(kind, content, "fr")))
    missing = set(printed.casefold().split()) - set(told.casefold().split())
    assert missing == set()


def test_typed_markup_is_text_in_the_twin():
    content = samples.quote(1)
    content["lines"][0]["name"] = "<b>Câble</b> & <script>alert(1)</script>"
    markup = shown("quote", content, "fr")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markup
    assert "<script" not in markup


@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_has_headings_and_tables_with_names(kind: str):
    article = lxml_html.fragment_fromstring(shown(kind, getattr(samples, kind)(2), "fr"))
    assert article.get("lang") == "fr"
    levels = [int(one.tag[1]) for one in article.iter("h1", "h2", "h3")]
    assert levels[0] == 1
    assert set(levels[1:]) <= {2}
    tables = list(article.iter("table"))
    assert len(tables) == (1 if kind in ("delivery_note", "contrary_note") else 3)
    for table in tables:
        assert table.find("caption").text_content().strip()
        assert {head.get("scope") for head in table.iter("th")} <= {"col", "row"}
        for row in table.findall("tbody/tr"):
            (named,) = row.findall("th")
            assert named.text_content().strip()


def test_each_cell_of_the_lines_repeats_its_column_on_a_phone():
    article = lxml_html.fragment_fromstring(shown("invoice", samples.invoice(1), "fr"))
    row = article.find(".//table/tbody/tr")
    labels = [cell.get("data-label") for cell in row.iter("td")]
    assert labels == ["Référence", "Qté", "Prix unitaire HT", "TVA", "Total HT"]


def test_the_terms_of_a_twin_have_their_lines():
    twin = twin_of("credit_note", samples.credit_note(1), language="fr")
    terms = {
        term: [line.text for line in lines]
        for part in twin.parts
        if part.kind == "facts"
        for term, lines in part.rows
    }
    assert terms["Motif"] == ["Deux enceintes rayées à la livraison, reprises le 8 décembre"]
    assert terms["Livraison"][0] == "Salle Arletty"
    assert all(terms.values())


def test_the_code_of_the_transfer_is_a_picture_with_words():
    markup = shown("invoice", samples.invoice(1), "fr")
    assert 'alt="Code QR du virement, dont les données figurent à côté"' in markup
    assert "<img" not in shown("invoice", samples.invoice(1, paid=True), "fr")


def test_a_price_of_whole_cents_has_no_filling_in_the_twin():
    content = samples.quote(2)
    content["lines"][0]["unit_price"] = 12_345
    markup = shown("quote", content, "fr")
    assert "1,2345" in markup
    assert "\xa0\xa0" not in markup
