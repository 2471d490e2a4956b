"""Extract, check and compile the translations: `python -m shop.translations.catalogue CHECK`.

- `compile` makes messages.mo (every start does it when the .po is newer);
- `update` reads all sentences from the source and keeps the .po in step with them;
- `check` fails on a sentence without its French, or whose placeholders differ, and on one that is
  looked up both with and without a number.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from shop.core.paths import ROOT

FOLDER = ROOT / "shop" / "translations"
PO = FOLDER / "fr" / "LC_MESSAGES" / "messages.po"
PACKAGES = ("shop", "checkout", "quotes", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {
    kind: {"trimmed": "true", "encoding": "utf-8", "newstyle_gettext": "true"}
    for kind in ("**.html", "**.txt")
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
#: A sign that formatting would read as the beginning of a placeholder.
_LONE = re.compile(r"%(?!\(\w+\)[sd])")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of the source: `ids` is its singular and, where it has one, its plural."""

    file: str
    line: int
    ids: tuple[str, ...]
    comments: tuple[str, ...] = ()
    context: str | None = None


def sentences() -> Iterator[Found]:
    """Every look-up of a sentence in the source, in its order."""
    for package in PACKAGES:
        for filename, line, message, comments, context in extract_from_dir(
            str(ROOT / package),
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS,  # type: ignore[arg-type]
            comment_tags=("Translators:",),
        ):
            ids = (message,) if isinstance(message, str) else tuple(message)
            yield Found(f"{package}/{filename}", line, ids, tuple(comments), context)


def cataloguing(found: Iterable[Found]) -> Catalog:
    """The sentences of the source as a catalogue, with their positions."""
    catalog = Catalog(locale="fr", project="Comptoir", charset="utf-8")
    for one in found:
        message = one.ids if len(one.ids) > 1 else one.ids[0]
        place = [(one.file, one.line)]
        catalog.add(message, None, place, (), one.comments, context=one.context)
    return catalog


def looked_up_both_ways(found: Iterable[Found]) -> Iterator[str]:
    """Sentences that are a plural entry and are looked up without a number elsewhere.

    Python before 3.11.4 does not find such an entry plainly: the reader gets the English sentence.
    """
    found = list(found)
    plural = {(one.context, one.ids[0]) for one in found if len(one.ids) > 1}
    for one in found:
        if len(one.ids) == 1 and (one.context, one.ids[0]) in plural:
            where = f"{one.file}:{one.line}"
            yield f"{where}: {one.ids[0]!r} is a plural entry, looked up without number"


def read_french(path: Path = PO) -> Catalog:
    if not path.exists():
        return Catalog(locale="fr", project="Comptoir")
    return read_po(BytesIO(path.read_bytes()), locale="fr")


def compile_french(*, force: bool = False) -> None:
    """messages.po → messages.mo, if the .mo is older."""
    target = PO.with_suffix(".mo")
    if not force and target.exists() and target.stat().st_mtime >= PO.stat().st_mtime:
        return
    with target.open("wb") as handle:
        write_mo(handle, read_french())


def update() -> None:
    """Update the .po from the source: new sentences are added empty, unused ones are removed."""
    french, found = read_french(), cataloguing(sentences())
    for message in found:
        if message.id:
            known = french.get(_key(message), message.context)
            message.string = _same_kind(message, known) if known else ""
    written = PO.with_suffix(".new")
    with written.open("wb") as handle:
        write_po(handle, found, width=96, sort_output=True, include_lineno=False)
    written.replace(PO)


def _same_kind(message: Message, known: Message) -> Any:
    """The existing French; a sentence that gained or lost its plural needs a new translation."""
    return known.string if known.pluralizable == message.pluralizable else ""


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _strings(message: Message) -> list[str]:
    """The French of a sentence: one string, or its singular and plural."""
    if isinstance(message.string, str):
        return [message.string]
    return list(message.string or ())


def breaks_at_a_sign(french: str) -> bool:
    """Whether a sign of two parts could begin a line, or « end one: an ordinary space, or none,
    stands where a non-breaking one belongs.
    """
    return bool(re.search(r"[^\s\u00a0\u202f«][!?;](?:\s|$)|\S [:;!?»]|« ", french))


def has_lone_sign(text: str) -> bool:
    """Whether a « % » of a sentence would be read as the beginning of a placeholder."""
    return _LONE.search(text.replace("%%", "")) is not None


def faults() -> Iterator[str]:
    """The findings of `check`, one sentence each."""
    found = list(sentences())
    yield from looked_up_both_ways(found)
    french = read_french()
    for message in cataloguing(found):
        if not message.id:
            continue
        known = french.get(_key(message), message.context)
        where = ", ".join(f"{file}:{line}" for file, line in message.locations[:1])
        translated = _strings(known) if known else []
        if not translated or not all(translated):
            yield f"{where}: no French for {_key(message)!r}"
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(_PLACEHOLDER.findall(" ".join(ids)))
        for text in (*ids, *translated):
            if has_lone_sign(text):
                yield f"{where}: % is not followed by a placeholder in {text!r}"
        for text in translated:
            if not set(_PLACEHOLDER.findall(text)) <= wanted:
                yield f"{where}: placeholders differ in {text!r}"
    for message in french:
        text = " ".join(_strings(message))
        if message.id and breaks_at_a_sign(text):
            yield f"no U+00A0 beside a sign in {text!r}"


def main(arguments: list[str]) -> int:
    """Run one of the three commands."""
    command = arguments[0] if arguments else ""
    if command == "compile":
        compile_french()
    elif command == "update":
        update()
        compile_french(force=True)
    elif command == "check":
        found = list(faults())
        sys.stdout.write("".join(f"{fault}\n" for fault in found))
        return 1 if found else 0
    else:
        sys.stderr.write("Say compile, update or check.\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
