"""Papers are tagged: read aloud, they are in order, with the headings of their tables."""

import re
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from shop.documents import samples
from shop.documents.pdf import KINDS, render
from shop.documents.samples import delivery_note, invoice, quote
from shop.documents.structure import Element, with_structure
from tests.foreign import foreign_pdf
from tests.papers import ORGANISATION, paper_of

MARK = re.compile(rb"/(\w+) <</MCID (\d+)>> BDC")


def elements(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """The elements of a tree in reading order, each with its depth."""
    yield depth, node
    for kid in node.get("/K", []):
        if "/S" in kid:
            yield from elements(kid, depth + 1)


def tree(pdf: pikepdf.Pdf) -> list[Any]:
    return [node for _depth, node in elements(pdf.Root.StructTreeRoot.K)]


def kinds(pdf: pikepdf.Pdf, parent: Any = None) -> list[str]:
    nodes = tree(pdf) if parent is None else [node for _depth, node in elements(parent)]
    return [str(node.S)[1:] for node in nodes]


def opened(kind: str, content: dict[str, Any]) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(render(kind, content, language="fr")))


def kids(node: Any, kind: str) -> list[Any]:
    return [each for each in node.K if each.get("/S") == pikepdf.Name("/" + kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_mark_of_a_page_is_in_the_tree_once_and_its_parent_is_found(kind):
    with opened(kind, getattr(samples, kind)(14)) as pdf:
        marked = [
            (page.obj.objgen, int(number), name.decode())
            for page in pdf.pages
            for name, number in MARK.findall(page.Contents.read_bytes())
        ]
        known = [
            (mark.Pg.objgen, int(mark.MCID), str(node.S)[1:])
            for node in tree(pdf)
            for mark in node.K
            if "/MCID" in mark
        ]
        assert sorted(known) == sorted(marked)
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        for page in pdf.pages:
            row = parents[2 * int(page.obj.StructParents) + 1]
            names = MARK.findall(page.Contents.read_bytes())
            assert [str(node.S)[1:] for node in row] == [name.decode() for name, _at in names]


def test_the_lines_are_one_table_whose_repeated_heading_is_read_once():
    with opened("quote", quote(60)) as pdf:
        assert len(pdf.pages) > 2
        lines = next(node for node in tree(pdf) if pikepdf.Name.Table == node.S)
        (heading,), (body,) = kids(lines, "THead"), kids(lines, "TBody")
        assert kinds(pdf, heading) == ["THead", "TR", *["TH"] * 6]
        assert all(str(cell.A.Scope) == "/Column" for cell in heading.K[0].K)
        assert all(len(cell.K) == 1 for cell in heading.K[0].K)
        assert len(body.K) == 61  # and the delivery
        assert all([str(cell.S) for cell in row.K] == ["/TD"] * 6 for row in body.K)


def test_sums_name_their_rows_and_rates_their_columns():
    with opened("invoice", invoice(2)) as pdf:
        _lines, rates, sums = [node for node in tree(pdf) if pikepdf.Name.Table == node.S]
        assert [str(cell.A.Scope) for cell in rates.K[0].K] == ["/Column"] * 3
        for row in sums.K:
            assert [str(cell.S) for cell in row.K] == ["/TH", "/TD"]
            assert str(row.K[0].A.Scope) == "/Row"


def test_titles_are_headings_and_drawings_have_words():
    with opened("invoice", invoice(2)) as pdf:
        assert kinds(pdf).count("H1") == 1
        figures = [str(node.Alt) for node in tree(pdf) if pikepdf.Name.Figure == node.S]
        assert [words.split()[0] for words in figures] == ["Emblème", "Code"]
        assert str(pdf.Root.Lang) == "fr-FR"
    with opened("delivery_note", delivery_note(2)) as pdf:
        assert kinds(pdf).count("H2") == 1
        figures = [str(node.Alt) for node in tree(pdf) if pikepdf.Name.Figure == node.S]
        assert [words.split()[0] for words in figures] == ["Emblème", "Code"]


def test_everything_drawn_is_content_of_an_element_or_an_artifact():
    with opened("invoice", invoice(14)) as pdf:
        for page in pdf.pages:
            text = page.Contents.read_bytes()
            signs = re.findall(rb"\b(BMC|BDC|EMC)\b", re.sub(rb"\((?:\\.|[^\\()])*\)", b"", text))
            assert signs[0] == b"BMC"
            assert signs[-1] == b"EMC"
            assert all((one == b"EMC") != (two == b"EMC") for one, two in pairwise(signs))
            outside = text[: text.index(b"/Artifact BMC")] + text[text.rindex(b"EMC") :]
            assert b"Tj" not in outside


def test_a_word_at_the_end_of_a_line_is_not_joined_to_the_next_one():
    content = paper_of("quote", 4, ORGANISATION)
    with opened("quote", content) as pdf:
        text = pdf.pages[0].Contents.read_bytes()
    assert b") Tj T*\n(" not in text
    assert b"( ) Tj T*" in text


def test_the_mark_of_a_tree_is_the_same_in_each_copy_of_a_paragraph():
    element = Element("P")
    assert deepcopy([element]) == [element]


def test_a_tree_is_appended_to_any_file():
    data = with_structure(foreign_pdf(), Element("Document"))
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pikepdf.Name.Document == pdf.Root.StructTreeRoot.K.S
        assert pdf.check_pdf_syntax() == []
