"""Typed answers put back into a form of a page that was rendered without them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from markupsafe import escape

#: Inputs whose value somebody typed; a hidden one is the page's own, a password is never kept.
_TYPED = {"text", "email", "tel", "search", "url", "number", "date", "month", "time"}
_TICKED = {"checkbox", "radio"}
_CONTROLS = {"input", "textarea", "select"}

#: A replacement of the text from one place to another.
_Edit = tuple[int, int, str]


def refilled(html: str, page: str, action: str, answers: Sequence[tuple[str, str]]) -> str:
    """The page at the address `page`, with the answers in the form that posts to `action`, or has a
    button that does; unchanged when there is no such form.
    """
    tags = _tags(html)
    actions = _actions(tags)
    wanted = actions.get(action) or (actions.get("") if action == page else None)
    if wanted is None:
        return html
    parts, done = [], 0
    for start, stop, text in _edits(tags, wanted, answers):
        parts += [html[done:start], text]
        done = stop
    return "".join([*parts, html[done:]])


@dataclass(frozen=True)
class _Tag:
    """A tag between two places of the text, opening or not; `form` is the number of the form that
    it belongs to, 0 for none.
    """

    name: str
    given: dict[str, str]
    start: int
    stop: int
    form: int
    opens: bool = True


def _tags(html: str) -> list[_Tag]:
    """The tags of a page in their order, each with its form."""
    tags, count, current = [], 0, 0
    ids: dict[str, int] = {}
    for name, given, start, stop, opens in _read(html):
        if name == "form":
            count += opens
            current = count if opens else 0
        if name == "form" and opens:
            ids[given.get("id", "")] = count
        form = ids.get(given["form"], 0) if "form" in given else current
        tags.append(_Tag(name, given, start, stop, form, opens))
    return tags


def _read(html: str) -> Iterator[tuple[str, dict[str, str], int, int, bool]]:
    """Each tag: its name, what it gives, where it starts and stops, whether it opens."""
    starts = [0]
    for line in html.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parser = _Parser()
    parser.feed(html)
    for name, attributes, (row, column), length in parser.found:
        start = starts[row - 1] + column
        given = {key: value or "" for key, value in attributes or ()}
        yield name, given, start, start + length, attributes is not None


class _Parser(HTMLParser):
    """Collects the tags that the library finds: name, attributes (None for a tag that closes),
    line and column, length.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, list[tuple[str, str | None]] | None, tuple[int, int], int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs, self.getpos(), len(self.get_starttag_text() or "")))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((tag, None, self.getpos(), 0))


def _actions(tags: list[_Tag]) -> dict[str, int]:
    """The addresses to which the forms of a page post, with the numbers of the forms."""
    actions: dict[str, int] = {}
    for tag in tags:
        if tag.name == "form" and tag.given.get("method", "").lower() == "post":
            actions.setdefault(tag.given.get("action", ""), tag.form)
        elif "formaction" in tag.given:
            actions.setdefault(tag.given["formaction"], tag.form)
    return actions


def _edits(tags: list[_Tag], wanted: int, answers: Sequence[tuple[str, str]]) -> Iterator[_Edit]:
    """What changes in the answered controls of that form, from the top of the page."""
    given: dict[str, list[str]] = {}
    for name, value in answers:
        given.setdefault(name, []).append(value)
    chosen: list[str] | None = None
    text: tuple[int, str] | None = None
    for tag in tags:
        if not tag.opens:
            if tag.name == "select":
                chosen = None
            elif tag.name == "textarea" and text is not None:
                yield text[0], tag.start, text[1]
                text = None
        elif tag.name == "option" and chosen is not None:
            yield _marked(tag, "selected", tag.given.get("value") in chosen)
        elif tag.name in _CONTROLS and tag.form == wanted:
            sent = given.get(tag.given.get("name", ""))
            if tag.name == "input":
                yield from _input_edits(tag, sent)
            elif tag.name == "select":
                chosen = sent
            elif sent is not None:
                text = (tag.stop, f"\n{escape(sent[0])}")


def _input_edits(tag: _Tag, sent: list[str] | None) -> Iterator[_Edit]:
    """A tick is set or taken away; a value is replaced when one was sent."""
    kind = tag.given.get("type", "text").lower()
    if kind in _TICKED:
        yield _marked(tag, "checked", tag.given.get("value", "on") in (sent or []))
    elif kind in _TYPED and sent is not None:
        yield _written(tag, tag.given | {"value": sent.pop(0) if sent else ""})


def _marked(tag: _Tag, mark: str, is_set: bool) -> _Edit:
    left = {name: value for name, value in tag.given.items() if name != mark}
    return _written(tag, left | {mark: mark} if is_set else left)


def _written(tag: _Tag, given: dict[str, str]) -> _Edit:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    return tag.start, tag.stop, f"<{tag.name}{attributes}>"
