"""Rows of lines that are drawn directly look as the library's tables look."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from shop.documents import direct
from shop.documents.line_rows import LONGEST_CELL, LineRow, look_of
from shop.documents.pdf import render
from tests.papers import BASES, KINDS, paper_of

PADDED = [("LEFTPADDING", [2.0]), ("VALIGN", ["TOP"])]
RULED = [*PADDED, ("LINEBELOW", [0.5, "grey", "squared"])]


def shown(paper: bytes) -> list[tuple[Any, ...]]:
    """Each run of words: its page, its place, its size, its font."""
    found: list[tuple[Any, ...]] = []
    for number, page in enumerate(PdfReader(BytesIO(paper)).pages):

        def note(text: str, matrix: Any, place: Any, font: Any, size: float, n=number) -> None:
            if text.strip():
                x, y = place[4] * matrix[0] + matrix[4], place[5] * matrix[3] + matrix[5]
                name = font["/BaseFont"].split("+")[-1] if font else ""
                found.append((n, round(x, 1), round(y, 1), text.strip(), round(size, 1), name))

        page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_stand_where_the_library_sets_them(kind: str, monkeypatch: pytest.MonkeyPatch):
    content = paper_of(kind, 12, BASES[0])
    content["lines"][3]["name"] = "Câble multipaire de scène à vingt-quatre voies " * 4
    content["lines"][4]["sku"] = "REF-TRES-LONGUE-00000123456789"
    content["lines"][5]["name"] = "Mélangeur ½ Ω Ж Łódź € ₣"
    content["lines"][6]["name"] = "Enceinte & pied <noir> — « Arpège »"
    drawn: list[object] = []
    draw = LineRow.draw
    monkeypatch.setattr(LineRow, "draw", lambda row: (drawn.append(row), draw(row)))
    directly = render(kind, content, language="fr")
    assert len(drawn) >= 8
    monkeypatch.setattr(direct, "look_of", lambda _row, _cells: None)
    assert shown(directly) == shown(render(kind, content, language="fr"))


def test_a_row_has_the_paddings_of_its_cells_and_one_rule():
    row = [("LEFTPADDING", [0.0]), ("TOPPADDING", [1.0])]
    look = look_of(row, [RULED, RULED])
    assert look is not None
    assert look.cells == ((2.0, 0.0, 1.0, 0.0),) * 2
    assert look.rule == (0.5, "grey", 2)
    plain = look_of(row, [PADDED])
    assert plain is not None
    assert plain.rule is None


@pytest.mark.parametrize(
    "cells",
    [
        [RULED, PADDED],
        [[*PADDED, ("BACKGROUND", ["red"])]],
        [[("VALIGN", ["MIDDLE"])]],
        [[("LINEBELOW", [0.5, "grey"])]],
        [RULED, [*PADDED, ("LINEBELOW", [1.0, "grey", "squared"])]],
    ],
)
def test_the_library_draws_what_is_more(cells: Any):
    assert look_of([], cells) is None


def test_the_library_draws_a_row_that_may_be_cut(monkeypatch: pytest.MonkeyPatch):
    content = paper_of("quote", 4, BASES[0])
    for line in content["lines"]:
        line["detail"] = "repérage " * (LONGEST_CELL // 8)
    drawn: list[object] = []
    draw = LineRow.draw
    monkeypatch.setattr(LineRow, "draw", lambda row: (drawn.append(row), draw(row)))
    render("quote", content, language="fr")
    assert not drawn
