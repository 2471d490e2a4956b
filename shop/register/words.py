"""The words by which a body is found in the embedded register. Pure rules.

Every word of a body's name is kept folded, with its postal code; what one types matches the
beginnings of these words, in any order, with or without accents.
"""

import re
import unicodedata

#: A word as long as the longest of a French commune's name, and no longer.
LONGEST_WORD = 24
#: Parts that are looked at: nobody types more to find a town, and each costs a look into the index.
MOST_PARTS = 4

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\u00a0\u202f.\-]+(?=\d)")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_BEFORE_NAME = re.compile(r"^(?:mairie|commune|ville)(?: de| du| des| d)? (?=\w)")
_WHOLE = {"st": "saint", "ste": "sainte", "cc": "communaute", "ca": "communaute"}
_SAINT = {"st": "saint", "ste": "sainte"}
_COMMUNE = "7210"
#: Words that people say with a body's name and that single nothing out.
_SAID_WITH_IT = frozenset(
    ["mairie", "commune", "ville", "de", "du", "des", "la", "le", "les", "et", "en", "sur", "aux"]
)
#: What a legal category is called, where the names of the register abbreviate it.
_CALLED = {
    "7343": ("communaute", "urbaine"),
    "7344": ("metropole",),
    "7346": ("communaute", "communes"),
    "7348": ("communaute", "agglomeration"),
}


def fold(words: str) -> str:
    """Lower case, without accents, one space between words: Œuilly-sur-Vesle, oeuilly sur vesle."""
    plain = unicodedata.normalize("NFKD", words.casefold().translate(_LIGATURES))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _SEPARATORS.sub(" ", bare).strip()


def words_of(folded: str, *, postal_code: str = "", legal_category: str = "") -> set[str]:
    """The words under which a body is kept; « st » is found as « saint » too."""
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
    """What one has typed as beginnings of words, the most telling first; empty: nothing to find."""
    typed_words = _whole(fold(typed).split())
    parts = list(dict.fromkeys(part[:LONGEST_WORD] for part in typed_words))
    telling = [part for part in parts if len(part) > 1 and part not in _SAID_WITH_IT]
    kept = telling or [part for part in parts if len(part) > 1][-1:]
    return sorted(kept, key=_telling, reverse=True)[:MOST_PARTS]


def names_typed(typed: str) -> tuple[set[str], list[str]]:
    """Whole names as they may stand in the register (« Mairie de Chinon » is Chinon), and the
    figures typed with them."""
    parts = fold(typed).split()
    said = [part for part in parts if not part.isdigit()]
    names = {" ".join(said), " ".join(_whole(said))}
    return (names | {_BEFORE_NAME.sub("", name) for name in names}) - {""}, [
        part for part in parts if part.isdigit()
    ]


def _whole(parts: list[str]) -> list[str]:
    """« st » and « ste » as saint and sainte; the last word may be the beginning of another."""
    return [_SAINT.get(part, part) for part in parts[:-1]] + parts[-1:]


def as_on_papers(name: str, legal_category: str) -> str:
    """A commune of the embedded register as it stands at the head of its papers: Commune d’Amboise,
    Commune du Mans. Before an h « de » stands: which ones are mute is not told."""
    if legal_category != _COMMUNE:
        return name
    name = name.replace("'", "’")
    for article, joined in (("Les ", "des "), ("Le ", "du ")):
        if name.startswith(article):
            return f"Commune {joined}{name.removeprefix(article)}"
    return f"Commune d’{name}" if fold(name)[:1] in tuple("aeiouy") else f"Commune de {name}"


def _telling(part: str) -> tuple[bool, int]:
    """Few bodies share a whole postal code; a longer beginning is shared by fewer."""
    return part.isdigit() and len(part) > 2, len(part)


def siren_typed(typed: str) -> str:
    """The beginning of a SIREN, or of a SIRET, among what was typed: 6 digits or more; else ''."""
    digits = _BETWEEN_DIGITS.sub("", typed.strip())
    return digits[:9] if digits.isascii() and digits.isdigit() and len(digits) > 5 else ""


def is_worth_asking(typed: str, *, least: int = 3) -> bool:
    """Whether so much was typed that a search is of use."""
    return len(fold(typed).replace(" ", "")) >= least
