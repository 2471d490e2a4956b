"""Documents as a word-processor file: a purchase order that its buyer completes.

Made from the same frozen content as the PDF, in the same words (templates/documents/): headings,
paragraphs and tables of the library's own template, so that the buyer's letterhead and fonts apply.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from babel.support import NullTranslations
from docx import Document
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import Table, _Row

from shop.core import text
from shop.documents.layout import completed, grouped, sentences

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What stands for an answer that is not given: a line to fill in by hand.
_LINE = "______________________"
_WIDTHS = (Mm(26), Mm(74), Mm(14), Mm(26), Mm(14), Mm(26))
#: The columns of numbers, from the third on.
_NUMBERS_FROM = 2
_GRID = "Table Grid"


def order_form_file(content: Mapping[str, Any], *, language: str) -> bytes:
    """The purchase order of such content as DOCX, in the language of the quote."""
    paper, words = completed(dict(content)), sentences(language)
    made = _file(paper, words, language)
    _heading(made, paper, words, language)
    _parties(made, paper, words)
    _references(made, paper, words)
    _lines(made, paper, words, language)
    _totals(made, paper, words, language)
    _signature(made, paper, words)
    _told(made, paper, words, language)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _file(paper: Mapping[str, Any], words: NullTranslations, language: str) -> WordFile:
    """An empty file on A4, with its metadata."""
    made = Document()
    sheet = made.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = Mm(15)
    sheet.top_margin = sheet.bottom_margin = Mm(18)
    normal = made.styles["Normal"]
    normal.font.size, normal.font.name = Pt(10), "Arial"  # type: ignore[attr-defined]
    normal.paragraph_format.space_after = Pt(2)  # type: ignore[attr-defined]
    facts = made.core_properties
    facts.title = _said(words, "Purchase order")
    facts.author = facts.last_modified_by = paper["customer"]["name"]
    facts.comments, facts.language = "", "fr-FR" if language == "fr" else "en-GB"
    facts.created = facts.modified = datetime.fromisoformat(paper["issued_on"])
    return made


def _heading(
    made: WordFile, paper: Mapping[str, Any], words: NullTranslations, language: str
) -> None:
    number = paper["filled"]["reference"] or _LINE
    made.add_heading(_said(words, "Purchase order no. %(number)s") % {"number": number}, 1)
    told = _said(words, "According to quote %(quote)s of %(day)s")
    day = text.day(paper["quoted_on"], language)
    made.add_paragraph(told % {"quote": paper["references"]["quote"], "day": day})
    if paper["lead"]:
        made.add_paragraph(paper["lead"])


def _parties(made: WordFile, paper: Mapping[str, Any], words: NullTranslations) -> None:
    """The buyer, the supplier, the delivery, the paying service: two a row."""
    seller, customer, delivery = paper["seller"], paper["customer"], paper["delivery"]
    service = paper["paying_service"]
    place = "Collection from the shop" if delivery["collected"] else "Delivery"
    reached = (delivery["contact_name"], delivery["contact_phone"], delivery["contact_email"])
    blocks = [
        (_said(words, "Buyer"), _buyer(customer)),
        (_said(words, "Supplier"), [seller["trade_name"] or seller["name"]]),
        (
            _said(words, place),
            [delivery["name"], *delivery["address"], ", ".join(filter(None, reached))],
        ),
    ]
    blocks[1][1].extend([paper["legal_name"], *seller["address"], _siret(seller)])
    if service is not None:
        lines = [service["name"], *service["address"], service["email"]]
        blocks.append((_said(words, "Paying service"), lines))
    table = made.add_table(rows=0, cols=2, style=_GRID)
    for start in range(0, len(blocks), 2):
        cells = table.add_row().cells
        for cell, (label, lines) in zip(cells, blocks[start : start + 2], strict=False):
            cell.paragraphs[0].add_run(label).bold = True
            cell.add_paragraph("\n".join(filter(None, lines)))


def _buyer(customer: Mapping[str, Any]) -> list[str]:
    return [customer["name"], *customer["address"], _siret(customer)]


def _siret(party: Mapping[str, Any]) -> str:
    return f"SIRET {grouped(party['siret'], '3 3 3 5')}" if party["siret"] else ""


def _references(made: WordFile, paper: Mapping[str, Any], words: NullTranslations) -> None:
    filled, contact = paper["filled"], paper["contact"]
    reached = ", ".join(filter(None, (contact["name"], contact["phone"], contact["email"])))
    rows = (
        (_said(words, "Commitment no."), filled["engagement"] or _LINE),
        (_said(words, "Service code"), filled["service_code"] or _LINE),
        (_said(words, "Contract no."), filled["contract"] or _LINE),
        (_said(words, "Contact person"), reached),
    )
    made.add_paragraph()
    table = made.add_table(rows=0, cols=2)
    for label, told in rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].paragraphs[0].add_run(told)
    made.add_paragraph()


def _lines(
    made: WordFile, paper: Mapping[str, Any], words: NullTranslations, language: str
) -> None:
    """The lines of the quote; the head is repeated on each page by the reader of the file."""
    table = made.add_table(rows=0, cols=len(_WIDTHS), style=_GRID)
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    heads = ("Reference", "Description", "Qty", "Price excl. VAT", "VAT", "Total excl. VAT")
    _row(table, [_said(words, head) for head in heads], bold=True)
    for line in paper["lines"]:
        name = "\n".join(filter(None, (line["name"], line["detail"])))
        price = text.unit_price(line["unit_price"], language)
        rate = text.percent(line["vat_rate"], language)
        quantity = text.number(line["quantity"], language)
        total = text.money(line["total"], language)
        _row(table, [line["sku"], name, quantity, price, rate, total])


def _totals(
    made: WordFile, paper: Mapping[str, Any], words: NullTranslations, language: str
) -> None:
    totals = paper["totals"]
    made.add_paragraph()
    table = made.add_table(rows=0, cols=3, style=_GRID)
    heads = ("VAT rate", "Base excl. VAT", "VAT amount")
    _filled(table.add_row(), (_said(words, head) for head in heads), 1, bold=True)
    for part in totals["vat"]:
        amounts = (text.money(part["base"], language), text.money(part["amount"], language))
        _filled(table.add_row(), (text.percent(part["rate"], language), *amounts), 1)
    made.add_paragraph()
    for label, amount in (
        (_said(words, "Total excl. VAT"), totals["excluding"]),
        (_said(words, "Total VAT"), totals["vat_total"]),
        (_said(words, "Total incl. VAT"), totals["including"]),
    ):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.add_run(f"{label}\u00a0: {text.money(amount, language)}").bold = True


def _signature(made: WordFile, paper: Mapping[str, Any], words: NullTranslations) -> None:
    """Places for the date, the signatory, the signature and the stamp: nothing is signed here."""
    filled = paper["filled"]
    made.add_paragraph()
    table = made.add_table(rows=0, cols=2, style=_GRID)
    for labels in (
        ("Place and date", "Name and capacity of the signatory"),
        ("Signature", "Official stamp"),
    ):
        row = table.add_row()
        row.height = Mm(18 if labels[0] == "Place and date" else 34)
        _filled(row, (_said(words, label) for label in labels), len(labels), bold=True)
    named = "\n".join(filter(None, (filled["signatory_name"], filled["signatory_capacity"])))
    table.rows[0].cells[1].add_paragraph(named)


def _told(made: WordFile, paper: Mapping[str, Any], words: NullTranslations, language: str) -> None:
    """How the file becomes a purchase order, and where its original goes."""
    seller, address = paper["seller"], paper["purchase_order_address"]
    told = _said(
        words,
        "To be printed on the letterhead of %(body)s, then dated, signed and stamped. Send the "
        "ORIGINAL by post, with the quote, before the end of %(day)s, to: %(address)s.",
    )
    made.add_paragraph()
    made.add_paragraph(
        told
        % {
            "body": paper["customer"]["name"],
            "day": text.day_full(paper["valid_until"], language),
            "address": ", ".join(address or [seller["name"], *seller["address"]]),
        }
    )


def _said(words: NullTranslations, sentence: str) -> str:
    """A sentence of the printed form (templates/documents/order_form.html), which marks it for
    translation.
    """
    return str(words.pgettext("paper", sentence))


def _row(table: Table, told: Sequence[str], *, bold: bool = False) -> None:
    _filled(table.add_row(), told, _NUMBERS_FROM, bold=bold)


def _filled(row: _Row, told: Iterable[str], numbers_from: int, *, bold: bool = False) -> None:
    """Write the cells of a row; those from `numbers_from` on are aligned to the right."""
    for place, (cell, words) in enumerate(zip(row.cells, told, strict=True)):
        line = cell.paragraphs[0]
        run = line.add_run(words)
        if bold:
            run.bold = True
        if place >= numbers_from:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
