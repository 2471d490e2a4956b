"""The level of detail of an export: a row for each document, for each of its rates of VAT, or for
each of its lines. The rows of each level add up to the same amount excluding VAT.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from checkout.invoices.ledger import LedgerLine
from checkout.invoices.rules import Settled
from shop.core.errors import N_
from shop.core.money import Money
from shop.core.text import percent, unit_price
from shop.documents.spreadsheets import Cell
from shop.dossiers.models import Paper

#: Documents whose frozen content is read with one statement.
_AT_ONCE = 100

Content = Mapping[str, Any]


class Detail(StrEnum):
    """What a row of an export is."""

    DOCUMENT = "document"
    VAT = "vat"
    LINE = "line"


#: The columns of a level after those that name the document.
COLUMNS: dict[Detail, tuple[str, ...]] = {
    Detail.VAT: (N_("VAT rate"), N_("Base excl. VAT"), N_("VAT amount")),
    Detail.LINE: (
        N_("Reference"),
        N_("Description"),
        N_("Quantity"),
        N_("Unit price excl. VAT"),
        N_("VAT rate"),
        N_("Total excl. VAT"),
    ),
}
#: The columns that name the document in each of its rows.
NAMING = (
    N_("Invoice"),
    N_("Date"),
    N_("File"),
    N_("Order"),
    N_("Purchase order"),
    N_("Commitment number"),
    N_("SIRET"),
    N_("Credit note of invoice"),
)


def detailed(
    session: Session, documents: Iterable[LedgerLine], detail: Detail, language: str
) -> Iterator[list[Cell]]:
    """The rows of documents at that level, read from what was frozen with each; a credit note has
    negative amounts and quantities. Not for `Detail.DOCUMENT`, whose rows need no content.
    """
    parts = _rates if detail is Detail.VAT else _lines
    for document, content in _with_content(session, documents):
        yield from ([*_naming(document), *cells] for cells in parts(document, content, language))


def count_details(session: Session, papers: Select[int], detail: Detail) -> int:
    """The number of rows, at that level, of the documents with these keys of papers."""
    parts = {
        Detail.DOCUMENT: func.count(),
        Detail.VAT: func.sum(func.json_array_length(Paper.content[("totals", "vat")])),
        Detail.LINE: func.sum(func.json_array_length(Paper.content["lines"])),
    }
    return session.scalar(select(parts[detail]).where(Paper.id.in_(papers))) or 0


def _with_content(
    session: Session, documents: Iterable[LedgerLine]
) -> Iterator[tuple[LedgerLine, Content]]:
    """Each document with its frozen content, some at a time."""
    left = iter(documents)
    while some := list(islice(left, _AT_ONCE)):
        papers = select(Paper.id, Paper.content).where(
            Paper.id.in_([document.paper_id for document in some])
        )
        contents = {row[0]: row[1] for row in session.execute(papers)}
        yield from ((document, contents[document.paper_id]) for document in some)


def _naming(document: LedgerLine) -> list[Cell]:
    return [
        document.number,
        document.issued_on,
        document.dossier,
        document.order,
        document.purchase_order,
        document.engagement,
        document.siret,
        document.credit_of,
    ]


def _rates(document: LedgerLine, content: Content, language: str) -> Iterator[list[Cell]]:
    sign = -1 if document.credit_of else 1
    for part in content["totals"]["vat"]:
        base, vat = Money(sign * part["base"]), Money(sign * part["amount"])
        yield [percent(part["rate"], language), base, vat]


def _lines(document: LedgerLine, content: Content, language: str) -> Iterator[list[Cell]]:
    sign = -1 if document.credit_of else 1
    for line in content["lines"]:
        yield [
            line.get("sku") or "",
            line["name"],
            str(sign * line["quantity"]),
            unit_price(line["unit_price"], language),
            percent(line["vat_rate"], language),
            Money(sign * line["total"]),
        ]


def cells_of(line: LedgerLine, words: dict[Settled | None, str]) -> list[Cell]:
    """One invoice or credit note; `words` are the names of the states of payment, and of what has
    none.
    """
    return [
        line.number,
        line.issued_on,
        line.due_on or "",
        line.excluding,
        line.vat_total,
        line.including,
        line.paid,
        words[line.settled],
        line.dossier,
        line.order,
        line.purchase_order,
        line.title,
        line.engagement,
        line.siret,
        line.postal_code,
        line.rounding,
        line.credited,
        line.credit_of,
    ]
