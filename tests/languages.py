"""Sentences of one language on a page of the other: what a look-up missed, or what has no `lang`.

A piece of text is of the other language when it is a sentence of the catalogue, whole, in that
language and not in the page's. Parts of a page with a `lang` of their own are in that language.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from xml.etree.ElementTree import Element

from babel.messages.catalog import Message

from shop.translations.catalogue import read_french

#: Attributes that are read aloud or shown.
SPOKEN = ("aria-label", "alt", "title", "placeholder")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
#: A language is called by its own name in a list of languages.
ENDONYMS = {"français", "english"}
#: Fewer letters beside the values say nothing about a language.
_LETTERS = 12


def misplaced(page: Element) -> Iterator[str]:
    """The pieces of text of a page that are not in their language."""
    own = page.get("lang", "")
    for language, piece in (*texts(page, own), *_attributes(page, own)):
        if is_foreign(piece, language):
            yield f"not in the language {language}: {piece[:80]}"


def texts(element: Element, language: str) -> Iterator[tuple[str, str]]:
    """Each piece of text below an element, with its language."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return
    own = element.get("lang", language)
    yield own, _trimmed(element.text or "")
    for child in element:
        yield from texts(child, own)
        yield own, _trimmed(child.tail or "")


def _attributes(element: Element, language: str) -> Iterator[tuple[str, str]]:
    own = element.get("lang", language)
    for name in SPOKEN:
        yield own, _trimmed(element.get(name, ""))
    for child in element:
        yield from _attributes(child, own)


def _trimmed(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=50_000)
def is_foreign(piece: str, language: str) -> bool:
    """Whether the piece is a sentence of the other language, and none of this one."""
    if language not in ("fr", "en") or not any(map(str.isalpha, piece)):
        return False
    mine, other = sentences(language), sentences("en" if language == "fr" else "fr")
    if piece.casefold() in mine.whole | ENDONYMS:
        return False
    if piece.casefold() in other.whole:
        return True
    return bool(other.patterns.fullmatch(piece)) and not mine.patterns.fullmatch(piece)


class Sentences:
    """The sentences of one language: those without a value, and patterns of the others."""

    def __init__(self, texts: set[str]) -> None:
        self.whole = {_trimmed(text).casefold() for text in texts if not _PLACEHOLDER.search(text)}
        patterns = sorted(
            "(?:.+?)".join(map(re.escape, parts))
            for text in texts
            if len(parts := _PLACEHOLDER.split(_trimmed(text))) > 1
            and sum(map(str.isalpha, "".join(parts))) >= _LETTERS
        )
        self.patterns = re.compile("|".join(patterns))


@cache
def sentences(language: str) -> Sentences:
    """The sentences of the catalogue in English or French."""
    messages = [message for message in read_french() if message.id]
    return Sentences({text for message in messages for text in _texts(message, language)})


def _texts(message: Message, language: str) -> tuple[str, ...]:
    found = message.id if language == "en" else message.string
    return (found,) if isinstance(found, str) else tuple(found)
