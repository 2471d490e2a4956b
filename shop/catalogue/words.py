"""The compared form of words: accents folded, French endings removed. Index and query use it.

The same words are stored on SQLite and on PostgreSQL, so that both find the same products and no
extension of the server is needed.
"""

import re
from functools import lru_cache

from shop.core.folding import fold

MAX_TERMS = 8
_WORD = re.compile(r"[a-z0-9]+")
_SURFACE = re.compile(r"[^\W_]+")

#: « son » is not among them: it is a word of this catalogue.
_SMALL = """a au aux avec ce ces d dans de des du elle en et il ils l la le les leur lui ne nos
notre on ou par pas pour qu que qui s sa se ses sur un une y the of for and with to an"""
STOP_WORDS = frozenset(_SMALL.split())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word without its French plural and feminine endings: "enceintes" is "enceint"."""
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return word
    if word.endswith("eaux"):
        word = word[:-1]
    elif word.endswith("aux") and len(word) > 5:
        word = word[:-3] + "al"
    elif word[-1] in "sx":
        word = word[:-1]
    while len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def terms(text: str) -> list[str]:
    """The words of a text in their compared form, in order, without stop words."""
    words = _WORD.findall(fold(text))
    return [stem(word) for word in words if word not in STOP_WORDS]


def asked_terms(query: str) -> list[str]:
    """The words of a query, at most eight; stop words count when there are no others."""
    words = _WORD.findall(fold(query[:200]))
    kept = [word for word in words if word not in STOP_WORDS] or words
    return list(dict.fromkeys(stem(word) for word in kept))[:MAX_TERMS]


def surfaces(text: str) -> dict[str, str]:
    """Each compared word with its spelling: {"enceint": "enceintes"}."""
    shown: dict[str, str] = {}
    for word in _SURFACE.findall(text.lower()):
        key = fold(word)
        if len(key) > 2 and key not in STOP_WORDS and not any(c.isdigit() for c in key):
            shown.setdefault(stem(key), word)
    return shown


def trigrams(word: str) -> set[str]:
    """Groups of three letters, those at the beginning counting double."""
    padded = f"  {word} "
    return {padded[index : index + 3] for index in range(len(padded) - 2)}


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the share of trigrams in common."""
    left, right = trigrams(one), trigrams(other)
    return len(left & right) / len(left | right)
