"""Rows of lines, built straight from the HTML: the second row with the same classes as one before
takes over what the first was styled to.

The library works out each element from its styles, which is half the time of a long paper. The
first row goes that way, and is noted; of any other, only the words are new.
"""

from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from reportlab.pdfbase.pdfmetrics import getFont
from xhtml2pdf.parser import pisaLoop

from shop.documents.line_rows import LONGEST_CELL, RowLook, Words, look_of
from shop.documents.reused import style_key

#: Characters: about a third of a page in the narrowest column of text.
LONG_CELL = 1_200
_NO_BREAK = "\xa0"
#: Characters before the first that is written from right to left, punctuation and currencies, but
#: the one that is not printed.
_SIMPLE = frozenset(map(chr, (*range(0x590), *range(0x2000, 0x2070), *range(0x20A0, 0x20C1))))
_SIMPLE -= {"\xad"}


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row that is drawn directly: its look, and the words of its cells."""

    look: RowLook
    cells: list[Any]


@dataclass(slots=True)
class Known:
    """What the rows of one table were styled to, by the keys of their elements."""

    #: The commands of rows and cells, without their places.
    commands: dict[Any, list[tuple[Any, ...]]] = field(default_factory=dict)
    #: The style of the words of an element, and of their paragraph.
    words: dict[Any, tuple[Any, Any]] = field(default_factory=dict)
    #: A paragraph of an element, and the characters that its font is known to draw.
    paragraphs: dict[Any, tuple[Any, frozenset[str]]] = field(default_factory=dict)
    #: The look of the rows that are drawn directly, by the keys of row and cells.
    looks: dict[Any, RowLook | None] = field(default_factory=dict)


def known(context: Any) -> Known | None:
    """What is known of the table of lines that is read; None in another table."""
    found: Known | None = getattr(context.tableData, "known", None)
    return found


def visit(node: Any, context: Any, **how: Any) -> None:
    """Build an element of the story: a row of lines directly, where all its styles are known."""
    table = known(context)
    if table is None:
        pisaLoop(node, context, **how)
    elif node.nodeType == node.TEXT_NODE:
        parent = node.parentNode
        if node.data.strip() and parent.tagName in ("td", "p"):
            table.words[_key(parent, context)] = copy(context.frag), copy(context.fragBlock)
        pisaLoop(node, context, **how)
    elif node.tagName != "tr" or not _build(node, context, table):
        pisaLoop(node, context, **how)


def _key(node: Any, context: Any) -> Any:
    return style_key(node, context.cssPositionalTags, context.cssAttributeNames)


def note(node: Any, context: Any, before: int) -> None:
    """Note the commands that a row or cell has added to its table after the first `before`."""
    table = known(context)
    if table is not None:
        added = context.tableData.styles[before:]
        table.commands[_key(node, context)] = [(name, how) for name, _at, _to, *how in added]


def _build(node: Any, context: Any, table: Known) -> bool:
    """Add a row to the table; False if the library must, and then nothing was added."""
    cells = [each for each in node.childNodes if each.nodeType == each.ELEMENT_NODE]
    parts = [_leaves(cell) for cell in cells]
    keys = [_key(each, context) for each in (node, *cells)]
    if any(key not in table.commands for key in keys):
        return False
    for leaves in parts:
        if leaves is None or sum(len(text) for _leaf, text in leaves) > LONG_CELL:
            return False
        if any(_key(leaf, context) not in table.words for leaf, _text in leaves):
            return False
    data, frag = context.tableData, context.frag
    row = data.row
    drawn = _drawn(keys, parts, context, table)
    if drawn is not None:
        _add(node, data, drawn)
        return True
    places = [((0, row), (-1, row)), *(((at, row), (at, row)) for at in range(len(cells)))]
    for key, (first, last) in zip(keys, places, strict=True):
        data.styles += [(name, first, last, *how) for name, how in table.commands[key]]
    _add(node, data, [_paragraphs(leaves or (), context, table) for leaves in parts])
    context.frag = frag
    return True


def _add(node: Any, data: Any, cells: Any) -> None:
    """Add the cells of a row to the table, and the sum that it brings it to."""
    data.sums.append(node.getAttribute("data-sum"))
    data.data.append(cells)
    data.rowh.append(None)
    data.row += 1


def _drawn(keys: list[Any], parts: list[Any], context: Any, table: Known) -> DrawnRow | None:
    """The words of a row that is drawn directly; None where the library draws it."""
    places = tuple(keys)
    if places not in table.looks:
        row, *cells = (table.commands[key] for key in keys)
        table.looks[places] = look_of(row, cells)
    look = table.looks[places]
    if look is None:
        return None
    words = [_words(leaves, context, table) for leaves in parts]
    return None if any(cell is None for cell in words) else DrawnRow(look, words)


def _words(leaves: Any, context: Any, table: Known) -> list[Words] | None:
    """The words of a cell, where each paragraph is known and short."""
    if sum(len(text) for _leaf, text in leaves) > LONGEST_CELL:
        return None
    found = []
    for leaf, text in leaves:
        known = table.paragraphs.get(_key(leaf, context))
        if known is None or not known[1].issuperset(text):
            return None
        found.append(Words(known[0], _collapsed(text)))
    return found


def _leaves(cell: Any) -> list[tuple[Any, str]] | None:
    """The elements of a cell that hold words, with these; None for a cell with anything else."""
    if cell.tagName != "td" or any(cell.hasAttribute(name) for name in ("colspan", "rowspan")):
        return None
    paragraphs = [each for each in cell.childNodes if each.nodeType == each.ELEMENT_NODE]
    leaves = []
    for leaf in paragraphs or [cell]:
        if leaf is not cell and leaf.tagName != "p":
            return None
        if any(each.nodeType != each.TEXT_NODE for each in leaf.childNodes):
            return None
        text = "".join(each.data for each in leaf.childNodes)
        if text.strip():
            leaves.append((leaf, text))
    return leaves


def _paragraphs(leaves: Any, context: Any, table: Known) -> list[Any]:
    outer = context.swapStory()
    for leaf, text in leaves:
        key = _key(leaf, context)
        known = table.paragraphs.get(key)
        if known is not None and known[1].issuperset(text):
            context.story.append(known[0].with_words(_collapsed(text)))
            continue
        words, block = table.words[key]
        context.frag, context.fragBlock = words, copy(block)
        context.addFrag(text)
        context.addPara()
        if context.story and words.textTransform == "none" and words.whiteSpace == "normal":
            _learn(context.story[-1], key, table)
    story: list[Any] = context.story
    context.swapStory(outer)
    return story


def _learn(made: Any, key: Any, table: Known) -> None:
    """Note the paragraph of an element for others like it, with the characters that its font draws
    as they are.
    """
    if made.is_plain:
        table.paragraphs[key] = made, _drawn_by(made.frags[0].fontName)


@cache
def _drawn_by(font: str) -> frozenset[str]:
    """The characters that a font draws from left to right as they are."""
    glyphs = getFont(font).face.charToGlyph
    return frozenset(sign for sign in _SIMPLE if ord(sign) in glyphs)


def _collapsed(text: str) -> str:
    """The words of an element as the library prints them: only no-break spaces are kept."""
    parts = (" ".join(f"x{part}x".split())[1:-1] for part in text.split(_NO_BREAK))
    return _NO_BREAK.join(parts).strip(" ")
