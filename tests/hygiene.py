"""The rules that every page of the shop must follow, checked from its HTML.

The tests' client checks each page that it gets; a page with a fault fails the test that requested
it.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from lxml import html as lxml_html

from shop.web.kit.once import FIELD
from tests.languages import misplaced

#: What a template or a lazy sentence leaves when it was not rendered. « None yet » is a sentence.
LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\(\w+\)[sd]|\bNone\b(?! [a-z])|LazyString|Undefined|<(?:function|bound) "
)
#: Parts of a page that a script requests: they are checked within their page.
FRAGMENTS = ("/registre/recherche",)
#: A token of a form, whatever its value: it must not be empty.
TOKEN = re.compile(r'((?:csrf_token|once)" (?:type="hidden" )?value=")[^"<>&\s]+')
#: A day, or a moment to the second with its offset.
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2})?")
#: Text and values of which no fault of the markup depends: pages that differ in them alone are
#: parsed strictly once, which takes fifteen milliseconds.
_WORDS = re.compile(r">[^<>&]*[^<>&\s][^<>&]*<")
_VALUES = re.compile(r'="[^"&<>]*"')
#: So are rows of the same markup, one after the other: two are as good as fifty.
_ROWS = re.compile(r"((<(li|tr|option)\b(?:(?!</?\3\b).)*</\3>\s*)\2)\2+", re.DOTALL)
_PARSER = lxml_html.HTMLParser(remove_comments=True, remove_pis=True)
SPOKEN = ("aria-label", "aria-labelledby", "title")
REFERENCES = ("aria-labelledby", "aria-describedby", "for", "form", "list")
NOT_WORDS = {"script", "style", "template"}


class HygienicClient(FlaskClient):
    """A test client that checks each page as strictly as a validator, and sends each form with a
    key of its own, as from a page that was just opened; `once=None` among its answers sends none.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("method") == "POST" and not kwargs.get("json"):
            kwargs["data"] = _with_key(kwargs.get("data"))
        answer = super().open(*args, **kwargs)
        whole = answer.mimetype == "text/html" and answer.request.path not in FRAGMENTS
        if answer.request.method == "GET" and whole:
            csrf = bool(self.application.config.get("WTF_CSRF_ENABLED", True))
            found = faults(answer.get_data(as_text=True), csrf=csrf)
            assert not found, f"{answer.request.path}: " + "; ".join(found)
        return answer


def _with_key(sent: Any) -> Any:
    if not isinstance(sent, dict | None):
        return sent
    form = {FIELD: secrets.token_hex(8)} | dict(sent or {})
    return {name: each for name, each in form.items() if each is not None}


def faults(html: str, *, csrf: bool) -> list[str]:
    """Everything wrong with a page; an empty list is a good page."""
    if html.startswith("<!doctype html>\n<html lang=en>\n<title>Redirecting"):
        return []
    return list(_faults_of(TOKEN.sub(r"\1x", html), csrf))


@lru_cache(maxsize=1024)
def _faults_of(html: str, csrf: bool) -> list[str]:
    """The faults of a page whose tokens are all « x »: checking one takes long, and many are
    repeated.
    """
    page = parsed(html)
    bare = _ROWS.sub(r"\1", _VALUES.sub('=""', _WORDS.sub(">x<", html)))
    found = _errors_of(html) if _errors_of(bare) else []
    found += _head(page)
    found += _ids(page)
    found += _words(page)
    parents = {child: parent for parent in page.iter() for child in parent}
    found += _controls(page, parents)
    found += _sections(page)
    found += _strictness(page)
    found += misplaced(page)
    if csrf:
        found += _tokens(page)
    return found


def parsed(html: str) -> Element:
    """The tree of a page, by a parser that is fast and silent."""
    return lxml_html.document_fromstring(html, parser=_PARSER)


@lru_cache(maxsize=4096)
def _errors_of(html: str) -> list[str]:
    """What a strict parser finds."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    parser.parse(html)
    return [f"HTML {at}: {code} {facts}" for at, code, facts in parser.errors]


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _head(page: Element) -> Iterator[str]:
    if page.get("lang") not in ("fr", "en"):
        yield "no language"
    title = page.find("head/title")
    if title is None or not _text(title):
        yield "no title"
    heads = sum(1 for _ in page.iter("h1"))
    if heads != 1:
        yield f"{heads} headings of the first level"
    if sum(1 for _ in page.iter("main")) != 1:
        yield "not exactly one <main>"


def _ids(page: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    yield from (f"id {name} stands {times} times" for name, times in ids.items() if times > 1)
    for element in page.iter():
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name} leads nowhere"
        target = element.get("href", "") if element.tag == "a" else ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"the link {target} leads nowhere"


def _words(page: Element) -> Iterator[str]:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        pieces = [] if element.tag in NOT_WORDS else [element.text or ""]
        pieces += [element.tail or "", *map(str, element.attrib.values())]
        for piece in pieces:
            if LEFTOVER.search(piece):
                yield f"left over in <{element.tag}>: {' '.join(piece.split())[:80]}"


def _sections(page: Element) -> Iterator[str]:
    """Times as HTML writes them; an article or a section has a heading."""
    for element in page.iter("time"):
        if not TIME.fullmatch(element.get("datetime", "")):
            yield f"datetime={element.get('datetime')}"
    headings = {f"h{level}" for level in range(1, 7)}
    for element in (*page.iter("article"), *page.iter("section")):
        if not headings.intersection(below.tag for below in element.iter()):
            yield f"a <{element.tag}> without heading: {element.attrib}"


def _controls(page: Element, parents: dict[Element, Element]) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if _text(label)}
    for element in page.iter():
        if element.tag in ("button", "a", "summary"):
            spoken = any(element.get(name) for name in SPOKEN)
            if not spoken and not _text(element) and not _pictured(element):
                yield f"a <{element.tag}> without words: {element.attrib}"
        if element.tag == "img" and element.get("alt") is None:
            yield f"a picture without alt: {element.get('src')}"
        if element.tag not in ("input", "select", "textarea"):
            continue
        if element.get("type") in ("hidden", "submit"):
            continue
        named = element.get("id") in labelled or any(element.get(name) for name in SPOKEN)
        if not named and not _inside_label(element, parents):
            yield f"no label for {element.get('name')}"


def _pictured(element: Element) -> bool:
    return any(picture.get("alt") for picture in element.iter("img"))


def _inside_label(element: Element, parents: dict[Element, Element]) -> bool:
    above = parents.get(element)
    while above is not None:
        if above.tag == "label":
            return bool(_text(above))
        above = parents.get(above)
    return False


def _strictness(page: Element) -> Iterator[str]:
    """Nothing that the content security policy would refuse."""
    for element in page.iter():
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline <{element.tag}>"
        for name in element.attrib:
            if name == "style" or str(name).startswith("on"):
                yield f"an inline {name} on <{element.tag}>"


def _tokens(page: Element) -> Iterator[str]:
    for form in page.iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        tokens = [
            field
            for field in form.iter("input")
            if (field.get("name") or "").endswith("csrf_token")
        ]
        if len(tokens) != 1 or not tokens[0].get("value"):
            yield f"{len(tokens)} CSRF tokens in the form to {form.get('action')}"
        keys = [field.get("value") for field in form.iter("input") if field.get("name") == FIELD]
        if len(keys) != 1 or not keys[0]:
            yield f"{len(keys)} keys in the form to {form.get('action')}"
