"""What the office types to find a dossier: a number, whole, short or in part, or names. Pure rules.

A number is a series, a year and a serial number: DE-2026-000131 (shop/settings/numbering). « 131 »,
"de 131" and "DE/2026/131" are short forms of it.
"""

import re
from dataclasses import dataclass

from shop.core.folding import fold_reference, words_of

#: Fewer characters are part of too many numbers.
LEAST_PART = 3
_SHORT = re.compile(r"(?:([a-z]{2}) ?)?(?:(20\d\d) )?0*(\d{1,6})")
_JOINED = re.compile(r"([a-z]{2})?(20\d\d)(\d{6})")


@dataclass(frozen=True, slots=True)
class Asked:
    """`typed` as it was typed; `key` the whole of it as a folded reference.

    `whole` is the pattern (SQL LIKE) of the numbers that it names, empty if it is no number; `part`
    what it is a part of, in capitals and without hyphens, empty if it is too short or has no digit.
    """

    typed: str
    key: str
    whole: str
    part: str


def read_asked(typed: str) -> Asked:
    """The parts of a search; at most 100 characters of it."""
    typed = typed.strip()[:100]
    key = fold_reference(typed)
    is_part = len(key) >= LEAST_PART and key.isascii() and any(sign.isdigit() for sign in key)
    return Asked(typed, key, _whole(" ".join(words_of(typed)), key), key.upper() if is_part else "")


def _whole(words: str, key: str) -> str:
    if not key.isascii():
        return ""
    found = _JOINED.fullmatch(key) or _SHORT.fullmatch(words)
    if found is None:
        return ""
    series, year, serial = found.groups()
    return f"{series.upper() if series else '__'}-{year or '____'}-{serial:0>6}"
