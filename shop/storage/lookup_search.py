"""Looking up: what a search names or begins, by kinds of results; each a range of an index.

The cost does not grow with what is stored: of each kind some thousands of terms are read at most,
and the count stops at « more than 1,000 ».
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from shop.core.lookup_terms import Asked
from shop.storage.lookup import LookupKind

#: The count of a kind stops here: « more than 1,000 ».
COUNTED = 1_000
#: Maximum number of terms that are read for a part of a search, in a kind.
_READ = COUNTED + 1
#: The last character of Unicode: after whatever continues a beginning.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose subjects are looked up: those of the `owners` (LookupTerm.owner), of which a person who
    is confined reads those of one establishment; everything when no owner is named.
    """

    owners: tuple[str, ...] | None = None
    establishment_id: int | None = None


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject that was found. `named`: the search names it whole."""

    kind: LookupKind
    subject_id: int
    named: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """Some subjects of a kind, those that are named first, then the newest; `total` of all of them,
    at most COUNTED, unless there are `more`.
    """

    kind: LookupKind
    hits: tuple[Hit, ...]
    total: int
    more: bool


def look_up(
    session: Session,
    asked: Asked,
    kinds: Sequence[LookupKind],
    scope: Scope = EVERYTHING,
    *,
    skip: int = 0,
    size: int = 5,
) -> list[Hits]:
    """The results of these kinds, in their order, `size` of each after the first `skip`; without
    those that find nothing. Two statements at most.
    """
    if not asked or not kinds or scope.owners == ():
        return []
    facts = _facts(asked, scope)
    words, is_cut = _rarest_first(session, asked, kinds, scope)
    facts |= {f"w{place}": word for place, word in enumerate(words)}
    facts |= {f"w{place}_end": word + _LAST for place, word in enumerate(words)}
    shape = _Shape(len(asked.whole), len(asked.beginnings), len(words), _mine(scope))
    facts |= {"first": skip + 1, "last": skip + size}
    rows = session.execute(_statement(tuple(kinds), shape), facts).all()
    found: dict[LookupKind, list[Any]] = {}
    for row in rows:
        found.setdefault(LookupKind(row.kind), []).append(row)
    return [_hits(kind, found[kind], is_cut) for kind in kinds if kind in found]


def _hits(kind: LookupKind, rows: Sequence[Any], is_cut: bool) -> Hits:
    total, terms = rows[0].total, rows[0].terms
    more = total > COUNTED or terms >= _READ or is_cut
    hits = tuple(Hit(kind, row.subject_id, row.rank == 0) for row in rows)
    return Hits(kind, hits, min(total, COUNTED), more)


def _facts(asked: Asked, scope: Scope) -> dict[str, Any]:
    facts: dict[str, Any] = {"read": _READ}
    facts |= {f"n{place}": term for place, term in enumerate(asked.whole)}
    for place, beginning in enumerate(asked.beginnings):
        facts |= {f"b{place}": beginning, f"b{place}_end": beginning + _LAST}
    return facts | _scope_facts(scope)


def _scope_facts(scope: Scope) -> dict[str, Any]:
    owners = enumerate(scope.owners or ())
    facts: dict[str, Any] = {f"owner{place}": owner for place, owner in owners}
    if scope.establishment_id is not None:
        facts["establishment"] = scope.establishment_id
    return facts


def _rarest_first(
    session: Session, asked: Asked, kinds: Sequence[LookupKind], scope: Scope
) -> tuple[list[str], bool]:
    """The words, the one that begins the fewest terms first; whether even that one begins more than
    are read.
    """
    if not asked.words:
        return [], False
    facts = _scope_facts(scope) | {"read": _READ, "kinds": [kind.value for kind in kinds]}
    facts |= {f"w{place}": word for place, word in enumerate(asked.words)}
    facts |= {f"w{place}_end": word + _LAST for place, word in enumerate(asked.words)}
    counting = _counting(len(asked.words), _mine(scope))
    counts: dict[str, int] = dict.fromkeys(asked.words, 0)
    for row in session.execute(counting, facts):
        counts[asked.words[row.place]] += row.terms
    words = sorted(counts, key=lambda word: counts[word])
    return words, counts[words[0]] >= _READ


def _mine(scope: Scope) -> tuple[str, ...]:
    """The conditions of the scope: one for each owner, so that each is a range of the index."""
    if scope.owners is None:
        return ("",)
    place = ""
    if scope.establishment_id is not None:
        place = (
            " AND dossier_id IN (SELECT id FROM dossiers"
            " WHERE organisation_id IS NULL OR establishment_id = :establishment)"
        )
    return tuple(f" AND owner = :owner{number}{place}" for number in range(len(scope.owners)))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement is made of, besides its kinds: the numbers of whole terms, of beginnings and
    of words, and the conditions of the scope.
    """

    whole: int
    beginnings: int
    words: int
    mine: tuple[str, ...]


def _range(name: str, column: str = "term") -> str:
    return f"{column} >= :{name} AND {column} < :{name}_end"


#: The end of a range first: of one term, the newest.
_NEWEST = "ORDER BY term DESC, subject_id DESC"


@lru_cache(maxsize=256)
def _statement(kinds: tuple[LookupKind, ...], shape: _Shape) -> TextClause:
    parts = " UNION ALL ".join(_of_kind(kind.value, shape) for kind in kinds)
    return text(
        "SELECT kind, subject_id, rank, total, terms FROM ("  # noqa: S608 - our own names
        "SELECT kind, subject_id, rank, count(*) OVER (PARTITION BY kind) AS total,"
        " sum(terms) OVER (PARTITION BY kind) AS terms,"
        " row_number() OVER (PARTITION BY kind ORDER BY rank, subject_id DESC) AS place"
        f" FROM ({parts}) AS found) AS placed WHERE place BETWEEN :first AND :last"
        " ORDER BY kind, place"
    )


def _of_kind(kind: str, shape: _Shape) -> str:
    """The subjects of a kind, by each way in which they are found."""
    ways = [way for mine in shape.mine for way in _ways(kind, mine, shape)]
    return (
        f"SELECT '{kind}' AS kind, subject_id, min(rank) AS rank, count(*) AS terms"  # noqa: S608
        f" FROM ({' UNION ALL '.join(ways)}) AS ways GROUP BY subject_id"
    )


def _ways(kind: str, mine: str, shape: _Shape) -> Iterator[str]:
    """Named whole, the newest first; begun; or by several words, the rarest leading."""
    own = f"FROM lookup_terms WHERE kind = '{kind}'{mine}"
    for place in range(shape.whole):
        named = f"{own} AND term = :n{place} ORDER BY subject_id DESC LIMIT :read"
        yield f"SELECT * FROM (SELECT subject_id, 0 AS rank {named}) AS named"  # noqa: S608
    for place in range(shape.beginnings):
        begun = f"{own} AND {_range(f'b{place}')} {_NEWEST} LIMIT :read"
        yield f"SELECT * FROM (SELECT subject_id, 1 AS rank {begun}) AS begun"  # noqa: S608
    if shape.words:
        others = "".join(
            f" AND EXISTS (SELECT 1 FROM lookup_terms AS o WHERE o.kind = '{kind}'"  # noqa: S608
            f" AND o.subject_id = f.subject_id AND {_range(f'w{place}', 'o.term')})"
            for place in range(1, shape.words)
        )
        begun = f"{own} AND {_range('w0')} {_NEWEST} LIMIT :read"
        yield f"SELECT subject_id, 1 FROM (SELECT subject_id {begun}) AS f WHERE 1 = 1{others}"  # noqa: S608


@lru_cache(maxsize=32)
def _counting(words: int, mine: tuple[str, ...]) -> TextClause:
    """How many terms each word begins, as far as they are read."""
    parts = (
        f"SELECT {place} AS place, count(*) AS terms FROM (SELECT 1 FROM lookup_terms"  # noqa: S608
        f" WHERE kind IN :kinds{own} AND {_range(f'w{place}')} LIMIT :read) AS begun"
        for place in range(words)
        for own in mine
    )
    return text(" UNION ALL ".join(parts)).bindparams(bindparam("kinds", expanding=True))
