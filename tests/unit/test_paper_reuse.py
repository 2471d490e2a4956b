"""What is worked out once for a paper changes none of its bytes."""

import gc
from io import BytesIO

import pytest
import xhtml2pdf.parser
import xhtml2pdf.xhtml2pdf_reportlab
from html5lib.treebuilders import getTreeBuilder
from svglib.svglib import svg2rlg
from xhtml2pdf.context import PmlParaFrag
from xhtml2pdf.parser import getCSSAttrCacheKey as of_the_library

from shop.documents import direct, reused
from shop.documents.paragraphs import _joined
from shop.documents.pdf import render
from tests.papers import BASES, KINDS, paper_of

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_has_the_bytes_that_it_has_when_nothing_is_reused(kind, monkeypatch):
    monkeypatch.setattr(direct, "look_of", lambda _row, _cells: None)  # test_line_rows.py
    content = paper_of(kind, 10, BASES[0])
    fast = render(kind, content, language="fr")
    monkeypatch.setattr(xhtml2pdf.parser, "getCSSAttrCacheKey", of_the_library_anew)
    monkeypatch.setattr(xhtml2pdf.parser, "pisaLoop", direct.pisaLoop)
    monkeypatch.setattr(xhtml2pdf.parser, "CSSCollect", reused.CSSCollect)
    monkeypatch.setattr(xhtml2pdf.xhtml2pdf_reportlab, "svg2rlg", svg2rlg)
    assert render(kind, content, language="fr") == fast


def of_the_library_anew(node, positional, attributes):
    return of_the_library(node, positional, attributes)


def test_drawing_a_mark_leaves_the_kept_one_as_it_was():
    first = reused.drawing(BytesIO(SQUARE), resolve_entities=False)
    first.scale(3, 3)
    second = reused.drawing(BytesIO(SQUARE), resolve_entities=False)
    assert second is not first
    assert second.transform != first.transform
    assert second.transform == svg2rlg(BytesIO(SQUARE)).transform


def test_few_drawings_are_kept():
    assert reused._read.cache_info().maxsize == 64


def test_html_that_is_no_xml_is_read_as_the_library_reads_it():
    reader = reused.Reader(getTreeBuilder("dom"))
    strict = reader.parse(b"<!doctype html><html><body><p>1 &lt; 2</p></body></html>")
    loose = reader.parse(b"<!doctype html><p>1 &lt; 2<br>", transport_encoding="utf-8")
    for tree in (strict, loose):
        (paragraph,) = tree.getElementsByTagName("p")
        written = [part.data for part in paragraph.childNodes if part.nodeType == part.TEXT_NODE]
        assert "".join(written) == "1 < 2"


def test_kept_styles_hold_no_node_and_are_forgotten_when_they_are_too_many(monkeypatch):
    render("quote", paper_of("quote", 3, BASES[0]), language="fr")
    kept = reused._resolved("p { margin: 0 }")
    kept["style"] = "resolved"
    kept.clear()
    assert kept == {"style": "resolved"}
    monkeypatch.setattr(reused, "_STYLES", 0)
    kept.clear()
    assert kept == {}


def test_a_sheet_that_declares_pages_is_parsed_each_time(monkeypatch):
    parsed = []
    monkeypatch.setattr(reused, "parse_sheet", lambda _context, text, _source: parsed.append(text))
    monkeypatch.setattr(reused, "_SHEETS_PARSED", {})
    for _turn in range(2):
        reused.parsed_sheet(None, "@page { size: a4 }", "one")
    assert len(parsed) == 2


def test_words_of_one_style_are_one_part_and_others_stay_apart():
    def words(text, **style):
        return PmlParaFrag(text=text, fontName="paper_00", **style)

    ended = words("", pageNumber=False, pageCount=False)
    (whole,) = _joined([words("1 255,52"), words("\xa0"), words("€ "), ended])
    assert whole.text == "1 255,52\xa0€"
    for apart in (
        [words("Total"), words("TTC", fontSize=12)],
        [words("Total", underline=1), ended],
        [words("Total", letterSpacing="0.06em"), ended],
    ):
        assert _joined(apart) == apart


def test_the_collector_is_as_it_was_after_a_paper():
    for before in (True, False):
        (gc.enable if before else gc.disable)()
        render("quote", paper_of("quote", 1, BASES[0]), language="fr")
        assert gc.isenabled() is before
    gc.enable()
