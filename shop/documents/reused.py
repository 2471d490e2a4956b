"""What is worked out once for a document, or once for all, when it is laid out.

xhtml2pdf resolves the styles of each element anew unless a sibling has the same tag and classes,
and reads each drawing each time. Nearly half of the time of a short document goes into that.
"""

from copy import copy
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.dom import expatbuilder
from xml.parsers.expat import ExpatError

import html5lib
from svglib.svglib import svg2rlg
from xhtml2pdf.context import pisaContext
from xhtml2pdf.parser import CSSCollect, getCSSAttrCacheKey

#: Drawings kept: the marks and stations of all kinds, and some payment codes.
_DRAWINGS = 64
#: Style sheets whose resolved styles are kept: of the papers, and of the shop's pages. And how many
#: styles of one, a few hundred at most unless inline styles vary.
_SHEETS, _STYLES = 4, 4_000
_SHEETS_PARSED: dict[str, Any] = {}
_DOCTYPE = b"<!doctype html>"
parse_sheet = pisaContext._parseCSSSource


def style_key(
    node: Any,
    positional: frozenset[str] = frozenset(),
    attributes: frozenset[str] = frozenset(),
) -> tuple[Any, ...]:
    """What decides the styles of an element: its own tag, class, identifier, style and the
    attributes that rules select by, and the same of all its ancestors.

    Where the place among siblings matters to a rule, it is in the key of the element, and so in
    those of the elements inside it. No key holds a node: the styles outlive the document.
    """
    known: tuple[Any, ...] | None = getattr(node, "style_key", None)
    if known is not None:
        return known
    own = getCSSAttrCacheKey(node, positional, attributes)
    parent = node.parentNode
    inside = parent is not None and parent.nodeType == node.ELEMENT_NODE
    above = style_key(parent, positional, attributes) if inside else None
    key = node.style_key = _Key((above, *own[1:]))
    return key


def styles_of(node: Any, context: Any) -> Any:
    """The styles of an element, resolved once for all documents with the same style sheet."""
    if not isinstance(context.cssAttrCache, _Resolved):
        context.cssAttrCache = _resolved(context.cssText)
    return CSSCollect(node, context)


class _Resolved(dict[Any, Any]):
    """Resolved styles, which the library would forget at the end of a document."""

    def clear(self) -> None:
        """Forget them only when inline styles have made them too many."""
        if len(self) > _STYLES:
            super().clear()


@lru_cache(maxsize=_SHEETS)
def _resolved(_sheet: str) -> _Resolved:
    return _Resolved()


def parsed_sheet(context: Any, text: str, source: str) -> Any:
    """The rules of a style sheet, parsed once; one that declares pages or fonts, which a document
    needs anew, is parsed each time.
    """
    if "@" in text:
        return parse_sheet(context, text, source)
    known = _SHEETS_PARSED.get(text)
    if known is None:
        if len(_SHEETS_PARSED) > _SHEETS:
            _SHEETS_PARSED.clear()
        known = _SHEETS_PARSED[text] = parse_sheet(context, text, source)
    return known


class Reader:
    """Reads the HTML of our templates, which is XML too, with a parser in C; any other HTML as the
    library does.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = tree

    def parse(self, html: bytes, **how: Any) -> Any:
        try:
            return expatbuilder.parseString(  # noqa: S316 - our templates, with typed text escaped
                html.replace(_DOCTYPE, b"", 1), namespaces=False
            )
        except ExpatError:
            return html5lib.HTMLParser(tree=self.tree).parse(BytesIO(html), **how)


class _Key(tuple[Any, ...]):
    """A tuple that works out its hash once: a chain of ancestors is hashed at each level."""

    hashed: int

    def __hash__(self) -> int:
        try:
            return self.hashed
        except AttributeError:
            self.hashed = super().__hash__()
            return self.hashed


def drawing(source: BytesIO, **options: Any) -> Any:
    """The drawing of an SVG, to be scaled and drawn by its caller, who changes its size and no
    shape of it; None for one without size.
    """
    return copy(_read(source.getvalue(), tuple(sorted(options.items()))))


@lru_cache(maxsize=_DRAWINGS)
def _read(svg: bytes, options: tuple[tuple[str, Any], ...]) -> Any:
    return svg2rlg(BytesIO(svg), **dict(options))
