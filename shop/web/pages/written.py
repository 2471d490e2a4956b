"""The texts that the office wrote, for the pages that show them: read once a minute."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from shop.ops.clock import today
from shop.texts.models import TextVersion
from shop.texts.prose_rules import Section, read_text
from shop.texts.rules import TEXTS, ShopText, Version, begun_of, version_of
from shop.texts.texts import VERSIONS
from shop.web.kit.kept import Kept
from shop.web.kit.site import current_language, database


@dataclass(frozen=True, slots=True)
class Written:
    """The versions of every text, and the words of those in force by text: French, English."""

    versions: tuple[Version, ...]
    words: dict[str, tuple[str, str]]


def sections_today(text: ShopText) -> list[Section]:
    """What the office wrote of a text, in force today; nothing where it wrote none."""
    words = _WRITTEN.get().words.get(text.key)
    return read_text(words[0 if current_language() == "fr" else 1]) if words else []


def version_today(text: ShopText) -> int:
    """The version in force today."""
    return version_of(text, _WRITTEN.get().versions, today())


def begun_versions(text: ShopText) -> list[int]:
    """The versions that may be read, the latest first."""
    return begun_of(text, _WRITTEN.get().versions, today())


def read_texts_again() -> None:
    """A version was written: this process reads them again."""
    _WRITTEN.forget()


def _read() -> Written:
    with database().reading() as connection:
        versions = tuple(Version(*row) for row in connection.execute(VERSIONS))
        shown = [
            and_(TextVersion.text == key, TextVersion.number == number)
            for key, text in TEXTS.items()
            if (number := version_of(text, versions, today())) != text.first
        ]
        if not shown:
            return Written(versions, {})
        rows = connection.execute(
            select(TextVersion.text, TextVersion.french, TextVersion.english).where(or_(*shown))
        )
        return Written(versions, {row.text: (row.french, row.english) for row in rows})


_WRITTEN = Kept("texts_of_today", _read)
