"""The journal as text: one sentence per entry, with its facts. The entries in `KEY` are
highlighted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shop.core.text import day, money
from shop.duties.rules import ALONE
from shop.storage.journal import JournalEntry
from shop.web.dossiers.sentences import ADDED, BY_ONE, DAYS, SENTENCES
from shop.web.kit.site import current_language


@dataclass(frozen=True, slots=True)
class JournalLine:
    """What the journal macro renders."""

    at: datetime
    title: str
    text: str
    by: str
    key: bool


class _Facts(dict[str, Any]):
    """Facts that an older entry does not have are empty."""

    def __missing__(self, _key: str) -> str:
        return ""


def journal_lines(entries: Iterable[JournalEntry]) -> list[JournalLine]:
    """The entries of a dossier as sentences in the reader's language."""
    lines = []
    for entry in entries:
        title, rest = SENTENCES.get(entry.act, (entry.act, ""))
        facts = _Facts(entry.facts)
        if isinstance(facts.get("amount"), int):
            facts["amount"] = money(facts["amount"], current_language())
        for name in DAYS & facts.keys():
            facts[name] = day(str(facts[name]), current_language())
        words = _stopped(_(rest) % facts) if rest else ""
        lines.append(
            JournalLine(
                entry.at,
                _stopped(_(title)),
                " ".join(part for part in (words, _added(entry)) if part),
                entry.by_name,
                entry.target is not None,
            )
        )
    return lines


def _added(entry: JournalEntry) -> str:
    told = (
        sentence
        for (act, fact, value), sentence in ADDED.items()
        if act == entry.act and entry.facts.get(fact) == value
    )
    sentences = [_stopped(_(sentence) % _Facts(entry.facts)) for sentence in told]
    return " ".join(sentences + ([_(BY_ONE)] if ALONE in entry.facts else []))


def _stopped(words: str) -> str:
    """A sentence with its stop: the sentences of an entry follow each other on one line."""
    words = words.strip()
    return f"{words}." if words and words[-1] not in ".!?…" else words
