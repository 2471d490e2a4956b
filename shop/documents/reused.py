"""What is worked out once for a document, or once for all, when it is laid out.

xhtml2pdf resolves the styles of each element anew unless a sibling has the same tag and classes,
and reads each drawing each time. Nearly half of the time of a short document goes into that.
"""

from copy import copy
from functools import lru_cache
from io import BytesIO
from typing import Any

from svglib.svglib import svg2rlg
from xhtml2pdf.parser import getCSSAttrCacheKey

#: Drawings kept: the marks and stations of all kinds, and some payment codes.
_DRAWINGS = 64


def style_key(
    node: Any,
    positional: frozenset[str] = frozenset(),
    attributes: frozenset[str] = frozenset(),
) -> tuple[Any, ...]:
    """What decides the styles of an element: its own tag, class, identifier, style and the
    attributes that rules select by, and the same of all its ancestors.

    An element whose place among its siblings matters to a rule is told apart by its parent itself,
    and so are the elements inside it.
    """
    known: tuple[Any, ...] | None = getattr(node, "style_key", None)
    if known is not None:
        return known
    own = getCSSAttrCacheKey(node, positional, attributes)
    parent = node.parentNode
    if own.position is None and parent is not None and parent.nodeType == node.ELEMENT_NODE:
        above: Any = style_key(parent, positional, attributes)
    else:
        above = parent
    key = node.style_key = _Key((above, *own[1:]))
    return key


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
