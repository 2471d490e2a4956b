"""E-mail domains: which of them can prove a body, and which one resembles another. Pure rules.

A domain is stored in lower case and in its ASCII form (« xn--… »).
"""

from contextlib import suppress

from shop.core.errors import N_, DomainError
from shop.core.folding import fold
from shop.members.free_mail import FREE_MAIL, SHARED

OTHER_ENDING = N_("the same name with another ending")
WRAPPED = N_("it contains the other domain")
SAME_DRAWING = N_("look-alike letters in place of others")
ADDED_WORD = N_("the same name with one word or hyphen more or fewer")
FEW_LETTERS = N_("one or two letters differ")

#: Suffixes under which AFNIC sells names, beside the plain ones.
_LONG_ENDINGS = SHARED | {"aeroport.fr", "cci.fr", "notaires.fr", "medecin.fr", "port.fr"}
#: Words that a forger, or an honest body, adds to its name.
_COMMON_WORDS = frozenset(
    (
        *("agglo", "cc", "ccas", "collectivite", "communaute", "commune", "contact", "cr", "de"),
        *("departement", "dept", "fr", "france", "gouv", "mairie", "metropole", "officiel"),
        *("region", "service", "services", "ville", "web"),
    )
)
#: Characters that look like others in most typefaces; Cyrillic and Greek letters among them.
_DRAWN_ALIKE = str.maketrans("0135іоасеурхѕјԁɡαορν", "olesioaceypxsjdgaopv")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("j", "l"))
#: Below this length two unrelated names often differ by two letters only.
_LONG_ENOUGH = 7


class NotAnOwnDomain(DomainError):
    """Not accepted as evidence: anybody may have an address there."""

    sentence = N_(
        "%(domain)s offers addresses to anyone or is shared by many organisations: it does not "
        "identify this one. Enter the organisation's own domain."
    )
    status = 422


def folded_domain(typed: str) -> str:
    """The domain in typed text, which may be the address of a page or of a mailbox: chinon.fr."""
    name = typed.strip().casefold().rpartition("@")[2]
    name = name.partition("://")[2] or name
    name = name.partition("/")[0].partition(":")[0].strip(".").removeprefix("www.")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def domain_of(email: str) -> str:
    """The domain of an e-mail address: what follows its last @; empty without one."""
    return folded_domain(email) if "@" in email else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there: free, of an access provider, or disposable."""
    return not FREE_MAIL.isdisjoint(_with_parents(domain))


def is_shared(domain: str) -> bool:
    """Whether many bodies have their addresses there: an academy's, a ministry's, a bare suffix."""
    first, _, rest = domain.partition(".")
    return not rest or domain in SHARED or (first.startswith("ac-") and rest == "fr")


def ensure_own(domain: str) -> None:
    """Only a domain that one body owns counts. Raises NotAnOwnDomain."""
    if is_free_mail(domain) or is_shared(domain):
        raise NotAnOwnDomain(domain=domain)


def resemblance(domain: str, known: str) -> str | None:
    """How a domain resembles a known one without being it or one below it; None when it does not.

    An English source sentence. It is a signal for a person, never a proof: two towns may have
    similar names.
    """
    if not domain or not known or _registered(domain) == _registered(known):
        return None
    if f".{domain}.".find(f".{known}.") >= 0 or domain.startswith(known.replace(".", "-") + "."):
        return WRAPPED
    mine, its = _name(domain), _name(known)
    if mine == its:
        return OTHER_ENDING
    if drawing(mine) == drawing(its):
        return SAME_DRAWING
    if _core(mine) == _core(its):
        return ADDED_WORD
    allowed = 2 if min(len(mine), len(its)) >= _LONG_ENOUGH else 1
    if min(len(mine), len(its)) > 3 and distance(mine, its, most=allowed) <= allowed:
        return FEW_LETTERS
    return None


def drawing(name: str) -> str:
    """The visual form of a name: without accents, « rn » as m, 0 as o, 1 and i as l."""
    if name.startswith("xn--"):
        with suppress(UnicodeError):
            name = name.encode("ascii").decode("idna")
    plain = fold(name).translate(_DRAWN_ALIKE)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain


def distance(one: str, other: str, *, most: int) -> int:
    """The edit distance: how many letters must be added, removed, changed or swapped with the next
    one; most + 1 as soon as it is more than `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    line = list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        before, last, line = line, before, [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(
                before[column] + 1,
                line[column - 1] + 1,
                before[column - 1] + (sign != wanted),
            )
            swapped = row > 1 and column > 1 and sign == other[column - 2]
            if swapped and one[row - 2] == wanted:
                cost = min(cost, last[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
    return min(line[-1], most + 1)


def _with_parents(domain: str) -> list[str]:
    """mel.orange.fr, orange.fr, fr."""
    parts = domain.split(".")
    return [".".join(parts[place:]) for place in range(len(parts))]


def _registered(domain: str) -> str:
    """The registered domain: chinon.fr of mail.chinon.fr."""
    parts = domain.split(".")
    kept = 3 if ".".join(parts[-2:]) in _LONG_ENDINGS else 2
    return ".".join(parts[-kept:])


def _name(domain: str) -> str:
    """The registered name without its suffix: ville-chinon of mail.ville-chinon.fr."""
    return _registered(domain).partition(".")[0]


def _core(name: str) -> str:
    """The name without hyphens and the words that bodies add to it."""
    words = [word for word in name.split("-") if word not in _COMMON_WORDS]
    bare = "".join(words) or name.replace("-", "")
    for word in ("mairie", "ville"):
        if len(bare) > len(word) + 3:
            bare = bare.removeprefix(word).removesuffix(word)
    return bare
