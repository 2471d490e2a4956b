"""The towns of French postal codes, from data/postal_codes.csv, and whether a typed town is one.

The list is never complete: hamlets and new names are not in it. A disagreement is asked about, and
refuses nothing.
"""

import csv
import re
from functools import cache
from pathlib import Path

from shop.core.folding import fold
from shop.core.parties import FRANCE
from shop.places.rules import ARMED_FORCES, FIVE_DIGITS, MONACO_TERRITORY, territory_of

_FILE = Path(__file__).parent / "data" / "postal_codes.csv"
_SIGNS = re.compile(r"[^a-z0-9/]+")
_WHOLE = {"st": "saint", "ste": "sainte", "s/": "sur", "/": "sur", "ss": "sous"}
#: Words that people leave out, and the number of a municipal district: Paris 12e.
_LEFT_OUT = "a au aux d de des du en et l la le les lez sous sur arrondissement ville"
_SMALL = frozenset(_LEFT_OUT.split())
_DISTRICT = re.compile(r"^\d{1,2}(?:e|er|eme|ieme)?$")
_CEDEX = re.compile(r"\bcedex\b", re.IGNORECASE)


@cache
def _towns() -> dict[str, str]:
    """The names of each postal code, separated by « | »."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {row["postal_code"]: row["towns"] for row in csv.DictReader(lines)}


def towns_of(postal_code: str) -> tuple[str, ...]:
    """The communes of a postal code, present and former; empty for one that is not in the list."""
    named = _towns().get(postal_code)
    return tuple(named.split("|")) if named else ()


def may_agree(postal_code: str, town: str, *, country: str = FRANCE) -> bool:
    """Whether a town may have that postal code: False asks the person to check both.

    Abroad nothing is compared, nor are CEDEX codes, Monaco and the armed forces.
    """
    if country not in FIVE_DIGITS or _CEDEX.search(town):
        return True
    if territory_of(country, postal_code) in (ARMED_FORCES, MONACO_TERRITORY):
        return True
    typed = _words(town)
    return any(_alike(typed, _words(name)) for name in towns_of(postal_code))


def _alike(typed: frozenset[str], name: frozenset[str]) -> bool:
    """One has all words of the other: « Chalon » is Chalon-sur-Saône, « Paris 12 » is Paris."""
    return bool(typed and name) and (typed <= name or name <= typed)


def _words(town: str) -> frozenset[str]:
    """The words that tell one town from another, in lower case without accents."""
    words = _SIGNS.sub(" ", fold(town).replace("s/s", "sous").replace("s/", " s/ ")).split()
    whole = [_WHOLE.get(word, word) for word in words]
    telling = [w for w in whole if w not in _SMALL and not _DISTRICT.match(w)]
    return frozenset(telling or whole)
