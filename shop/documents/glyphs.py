"""The characters that a document can show, and where French does not break a line.

A document with a character that its fonts do not have is not rendered: shop/core/alphabet.py.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shop.core import text
from shop.core.alphabet import printed_form

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts" / "pdf"

#: Spaces at which French does not break a line: before high punctuation, inside « », before a unit.
_UNBROKEN = re.compile(r" (?=[:;!?»%€])|(?<=«) |(?<=\d) (?=[A-Za-z°µ]{1,3}\b)")


def drawable(value: Any) -> Any:
    """The same content with only characters that the documents' fonts have, with French spacing.

    Raises LettersNotPrinted.
    """
    if isinstance(value, str):
        return _UNBROKEN.sub(text.NBSP, printed_form(value))
    if isinstance(value, Mapping):
        return {key: drawable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(part) for part in value]
    return value
