"""What stands on a paper: its content and the sentences around it, as HTML for the press.

Text that users typed is escaped by Jinja's autoescape and never marked safe. Characters that the
embedded fonts cannot draw are replaced, since PDF/A forbids a missing glyph.
"""

import base64
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from reportlab.pdfbase.ttfonts import TTFontFile

from shop.ground import text
from shop.ground.errors import N_
from shop.ground.pdf_payment import transfer_code

_HOME = Path(__file__).resolve().parents[2]
FONTS = _HOME / "static" / "fonts" / "pdf"
TEMPLATES = _HOME / "templates" / "documents"
TRANSLATIONS = _HOME / "shop" / "translations"

#: What each paper calls itself.
TITLES = {
    "quote": N_("Quote"),
    "delivery_note": N_("Delivery note"),
    "invoice": N_("Invoice"),
}

#: Fields that a paper may do without: absent is the same as null.
_OPTIONAL: dict[str, Any] = dict.fromkeys(
    "account_manager accepted_at accepted_by conditions_version delivered_on due_on lead paid"
    " paid_on paying_service payment_delay_days payment_method purchase_order_address shipment"
    " valid_until".split()
) | {"audience": "public", "operation": "goods", "references": {}}
_OPTIONAL_INSIDE: dict[str, dict[str, Any]] = {
    "seller": dict.fromkeys(
        "trade_name legal_form capital phone email website siret rcs vat_number bank".split()
    ),
    "customer": dict.fromkeys(("code", "siren", "siret")),
    "delivery": dict.fromkeys(("contact_name", "contact_phone", "instructions")),
    "paying_service": dict.fromkeys(("service_code", "email")),
    "contact": dict.fromkeys(("phone", "email")),
    "account_manager": dict.fromkeys(("phone", "email")),
    "shipment": dict.fromkeys(("carrier", "tracking", "parcels", "weight_g")),
    "totals": {"eco_including": 0},
    "references": dict.fromkeys(
        "quote order purchase_order purchase_order_date engagement service_code delivery_notes"
        " invoice".split()
    ),
}
_OPTIONAL_IN_LINE: dict[str, Any] = {"detail": None, "eco_fee": 0, "serials": None, "sku": ""}


@dataclass(frozen=True, slots=True)
class Page:
    """A paper's HTML with what its file says of itself."""

    html: str
    title: str
    author: str
    issued_on: date


def page(kind: str, content: Mapping[str, Any], *, language: str) -> Page:
    """The HTML of one paper, in the language of its issue."""
    environment = _environment(language, TRANSLATIONS)
    paper = _completed(_drawable(content))
    title = _sentences(language, TRANSLATIONS).gettext(TITLES[kind])
    code = None
    if kind == "invoice" and not paper["paid"] and paper["seller"]["bank"]:
        code = transfer_code(paper["seller"]["bank"], paper["totals"]["including"], paper["number"])
    html = environment.get_template(f"{kind}.html").render(
        paper, title=title, language=language, transfer_code=_picture(code) if code else None
    )
    return Page(
        html=html,
        title=f"{title} {paper['number']}",
        author=paper["seller"]["name"],
        issued_on=date.fromisoformat(paper["issued_on"]),
    )


@cache
def _environment(language: str, translations: Path) -> Environment:
    """Our own Jinja environment: no Flask, no request, the language fixed once."""
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
        environment.filters[name] = partial(write, language=language)  # type: ignore[arg-type]
    environment.filters["grouped"] = grouped
    environment.filters["capital"] = partial(_capital, language=language)
    environment.filters["unbroken"] = _unbroken
    environment.filters["weight"] = partial(_weight, language=language)
    environment.filters["moment_day"] = partial(_moment_day, language=language)
    environment.globals["drawing"] = partial(_drawing, environment)
    return environment


@cache
def _sentences(language: str, translations: Path) -> NullTranslations:
    """The compiled sentences of a language; English, the source, when there are none."""
    return Translations.load(translations, [language])


def grouped(value: str, sizes: str = "4") -> str:
    """A number in groups that the eye can check: an IBAN by 4, a SIRET by "3 3 3 5"."""
    rest = "".join(str(value).split())
    widths = [int(size) for size in sizes.split()]
    groups = []
    while rest:
        width = widths.pop(0) if len(widths) > 1 else widths[0]
        groups.append(rest[:width])
        rest = rest[width:]
    return text.NBSP.join(groups)


def _unbroken(value: str) -> str:
    """A telephone number that stays on one line."""
    return value.replace(" ", text.NBSP)


def _capital(value: int | str, language: str) -> str:
    """A company's capital, in cents; or as it was written."""
    return value if isinstance(value, str) else text.money(value, language)


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
    """An SVG of templates/documents/ as a data URI: drawn as vectors, read from nowhere."""
    return _picture(environment.get_template(name).render(**facts).encode())


def _picture(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _completed(content: dict[str, Any]) -> dict[str, Any]:
    """The content with every optional field present. Whatever else is missing is a fault."""
    paper = _OPTIONAL | content
    for part, fields in _OPTIONAL_INSIDE.items():
        if paper.get(part) is not None:
            paper[part] = fields | paper[part]
    paper["lines"] = [_OPTIONAL_IN_LINE | line for line in paper["lines"]]
    return paper


def _drawable(value: Any) -> Any:
    """The same content with only characters that the papers' fonts can draw."""
    if isinstance(value, str):
        return _drawable_text(value)
    if isinstance(value, Mapping):
        return {key: _drawable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(part) for part in value]
    return value


def _drawable_text(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    known = _glyphs()
    written = unicodedata.normalize("NFC", value)
    return "".join(
        sign if ord(sign) in known else " " if sign.isspace() else _substitute(sign, known)
        for sign in written
    )


def _substitute(sign: str, known: frozenset[int]) -> str:
    """The nearest drawable form (ﬁ becomes fi), nothing for invisible signs, or a question mark."""
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(ord(part) in known for part in plain):
        return plain
    return "" if unicodedata.category(sign) in {"Cc", "Cf", "Mn", "Me"} else "?"


@cache
def _glyphs() -> frozenset[int]:
    """The characters that every weight can draw."""
    faces = [set(TTFontFile(str(path)).charToGlyph) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset(set.intersection(*faces))
