"""The characters that a document can show, and where French does not break a line.

PDF/A forbids a missing glyph (ISO 19005-3, 6.2.11.8): a character that the embedded fonts do not
have is replaced before the document is rendered.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import TTFontFile

from shop.core import text

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts" / "pdf"

#: Spaces at which French does not break a line: before high punctuation, inside « », before a unit.
_UNBROKEN = re.compile(r" (?=[:;!?»%€])|(?<=«) |(?<=\d) (?=[A-Za-z°µ]{1,3}\b)")


def drawable(value: Any) -> Any:
    """The same content with only characters that the documents' fonts have, with French spacing."""
    if isinstance(value, str):
        return _UNBROKEN.sub(text.NBSP, _drawable_text(value))
    if isinstance(value, Mapping):
        return {key: drawable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(part) for part in value]
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
    """The nearest character that can be drawn (ﬁ becomes fi), nothing for invisible ones, or a
    question mark.
    """
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(ord(part) in known for part in plain):
        return plain
    return "" if unicodedata.category(sign) in {"Cc", "Cf", "Mn", "Me"} else "?"


@cache
def _glyphs() -> frozenset[int]:
    """The characters that every weight of the font has."""
    faces = [set(TTFontFile(str(path)).charToGlyph) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset(set.intersection(*faces))
