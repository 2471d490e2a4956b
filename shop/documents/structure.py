"""The structure of a tagged paper: what its marked content is (ISO 32000-1, 14.7 and 14.8).

The story is read once, before it is laid out: each paragraph gets an element, in reading order.
While pages are drawn, a paragraph notes where its element is marked; what belongs to no element is
an artifact. `with_structure` then writes the tree into the printed file.
"""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

from pikepdf import Pdf
from reportlab.platypus import Flowable, Table

#: The tree of the document that is being printed.
TREE: ContextVar["Element"] = ContextVar("TREE")

_ROW = "TR"


@dataclass(eq=False, slots=True)
class Element:
    """A node of the tree. `marks` are the places of its content: (index of the page, number)."""

    kind: str
    kids: list["Element"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    alternative: str = ""
    scope: str = ""
    #: A heading that each page repeats is read once.
    once: bool = False

    def add(self, kind: str, **facts: Any) -> "Element":
        kid = Element(kind, **facts)
        self.kids.append(kid)
        return kid

    def is_read(self, page: int) -> bool:
        """Whether it was marked on an earlier page, and is read once."""
        return self.once and bool(self.marks) and self.marks[0][0] != page

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """Copies of a flowable, as the library makes them, draw for the same element."""
        return self


def describe(story: Iterable[Flowable], parent: Element, *, once: bool = False) -> None:
    """Give each paragraph of a story its element, below `parent`."""
    for part in story:
        if hasattr(part, "frags"):
            _describe_paragraph(part, parent, once)
        elif hasattr(part, "heading"):  # the table of lines
            table = parent.add("Table")
            _describe_rows(part.heading, table.add("THead"), once=True)
            body = table.add("TBody")
            for row in part.rows:
                _describe_rows(row, body)
        elif isinstance(part, Table):
            _describe_table(part, parent, once)
        elif hasattr(part, "_content"):
            describe(part._content, parent, once=once)


def _describe_table(part: Table, parent: Element, once: bool) -> None:
    """A table with headings; the cells of any other, which only sets places, one by one."""
    if any(is_heading(cell) for row in part._cellvalues for cell in row):
        _describe_rows(part, parent.add("Table"))
        return
    for row in part._cellvalues:
        for cell in row:
            describe(_content(cell), parent, once=once)


def _describe_rows(part: Any, parent: Element, *, once: bool = False) -> None:
    for cells in getattr(part, "_cellvalues", None) or [part.cells]:
        row = parent.add(_ROW)
        scope = "Column" if all(is_heading(cell) for cell in cells) else "Row"
        for cell in cells:
            heading = is_heading(cell)
            element = row.add("TH" if heading else "TD", scope=scope if heading else "")
            content = _content(cell)
            if len(content) == 1 and hasattr(content[0], "frags"):
                content[0].element = element
                element.once = once
            else:
                describe(content, element, once=once)


def _describe_paragraph(part: Any, parent: Element, once: bool) -> None:
    pictures = [each for each in part.frags if hasattr(each, "cbDefn")]
    if pictures and not part.text.strip():
        words = " ".join(filter(None, (getattr(each, "alternative", "") for each in pictures)))
        if words:
            part.element = parent.add("Figure", alternative=words, once=once)
        return
    role = getattr(part.frags[0], "role", "P") if part.frags else "P"
    part.element = parent.add(role, once=once)


class Heading(list[Flowable]):
    """The content of a cell that is a heading of its column or row."""


def is_heading(cell: Any) -> bool:
    return isinstance(cell, Heading)


def _content(cell: Any) -> Sequence[Any]:
    if isinstance(cell, list | tuple):
        return cell
    return [cell] if isinstance(cell, Flowable) else []


def with_structure(printed: bytes, tree: Element) -> bytes:
    """The printed file with its tree, appended as an update: a paper of four hundred lines has
    four thousand elements, which are too slow to be made one by one.
    """
    with Pdf.open(BytesIO(printed)) as pdf:
        pages = [page.obj.objgen[0] for page in pdf.pages]
        root = len(pdf.objects) + 1
        catalogue = pdf.Root.objgen[0]
        entries = pdf.Root.unparse(resolved=True)
    numbers = {element: root + 2 + at for at, element in enumerate(_in_order(tree))}
    parents = {kid: numbers[element] for element in numbers for kid in element.kids}
    bodies = {
        catalogue: entries.rstrip()[:-2] + b"/StructTreeRoot %d 0 R >>" % root,
        root: b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>" % (numbers[tree], root + 1),
        root + 1: _parent_tree(numbers, len(pages)),
    }
    for element, number in numbers.items():
        bodies[number] = _written(element, parents.get(element, root), numbers, pages)
    return printed + _update(bodies, printed, catalogue)


def _in_order(tree: Element) -> Iterable[Element]:
    yield tree
    for kid in tree.kids:
        yield from _in_order(kid)


def _written(
    element: Element, parent: int, numbers: dict[Element, int], pages: Sequence[int]
) -> bytes:
    """An element as an object of the file."""
    marked = "".join(
        f"<</Type/MCR/Pg {pages[page]} 0 R/MCID {number}>>" for page, number in element.marks
    )
    kids = "".join(f"{numbers[kid]} 0 R " for kid in element.kids)
    words = f"<</S/{element.kind}/P {parent} 0 R/K[{marked}{kids}]".encode()
    if element.scope:
        words += b"/A<</O/Table/Scope/%s>>" % element.scope.encode()
    if element.alternative:
        words += b"/Alt<%s>" % ("\ufeff" + element.alternative).encode("utf-16-be").hex().encode()
    return words + b">>"


def _parent_tree(numbers: dict[Element, int], count: int) -> bytes:
    """For each page, the elements of its marks in the order of their numbers."""
    marks = sorted(
        (page, mark, number) for element, number in numbers.items() for page, mark in element.marks
    )
    rows: list[list[int]] = [[] for _page in range(count)]
    for page, _mark, number in marks:
        rows[page].append(number)
    listed = "".join(
        f"{page}[{''.join(f'{number} 0 R ' for number in row)}]" for page, row in enumerate(rows)
    )
    return f"<</Nums[{listed}]>>".encode()


def _update(bodies: dict[int, bytes], printed: bytes, catalogue: int) -> bytes:
    """The objects as an incremental update (ISO 32000-1, 7.5.6)."""
    before = int(printed[printed.rindex(b"startxref") + 9 :].split()[0])
    parts, table, at = [b"\n"], [b"xref\n0 1\n0000000000 65535 f \n"], len(printed) + 1
    for number, body in bodies.items():
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        at += len(parts[-1])
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    end = trailer % (max(bodies) + 1, catalogue, before, at)
    return b"".join((*parts, *table, end))
