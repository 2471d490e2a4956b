"""The files of random invoices and credit notes over all channels: each is PDF/A-3 and PDF/UA-1 and
carries the electronic form of its content, and its pages say what that form says.

A few in `make test`, more than a thousand by `make properties`.
"""

import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from shop.documents.pdf import render
from shop.documents.validation import validate
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.facturx import compose
from shop.einvoicing.figure_rules import Figures
from tests.einvoices import figures_in
from tests.tagged import Tag, tags_of
from tests.whole.test_channel_properties import FRENCH, random_credits, random_invoice, size_of

#: The cells of a row in figures.
Said = tuple[Decimal, ...]
#: The heads of the columns of the lines and of the VAT.
LINES = ("Qté", "Prix unitaire HT", "TVA", "Total HT")
TAXES = ("Taux de TVA", "Base HT", "Montant de TVA")


def papers(drawn: random.Random, channel: Channel, count: int) -> list[dict[str, Any]]:
    """So many documents at least: invoices and what is credited of them."""
    made: list[dict[str, Any]] = []
    while len(made) < count:
        invoice, lines = random_invoice(drawn, channel)
        made += [invoice, *random_credits(drawn, invoice, lines)]
    return made


def in_the_form(figures: Figures) -> tuple[Counter[Said], Counter[Said], set[Decimal]]:
    """The lines, the VAT and the totals of an electronic form."""
    lines = ((one.quantity, one.price, one.rate, one.amount) for one in figures.lines)
    taxes = ((one.rate, one.base, one.amount) for one in figures.taxes)
    sums = {figures.excluding, figures.vat_total, figures.including}
    return Counter(map(_unsigned, lines)), Counter(map(_unsigned, taxes)), sums


def on_the_pages(pages: Tag) -> tuple[Counter[Said], Counter[Said], set[Decimal]]:
    """The same as a reader of the pages is told it."""
    lines = Counter(map(_unsigned, _rows(pages, LINES)))
    taxes = Counter(map(_unsigned, _rows(pages, TAXES)))
    return lines, taxes, {figure for row in _totals(pages) for figure in row}


def _rows(pages: Tag, heads: tuple[str, ...]) -> Iterator[Said]:
    """The last cells of the rows of the table with these heads."""
    for table in pages.all_of("Table"):
        head, *rows = table.all_of("TR")
        if tuple(_told(head))[-len(heads) :] == heads:
            for row in rows:
                cells = _told(row)[-len(heads) :]
                if len(cells) == len(heads):
                    yield tuple(map(_figure, cells))


def _totals(pages: Tag) -> Iterator[Said]:
    """The amounts whose head is beside them."""
    for row in pages.all_of("TR"):
        if [cell.kind for cell in row.children] == ["TH", "TD"]:
            yield (_figure(_told(row)[1]),)


def _told(row: Tag) -> list[str]:
    return [cell.text.strip() for cell in row.children]


def _figure(cell: str) -> Decimal:
    """The first figure of a cell: the eco-contribution of a price stands behind it."""
    written = cell.split("€")[0].split("%")[0].replace("−", "-").replace(",", ".")
    return Decimal("".join(written.split()))


def _unsigned(row: Said) -> Said:
    """A credit note takes a cent back in one line: its sign is of the units or of the amount."""
    return tuple(abs(figure) for figure in row)


def wrong_in(content: dict[str, Any]) -> list[str]:
    """What is wrong with the file of a document."""
    data = render(content["kind"], content, language="fr")
    checked = validate(data)
    found = [] if checked.conforms else [*checked.findings, "does not conform"]
    if b"<pdfaid:conformance>A<" not in data:
        found.append("claims no PDF/A-3a")
    [xml] = PdfReader(BytesIO(data)).attachments["factur-x.xml"]
    if xml != compose(content, FRENCH):
        found.append("another electronic form")
    pages = tags_of(data)
    form, shown = in_the_form(figures_in(xml)), on_the_pages(pages)
    found += [f"the pages lack {a - b}" for a, b in zip(form, shown, strict=True) if a - b]
    found += [f"the form lacks {b - a}" for a, b in zip(form[:2], shown[:2], strict=True) if b - a]
    if content["number"] not in pages.text:
        found.append("no number")
    return found


@pytest.mark.parametrize("channel", list(Channel))
def test_the_file_of_each_document_is_sound_and_its_pages_say_what_its_form_says(
    channel: Channel, request: pytest.FixtureRequest
):
    drawn = random.Random(f"papers {channel}")
    made = papers(drawn, channel, size_of(request.config, 340, 4))
    assert {content["kind"] for content in made} == {"invoice", "credit_note"}
    for content in made:
        assert wrong_in(content) == [], content["number"]


def test_pages_that_say_another_amount_are_told():
    invoice, _lines = random_invoice(random.Random(1), Channel.REFORM)
    form = in_the_form(figures_in(compose(invoice, FRENCH)))
    pages = tags_of(render("invoice", invoice, language="fr"))
    assert form[:2] == on_the_pages(pages)[:2]
    cell = next(row for row in pages.all_of("TR")[1:] if len(row.children) == 6).children[5]
    cell.texts, cell.children = ["0,01 €"], []
    assert form[0] != on_the_pages(pages)[0]
