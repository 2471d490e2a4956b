"""Typed text in the form in which it is compared: the one folding of the shop.

People type a name without its accents, and copy a number with another hyphen, a space or a full
stop. Two texts are compared by what is left once such differences are removed. What a database
compares is stored folded, since SQLite and PostgreSQL do not fold alike.
"""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th"}
)
#: Accents that stand alone after the decomposition; signs without width, as soft hyphens.
_MARKS = frozenset({"Mn", "Mc", "Me", "Cf"})
_WORD = re.compile(r"[^\W_]+")
#: Maximum number of words of a typed text that form one reference: « SON 04 12 B ».
MOST_PIECES = 4


def fold(text: str) -> str:
    """Lower case, without accents and invisible characters, with ligatures written out: « Œuvres
    à l’Été » is "oeuvres a l’ete". Spaces and punctuation stay.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    # Twice: a letter may decompose into one that has a lower case.
    return "".join(sign for sign in plain if unicodedata.category(sign) not in _MARKS).casefold()


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order: letters and digits only."""
    return _WORD.findall(fold(text))


def fold_name(name: str) -> str:
    """A name as it is searched and sorted, one space between words: « Saint-Étienne » is "saint
    etienne". French sorts letters before accents: sort by this, then by the name itself.
    """
    return " ".join(words_of(name))


def fold_reference(reference: str) -> str:
    """A number or a reference without what people put between its parts: "SON‑0412.", "son 0412"
    and "SON0412" are "son0412".
    """
    return "".join(words_of(reference))


def references_in(text: str) -> list[str]:
    """Everything in a text that may be a folded reference, the longest first: each group of at most
    four words that follow each other and contain a digit.
    """
    words = words_of(text)
    found = [
        "".join(words[start : start + length])
        for length in range(min(MOST_PIECES, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
    ]
    return [one for one in dict.fromkeys(found) if any(sign.isdigit() for sign in one)]
