"""The columns of the « fichier des écritures comptables » (LPF art. A47 A-1). Pure rules.

The shop writes an extract in this layout for its accountant, never the whole file of the company.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from checkout.entries.chart_rules import Charts
from checkout.entries.rules import (
    JOURNALS,
    WITH_CLIENT,
    Entry,
    Words,
    label_of,
)
from shop.core.money import Money

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)


def name_of(siren: str, closing: date) -> str:
    """The name of the file: SIREN, « FEC », the last day."""
    return f"{siren}FEC{closing:%Y%m%d}.txt"


def file_of(entries: Iterable[Entry], charts: Charts, words: Words) -> Iterator[str]:
    """The lines of the file, with their ends: tab separated, UTF-8. Entries are numbered from 1 in
    each extract and bear the account numbers of their own day. Raises ValueError for an entry that
    does not balance: none is written.
    """
    yield _line(COLUMNS)
    for number, entry in enumerate(entries, start=1):
        if entry.balance:
            raise ValueError(f"The entry of {entry.piece} does not balance")
        for cells in _rows(entry, number, charts, words):
            yield _line(cells)


def _rows(entry: Entry, number: int, charts: Charts, words: Words) -> Iterator[list[str]]:
    chart = charts.on(entry.day)
    for posting in entry.postings:
        code, name = entry.client if posting.kind in WITH_CLIENT else ("", "")
        none = Money()
        yield [
            entry.journal,
            words(JOURNALS[entry.journal]),
            str(number),
            f"{entry.day:%Y%m%d}",
            chart.number(posting.kind, posting.rate),
            label_of(posting, words),
            code,
            name,
            entry.piece,
            f"{entry.piece_day:%Y%m%d}",
            entry.label,
            _amount(max(posting.amount, none)),
            _amount(max(-posting.amount, none)),
            "",
            "",
            f"{entry.day:%Y%m%d}",
            "",
            "",
        ]


def _line(cells: Iterable[str]) -> str:
    return "\t".join(" ".join(cell.replace("|", " ").split()) for cell in cells) + "\r\n"


def _amount(amount: Money) -> str:
    """Euros with a decimal comma and no separator of thousands."""
    return f"{amount.cents // 100},{amount.cents % 100:02d}"
