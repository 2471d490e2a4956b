"""The words by which a body is found in the embedded register. Pure rules.

Every word of a body's name is stored folded, with its postal code; a search matches the beginnings
of these words, in any order, with or without accents.
"""

import re

from shop.core.folding import fold_name

#: As long as the longest word of a French commune's name.
LONGEST_WORD = 24
#: Maximum number of words of a search: more are not needed to find a town, and each needs an index
#: scan.
MOST_PARTS = 4

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\u00a0\u202f.\-]+(?=\d)")
_BEFORE_NAME = re.compile(r"^(?:mairie|commune|ville)(?: de| du| des| d)? (?=\w)")
_WHOLE = {"st": "saint", "ste": "sainte", "cc": "communaute", "ca": "communaute"}
_SAINT = {"st": "saint", "ste": "sainte"}
_COMMUNE = "7210"
#: Words that people add to a body's name and that do not distinguish it.
_SAID_WITH_IT = frozenset(
    ["mairie", "commune", "ville", "de", "du", "des", "la", "le", "les", "et", "en", "sur", "aux"]
)
#: The full name of a legal category, where the names of the register abbreviate it.
_CALLED = {
    "7343": ("communaute", "urbaine"),
    "7344": ("metropole",),
    "7346": ("communaute", "communes"),
    "7348": ("communaute", "agglomeration"),
}


def words_of(folded: str, *, postal_code: str = "", legal_category: str = "") -> set[str]:
    """The words by which a body is found; « st » is stored as « saint » too."""
    words = {word[:LONGEST_WORD] for word in folded.split() if len(word) > 1}
    words |= {_WHOLE[word] for word in words & _WHOLE.keys()}
    words.update(_CALLED.get(legal_category, ()))
    if "saint" in words:
        words.add("st")
    if "sainte" in words:
        words.add("ste")
    if postal_code:
        words.add(postal_code)
    return words


def parts_of(typed: str) -> list[str]:
    """Typed words as prefixes, the most selective first; empty: nothing to search for."""
    typed_words = _whole(fold_name(typed).split())
    parts = list(dict.fromkeys(part[:LONGEST_WORD] for part in typed_words))
    telling = [part for part in parts if len(part) > 1 and part not in _SAID_WITH_IT]
    kept = telling or [part for part in parts if len(part) > 1][-1:]
    return sorted(kept, key=_telling, reverse=True)[:MOST_PARTS]


def names_typed(typed: str) -> tuple[set[str], list[str]]:
    """Whole names in the form of the register (« Mairie de Chinon » is Chinon), and the digits
    typed with them.
    """
    parts = fold_name(typed).split()
    said = [part for part in parts if not part.isdigit()]
    names = {" ".join(said), " ".join(_whole(said))}
    return (names | {_BEFORE_NAME.sub("", name) for name in names}) - {""}, [
        part for part in parts if part.isdigit()
    ]


def _whole(parts: list[str]) -> list[str]:
    """« st » and « ste » as saint and sainte; the last word may be the beginning of another."""
    return [_SAINT.get(part, part) for part in parts[:-1]] + parts[-1:]


def as_on_papers(name: str, legal_category: str) -> str:
    """A commune of the embedded register as it is printed at the head of its documents: Commune
    d’Amboise, Commune du Mans. Before an h, « de » is used: the register does not say which ones
    are mute.
    """
    if legal_category != _COMMUNE:
        return name
    name = name.replace("'", "’")
    for article, joined in (("Les ", "des "), ("Le ", "du ")):
        if name.startswith(article):
            return f"Commune {joined}{name.removeprefix(article)}"
    return f"Commune d’{name}" if fold_name(name)[:1] in tuple("aeiouy") else f"Commune de {name}"


def _telling(part: str) -> tuple[bool, int]:
    """The selectivity of a prefix: few bodies share a whole postal code; fewer share a longer
    prefix.
    """
    return part.isdigit() and len(part) > 2, len(part)


def siren_typed(typed: str) -> str:
    """The beginning of a SIREN, or of a SIRET, in the typed text: 6 digits or more; else ''."""
    digits = _BETWEEN_DIGITS.sub("", typed.strip())
    return digits[:9] if digits.isascii() and digits.isdigit() and len(digits) > 5 else ""


def is_worth_asking(typed: str, *, least: int = 3) -> bool:
    """Whether enough was typed for a search."""
    return len(fold_name(typed).replace(" ", "")) >= least
