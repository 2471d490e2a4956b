"""Domains of e-mail addresses that are probably a mistake of typing: « gmial.con »."""

#: The domains under which most private customers in France have their address.
COMMON = (
    "gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr",
    "bbox.fr", "numericable.fr", "club-internet.fr", "hotmail.fr", "hotmail.com", "outlook.fr",
    "outlook.com", "live.fr", "live.com", "msn.com", "yahoo.fr", "yahoo.com", "icloud.com",
    "me.com", "aol.com", "gmx.fr", "gmx.com", "protonmail.com", "proton.me",
)  # fmt: skip
#: Endings that no domain has, and what is meant.
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com",
    "frr": "fr", "rf": "fr", "nett": "net",
}  # fmt: skip
#: A shorter domain differs from another real one by a letter: « fret.fr », « free.fr ».
_SHORTEST, _LONG = 8, 9


def suggestion(address: str) -> str | None:
    """The address that is probably meant; None for one without a likely mistake."""
    local, at, domain = address.rpartition("@")
    domain = domain.casefold()
    if not at or domain in COMMON:
        return None
    meant = _near(domain) or _ending(domain)
    return None if meant is None else f"{local}@{meant}"


def _near(domain: str) -> str | None:
    """The common domain that differs by one letter, or by two where it is long; an exchange of two
    neighbours counts once.
    """
    found = [
        (steps, known)
        for known in COMMON
        if len(known) >= _SHORTEST
        and (steps := distance(domain, known)) <= (2 if len(known) >= _LONG else 1)
    ]
    return min(found)[1] if found else None


def _ending(domain: str) -> str | None:
    name, dot, ending = domain.rpartition(".")
    return f"{name}.{_ENDINGS[ending]}" if dot and ending in _ENDINGS else None


def distance(one: str, other: str) -> int:
    """The number of letters to add, remove, replace or exchange with their neighbour."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
