"""Whether a password can be guessed: the rule behind the sentences of the form.

A password is cut into the pieces that are guessed first: common passwords, runs of the keyboard,
years, repetitions, and words known about the person. Each piece is worth little, however long it
is, every other character is worth one; too low a sum is refused. No mixture of capitals, digits and
signs is required, as NIST SP 800-63B (5.1.1.2) and the CNIL's recommendation 2022-100 advise: it
makes passwords that are common again.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from shop.core.errors import N_
from shop.core.folding import fold

#: The worth of a character, a common word, a run, a year or one's own name, and a repetition of the
#: characters just before. Three common words are just enough; one with a year and two signs is not.
SIGN, WORD, RUN, REPETITION, LEAST_WORTH = 2, 5, 3, 2, 15
SHORTEST_WORD, LONGEST_WORD, SHORTEST_RUN, SHORTEST_OWN = 4, 24, 3, 3

_ROWS = """
azertyuiop
qsdfghjklm
wxcvbn
qwertyuiop
asdfghjkl
zxcvbnm
qwertzuiop
yxcvbnm
01234567890
abcdefghijklmnopqrstuvwxyz
1q2w3e4r5t6y7u8i9o0p
1a2z3e4r5t6y7u8i9o0p
1qaz2wsx3edc4rfv5tgb6yhn7ujm
1aqw2zsx3edc4rfv5tgb6yhn7ujk
147258369
159357
"""
_RUNS = _ROWS + _ROWS[::-1]
#: Signs that replace letters: p@ssw0rd is no secret.
_STANDS_FOR = str.maketrans("@4310$5!7", "aaeiossit")


class Weakness(StrEnum):
    """Why a password is refused: the kind of piece that most of it consists of."""

    COMMON = N_(
        "This password, or one that differs only in its ending, is used by many people and is "
        "easy to guess. Combine three or four unrelated words."
    )
    RUN = N_(
        "This password follows the keyboard or the alphabet. Combine three or four unrelated words."
    )
    REPEATED = N_("This password repeats itself and is easy to guess. Add other words to it.")
    OWN = N_(
        "This password is made from your name, your address or your organisation, which other "
        "people know. Choose words that nobody associates with you."
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """The cheapest way to cut the beginning of a password: its worth, and how many characters each
    kind of piece covers.
    """

    worth: int
    covered: tuple[tuple[Weakness, int], ...] = ()

    def and_piece(self, kind: Weakness | None, length: int, worth: int) -> "_Cut":
        covered = dict(self.covered)
        if kind is not None:
            covered[kind] = covered.get(kind, 0) + length
        return _Cut(self.worth + worth, tuple(covered.items()))


def weakness(
    password: str, *, common: Container[str], about: Iterable[str] = ()
) -> Weakness | None:
    """Why this password can be guessed, or None when it is good enough.

    `common` holds folded words (`folded_password`); `about` is whatever is known of the person:
    name, e-mail address, organisation, place.
    """
    signs = folded_password(password)
    own = _own_words(about)
    cuts = [_Cut(0)]
    for end in range(1, len(signs) + 1):
        ways = [cuts[end - 1].and_piece(None, 1, SIGN)]
        for start in range(max(0, end - LONGEST_WORD), end - 1):
            kind, worth = _piece(signs, start, end, common, own)
            if kind is not None:
                ways.append(cuts[start].and_piece(kind, end - start, worth))
        ways += _repetitions(signs, end, cuts)
        cuts.append(min(ways, key=lambda cut: cut.worth))
    whole = cuts[-1]
    if whole.worth >= LEAST_WORTH:
        return None
    covered = dict(whole.covered)
    return max(covered, key=lambda kind: covered[kind]) if covered else Weakness.REPEATED


def folded_password(words: str) -> str:
    """Lower case, without accents and spaces: variants that differ by these only are guessed as
    well.
    """
    return fold(words).replace(" ", "")


def _piece(
    signs: str, start: int, end: int, common: Container[str], own: Container[str]
) -> tuple[Weakness | None, int]:
    piece = signs[start:end]
    length = end - start
    read = piece.translate(_STANDS_FOR)
    if length >= SHORTEST_OWN and (piece in own or read in own):
        return Weakness.OWN, RUN
    if length >= SHORTEST_RUN and piece in _RUNS:
        return Weakness.RUN, RUN
    if _is_year(piece):
        return Weakness.COMMON, RUN
    if length >= SHORTEST_WORD and (piece in common or read in common):
        return Weakness.COMMON, WORD
    return None, 0


def _repetitions(signs: str, end: int, cuts: list[_Cut]) -> Iterable[_Cut]:
    """The last characters repeat those just before them: motdepasse, motdepasse."""
    for length in range(1, end // 2 + 1):
        start = end - length
        if signs[start:end] == signs[start - length : start]:
            yield cuts[start].and_piece(Weakness.REPEATED, length, min(length, REPETITION))


def _is_year(piece: str) -> bool:
    return len(piece) == 4 and piece.isascii() and piece.isdigit() and piece[:2] in ("19", "20")


def _own_words(about: Iterable[str]) -> frozenset[str]:
    """Each word known about a person; all of them together, too."""
    found: set[str] = set()
    for known in about:
        plain = "".join(sign if sign.isalnum() else " " for sign in known.casefold())
        words = [folded_password(word) for word in plain.split()]
        found.update(word for word in [*words, "".join(words)] if len(word) >= SHORTEST_OWN)
    return frozenset(found)
