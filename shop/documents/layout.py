"""The HTML of a document: its content and the sentences around it, ready for rendering.

Text that users typed is escaped by Jinja's autoescape and never marked safe.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shop.core import text
from shop.core.proofs import fact
from shop.documents.glyphs import drawable
from shop.documents.page_code import page_code
from shop.documents.payment_code import transfer_code
from shop.einvoicing.terms import terms_of

_HOME = Path(__file__).resolve().parents[2]
TEMPLATES = _HOME / "templates" / "documents"
TRANSLATIONS = _HOME / "shop" / "translations"

#: Separates thousands. The library breaks lines there, and draws it as a space anyway.
_THOUSANDS = "\u202f"
#: Spaces of the width of two figures. The library takes U+2007, the figure space, for any space.
_TWO_FIGURES = text.NBSP * 5

#: Optional fields of a document: absent is the same as null.
_OPTIONAL: dict[str, Any] = {
    "account_manager": None,
    "accepted_at": None,
    "accepted_by": None,
    "acknowledged_at": None,
    "audience": "public",
    "conditions_version": None,
    "deliveries": [],
    "drawn_by": None,
    "drawn_for": None,
    "delivered_on": None,
    "due_on": None,
    "lead": None,
    "legal_name": None,
    "operation": "goods",
    "paid": False,
    "paid_on": None,
    "partial": None,
    "partly_invoiced": False,
    "paying_service": None,
    "payment_delay_days": None,
    "payment_method": None,
    "promised_days": None,
    "promised_on": None,
    "purchase_order_address": None,
    "recovery": None,
    "references": {},
    "shipment": None,
    "shipped_on": None,
    "totals": None,
    "vat_changes": [],
    "words": None,
}
_OPTIONAL_INSIDE = {
    "seller": ("trade_name legal_form capital phone email website siret rcs vat_number bank epr"),
    "customer": "code siren siret",
    "delivery": (
        "collected contact_name contact_phone contact_email instructions floor opening_hours"
        " call_before"
    ),
    "paying_service": "service_code email",
    "contact": "phone email",
    "account_manager": "phone email",
    "shipment": "carrier tracking parcels weight_g packages",
    "totals": "basis eco_including rounding payable",
    "references": (
        "quote order purchase_order purchase_order_date engagement service_code delivery_notes"
        " invoice earlier_notes"
    ),
}
_OPTIONAL_IN_LINE: dict[str, Any] = {
    "agreement": "",
    "before": None,
    "cancelled": None,
    "credit": None,
    "detail": None,
    "discount": 0,
    "eco_fee": 0,
    "eco_including": None,
    "list_price": None,
    "serials": (),
    "sku": "",
    "unit_including": None,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A document's HTML with the metadata of its file."""

    html: str
    title: str
    author: str
    issued_on: date


def page(kind: str, content: Mapping[str, Any], *, language: str) -> Page:
    """The HTML of one document, in the language of its issue."""
    environment = _environment(language, TRANSLATIONS)
    paper = completed(drawable(content))
    words = sentences(language)
    title, is_form = title_of(kind, words), kind == "order_form"
    html = environment.get_template(f"{kind}.html").render(
        paper,
        kind=kind,
        title=title,
        language=language,
        **_codes(kind, paper),
        terms=terms_of(paper, words, language),
        fine=any(_is_fine(line.get("unit_price", 0)) for line in paper["lines"]),
    )
    return Page(
        html=html.replace(_THOUSANDS, text.NBSP),
        title=f"{title} ({paper['references']['quote']})"
        if is_form
        else f"{title} {paper['number']}",
        author=paper["customer" if is_form else "seller"]["name"],
        issued_on=date.fromisoformat(paper["issued_on"]),
    )


def _codes(kind: str, paper: dict[str, Any]) -> dict[str, str | None]:
    """The QR codes of a document as pictures; None of those it does not have."""
    transfer, page_at = None, paper["acknowledged_at"]
    if kind == "invoice" and not paper["paid"] and paper["seller"]["bank"]:
        to_pay = paper["totals"]["payable"] or paper["totals"]["including"]
        transfer = transfer_code(paper["seller"]["bank"], to_pay, paper["number"])
    return {
        "transfer_code": _picture(transfer) if transfer else None,
        "page_code": _picture(page_code(page_at)) if page_at else None,
    }


def title_of(kind: str, words: NullTranslations) -> str:
    """The title of a document."""
    titles = {
        "quote": words.pgettext("paper", "Quote"),
        "delivery_note": words.pgettext("paper", "Delivery note"),
        "contrary_note": words.pgettext("paper", "Contrary delivery note"),
        "invoice": words.pgettext("paper", "Invoice"),
        "credit_note": words.pgettext("paper", "Credit note"),
        "reversal": words.pgettext("paper", "Internal reversal"),
        "order_form": words.pgettext("paper", "Purchase order"),
        "paid_copy": words.pgettext("paper", "Paid invoice — copy"),
    }
    return str(titles[kind])


@cache
def _environment(language: str, translations: Path) -> Environment:
    """A Jinja environment without Flask and without a request, with a fixed language."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        _sentences(language, translations), newstyle=True
    )
    for name, write in text.FILTERS.items():
        environment.filters[name] = partial(cast(Callable[..., str], write), language=language)
    environment.filters["aligned"] = partial(_aligned, language=language)
    environment.filters["grouped"] = grouped
    environment.filters["capital"] = partial(text.capital, language=language)
    environment.filters["unbroken"] = _unbroken
    environment.filters["weight"] = partial(_weight, language=language)
    environment.filters["moment_day"] = partial(_moment_day, language=language)
    environment.globals["fact"] = fact
    environment.globals["drawing"] = partial(_drawing, environment)
    return environment


def sentences(language: str) -> NullTranslations:
    """The sentences of documents in a language."""
    return _sentences(language, TRANSLATIONS)


@cache
def _sentences(language: str, translations: Path) -> NullTranslations:
    """The compiled translations of a language; English, the source, when there are none."""
    return Translations.load(translations, [language])


def grouped(value: str, sizes: str = "4") -> str:
    """A number in groups for reading: an IBAN by 4, a SIRET by "3 3 3 5"."""
    rest = "".join(str(value).split())
    widths = [int(size) for size in sizes.split()]
    groups = []
    while rest:
        width = widths.pop(0) if len(widths) > 1 else widths[0]
        groups.append(rest[:width])
        rest = rest[width:]
    return text.NBSP.join(groups)


def _unbroken(value: str) -> str:
    """A telephone number that is not broken over two lines."""
    return value.replace(" ", text.NBSP)


def _aligned(tenthousandths: int, fine: bool, language: str) -> str:
    """A unit price of a column that has prices of four decimals (`fine`) or none: in a fine one,
    commas line up.
    """
    written = text.unit_price(tenthousandths, language)
    if not fine or tenthousandths % 10:
        return written
    filled = "0" if _is_fine(tenthousandths) else _TWO_FIGURES
    return re.sub(r"(?<=\d)(?=\D*$)", filled, written, count=1)


def _is_fine(tenthousandths: int) -> bool:
    """Whether a unit price is not in whole cents."""
    return tenthousandths % 100 != 0


def _weight(grams: int, language: str) -> str:
    """A weight in grams, shown in kilograms to the hundred grams."""
    kilograms, hundreds = divmod((grams + 50) // 100, 10)
    point = "," if language == "fr" else "."
    return f"{text.number(kilograms, language)}{point}{hundreds}{text.NBSP}kg"


def _moment_day(value: str, language: str) -> str:
    """The Paris day of a stored moment or day."""
    if len(value) == len("2026-11-18"):
        return text.day(value, language)
    return text.day(datetime.fromisoformat(value), language)


def _drawing(environment: Environment, name: str, **facts: Any) -> str:
    """An SVG of templates/documents/ as a data URI: drawn as vectors, without reading a file."""
    return _picture(environment.get_template(name).render(**facts).encode())


def _picture(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def completed(content: dict[str, Any]) -> dict[str, Any]:
    """The content with every optional field present. Any other missing field is a fault."""
    paper = _OPTIONAL | content
    for part, fields in _OPTIONAL_INSIDE.items():
        if paper.get(part) is not None:
            paper[part] = dict.fromkeys(fields.split()) | paper[part]
    paper["lines"] = [_OPTIONAL_IN_LINE | line for line in paper["lines"]]
    if paper["totals"] is not None:
        for line, so_far in zip(paper["lines"], _running(paper["lines"]), strict=True):
            line["sum"] = so_far
    return paper


def _running(lines: list[dict[str, Any]]) -> Iterable[int]:
    """The sums of the amounts of lines up to each one, as a page carries them forward."""
    return accumulate(line["total"] for line in lines)
