"""Typed answers put back into a form of a page that was rendered without them."""

from collections.abc import Sequence
from html.parser import HTMLParser

from markupsafe import escape

#: Inputs whose value somebody typed; a hidden one is the page's own, a password is never kept.
_TYPED = {"text", "email", "tel", "search", "url", "number", "date", "month", "time"}
_TICKED = {"checkbox", "radio"}
_CONTROLS = {"input", "textarea", "select"}


def refilled(html: str, page: str, action: str, answers: Sequence[tuple[str, str]]) -> str:
    """The page at the address `page`, with the answers in the form that posts to `action`, or has a
    button that does; unchanged when there is no such form.
    """
    forms = _Forms(html)
    forms.feed(html)
    wanted = forms.actions.get(action) or (forms.actions.get("") if action == page else None)
    if wanted is None:
        return html
    filler = _Filler(html, wanted, answers)
    filler.feed(html)
    return filler.result()


class _Reader(HTMLParser):
    """Reads a page: which form each control belongs to, and where a tag begins in the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._line_starts = [0]
        for line in html.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self._count, self._open = 0, 0
        self._ids: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._count += 1
            self._open = self._count
            self._ids[given.get("id", "")] = self._count
        self.begin(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = 0
        self.end(tag)

    def begin(self, tag: str, given: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """Nothing to do for most readers."""

    def owner(self, given: dict[str, str]) -> int:
        """The number of the form that a control belongs to; 0 for none."""
        return self._ids.get(given["form"], 0) if "form" in given else self._open

    def place(self) -> int:
        """Where the tag that is read begins."""
        line, column = self.getpos()
        return self._line_starts[line - 1] + column


class _Forms(_Reader):
    """The addresses to which the forms of a page post, with the numbers of the forms."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.actions: dict[str, int] = {}

    def begin(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and given.get("method", "").lower() == "post":
            self.actions.setdefault(given.get("action", ""), self._open)
        elif "formaction" in given:
            self.actions.setdefault(given["formaction"], self.owner(given))


class _Filler(_Reader):
    """Replaces the tags of answered controls; all else is copied as it is."""

    def __init__(self, html: str, wanted: int, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__(html)
        self._html, self._wanted = html, wanted
        self._answers: dict[str, list[str]] = {}
        for name, value in answers:
            self._answers.setdefault(name, []).append(value)
        self._edits: list[tuple[int, int, str]] = []
        self._chosen: list[str] | None = None
        self._text: tuple[int, str] | None = None

    def result(self) -> str:
        parts, done = [], 0
        for start, stop, text in self._edits:
            parts += [self._html[done:start], text]
            done = stop
        return "".join([*parts, self._html[done:]])

    def begin(self, tag: str, given: dict[str, str]) -> None:
        if tag == "option" and self._chosen is not None:
            self._write(tag, _marked(given, "selected", given.get("value") in self._chosen))
        elif tag in _CONTROLS and self.owner(given) == self._wanted:
            self._control(tag, given, self._answers.get(given.get("name", "")))

    def _control(self, tag: str, given: dict[str, str], answers: list[str] | None) -> None:
        kind = given.get("type", "text").lower()
        if tag == "input" and kind in _TICKED:
            self._write(tag, _marked(given, "checked", given.get("value", "on") in (answers or [])))
        elif answers is None:
            return
        elif tag == "select":
            self._chosen = answers
        elif tag == "textarea":
            self._text = (self.place() + len(self.get_starttag_text() or ""), answers[0])
        elif kind in _TYPED:
            self._write(tag, given | {"value": answers.pop(0) if answers else ""})

    def end(self, tag: str) -> None:
        if tag == "select":
            self._chosen = None
        elif tag == "textarea" and self._text is not None:
            start, text = self._text
            self._edits.append((start, self.place(), f"\n{escape(text)}"))
            self._text = None

    def _write(self, tag: str, given: dict[str, str]) -> None:
        start = self.place()
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self._edits.append(
            (start, start + len(self.get_starttag_text() or ""), f"<{tag}{attributes}>")
        )


def _marked(given: dict[str, str], mark: str, is_set: bool) -> dict[str, str]:
    left = {name: value for name, value in given.items() if name != mark}
    return left | {mark: mark} if is_set else left
