"""The form in which texts of the shop are typed, pure: titles, paragraphs, lists, bold, links.

A small part of Markdown, read here because no library of it is locked, and because what it lets
through is all that pages and PDFs can show: there is no way to write HTML.

    ## A title
    A paragraph with **bold words** and [a link](/livraison).

    - an item
    - another one
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shop.core.errors import N_, DomainError
from shop.core.text import kept_spaces

#: As long as a page can show with profit.
LONGEST = 40_000
_SPAN = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<href>[^)]*)\)")
_HREF = re.compile(r"/(?!/)[^\s\"<>\\]*|https://[^\s\"<>\\]+|mailto:[^\s\"<>\\]+@[^\s\"<>\\]+")
_TAG = re.compile(r"</?[a-zA-Z!]")


class TextRefused(DomainError):
    """A text that cannot be shown as it was typed: `line` is the first such line."""

    sentence = N_("Line %(line)s cannot be shown.")
    status = 422


class TextEmpty(TextRefused):
    sentence = N_("Write the text: the page exists in both languages.")


class TextTooLong(TextRefused):
    sentence = N_("The text has at most %(most)s characters.")


class HasHtml(TextRefused):
    sentence = N_("Line %(line)s has HTML, which is not shown. Write words, ## titles and - lists.")


class WrongTitle(TextRefused):
    sentence = N_("Line %(line)s: a title begins with ## and a space, and is not empty.")


class WrongLink(TextRefused):
    sentence = N_(
        "Line %(line)s: a link leads to a page of the shop (/livraison), to an https:// or to a "
        "mailto: address."
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a paragraph: `kind` is text, strong or link."""

    kind: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, of one item, or a list of items."""

    is_list: bool
    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A title, empty before the first one, with what follows it."""

    title: str
    blocks: tuple[Block, ...]


def ensure_text(typed: str) -> None:
    """Raises TextEmpty, TextTooLong, HasHtml, WrongTitle, WrongLink."""
    if not typed.strip():
        raise TextEmpty
    if len(typed) > LONGEST:
        raise TextTooLong(most=LONGEST)
    for place, line in enumerate(typed.splitlines(), start=1):
        if _TAG.search(line):
            raise HasHtml(line=place)
        if line.startswith("#") and not re.fullmatch(r"## +\S.*", line):
            raise WrongTitle(line=place)
        if any(not _HREF.fullmatch(found["href"] or "/") for found in _SPAN.finditer(line)):
            raise WrongLink(line=place)
        if re.search(r"\]\(\s*\)", line):
            raise WrongLink(line=place)
    _ensure_links(typed)


def _ensure_links(typed: str) -> None:
    """Links as they are shown: the lines of a paragraph are joined. Raises WrongLink."""
    for section in read_text(typed):
        for span in (span for block in section.blocks for item in block.items for span in item):
            if span.kind == "link" and not _HREF.fullmatch(span.href):
                begun = "](" + span.href.split(" ")[0]
                lines = enumerate(typed.splitlines(), start=1)
                raise WrongLink(line=next((place for place, line in lines if begun in line), 1))


def read_text(typed: str) -> list[Section]:
    """The sections of a text that `ensure_text()` lets pass; French signs keep their space."""
    sections: list[Section] = []
    title, lines = "", []
    for line in [*kept_spaces(typed).splitlines(), None]:
        if line is not None and not line.startswith("## "):
            lines.append(line.strip())
            continue
        blocks = tuple(_blocks(lines))
        if title or blocks:
            sections.append(Section(title, blocks))
        title, lines = (line or "")[3:].strip(), []
    return sections


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Paragraphs end with an empty line, lists also with a line that is no item."""
    kept: list[str] = []
    for line in [*lines, ""]:
        is_item = line.startswith("- ")
        if kept and (not line or is_item != kept[0].startswith("- ")):
            yield _block(kept)
            kept = []
        if line:
            kept.append(line)


def _block(lines: list[str]) -> Block:
    if lines[0].startswith("- "):
        return Block(True, tuple(_spans(line[2:].strip()) for line in lines))
    return Block(False, (_spans(" ".join(lines)),))


def _spans(words: str) -> tuple[Span, ...]:
    found, end = [], 0
    for match in _SPAN.finditer(words):
        if match.start() > end:
            found.append(Span("text", words[end : match.start()]))
        if match["strong"]:
            found.append(Span("strong", match["strong"]))
        else:
            found.append(Span("link", match["words"], match["href"]))
        end = match.end()
    if end < len(words):
        found.append(Span("text", words[end:]))
    return tuple(found)
