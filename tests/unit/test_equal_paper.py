"""What the bench draws beside a paper is equal to it."""

from functools import partial
from io import BytesIO

import pypdf

from shop.documents.pdf import render
from tests.bench.equal_paper import draw, noted
from tests.papers import ORGANISATION, paper_of


def words(data: bytes) -> list[str]:
    """The letters of each page, in no order: lines are broken by another program."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return ["".join(sorted("".join(page.extract_text().split()))) for page in pages]


def test_the_equal_paper_of_the_bench_has_the_same_letters_on_the_same_pages():
    made = partial(render, "quote", paper_of("quote", 30, ORGANISATION), language="fr")
    shown = words(draw(noted(made)))
    assert len(shown) > 1
    assert shown == words(made())
