"""The tags of a PDF and their words as another program reads them: pypdf, by the numbers of marked
content and the fonts' maps to Unicode. `told_by_poppler` is a second reader, of seconds a paper.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pypdf

_CHARACTER = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\s*\[([^\]]*)\]")


@dataclass
class Tag:
    """An element: its kind, the scope of a head, its own text, and what it contains."""

    kind: str
    scope: str = ""
    texts: list[str] = field(default_factory=list)
    children: "list[Tag]" = field(default_factory=list)

    def walk(self) -> "Iterator[Tag]":
        yield self
        for child in self.children:
            yield from child.walk()

    def all_of(self, kind: str) -> "list[Tag]":
        return [tag for tag in self.walk() if tag.kind == kind]

    @property
    def text(self) -> str:
        """Everything in it, in its order."""
        return " ".join(text for tag in self.walk() for text in tag.texts)


def tags_of(pdf: bytes) -> Tag:
    """The whole document."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    marked = {sheet.indirect_reference: _marked(sheet) for sheet in reader.pages}
    root: Any = reader.trailer["/Root"]
    (top,) = _list(root["/StructTreeRoot"]["/K"])
    return _tag(top.get_object(), marked)


def _tag(element: Any, marked: dict[Any, dict[int, str]]) -> Tag:
    scopes = (each.get_object().get("/Scope", "") for each in _list(element.get("/A", [])))
    tag = Tag(element["/S"][1:], next((scope[1:] for scope in scopes if scope), ""))
    for kid in _list(element.get("/K", [])):
        found = kid.get_object()
        if isinstance(found, int):
            tag.texts.append(marked[element.raw_get("/Pg")][int(found)])
        elif "/MCID" in found:
            sheet = (found if "/Pg" in found else element).raw_get("/Pg")
            tag.texts.append(marked[sheet][found["/MCID"]])
        elif found.get("/Type") != "/OBJR":
            tag.children.append(_tag(found, marked))
    return tag


def _list(value: Any) -> Any:
    value = value.get_object() if hasattr(value, "get_object") else value
    return value if isinstance(value, list) else [value]


def _marked(sheet: Any) -> dict[int, str]:
    """The words of each piece of marked content of a page, by its number."""
    fonts = {name: _letters(font) for name, font in sheet["/Resources"]["/Font"].items()}
    texts: dict[int, str] = {}
    inside: list[int | None] = []
    letters: dict[int, str] = {}
    for operands, operator in sheet.get_contents().operations:
        if operator in (b"BDC", b"BMC"):
            number = operands[1].get("/MCID") if operator == b"BDC" else None
            inside.append(number)
            if number is not None:
                texts.setdefault(number, "")
        elif operator == b"EMC":
            inside.pop()
        elif operator == b"Tf":
            letters = fonts[operands[0]]
        elif operator == b"Tj" and inside and inside[-1] is not None:
            drawn = "".join(letters[code] for code in operands[0].original_bytes)
            texts[inside[-1]] += drawn
    return texts


def _letters(font: Any) -> dict[int, str]:
    """What the codes of a font stand for."""
    unicode = font.get_object().get("/ToUnicode")
    if unicode is None:
        return {code: chr(code) for code in range(256)}
    table = unicode.get_object().get_data()
    letters: dict[int, str] = {}
    for first, _last, several in _RANGE.findall(table):
        for place, letter in enumerate(re.findall(rb"<([0-9A-Fa-f]+)>", several)):
            letters[int(first, 16) + place] = _letter(letter)
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        letters |= {int(code, 16): _letter(letter) for code, letter in _CHARACTER.findall(part)}
    return letters


def _letter(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def told_by_poppler(pdf: bytes) -> list[str]:
    """The words of the whole document in the order of its tags, by pdfinfo."""
    done = subprocess.run(
        ["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True
    )
    told = re.findall(r'^ *"(.*)"$', done.stdout.decode(), re.MULTILINE)
    return " ".join(told).split()
