"""The search box: the same searches among few terms and among many, as a ratio."""

import time
from statistics import median
from typing import Any

from sqlalchemy import text

from shop.core.lookup_terms import read_asked
from shop.storage.db import Database
from shop.storage.lookup import LookupKind
from shop.storage.lookup_search import EVERYTHING, Scope, look_up

#: A search among many terms takes at most so many times what it takes among few.
GOAL = 1.5
FEW = 10_000
#: One paper, a few, every paper; two words of which both, one, or none is rare; nothing.
ASKED = (
    "FA-2026-000007",
    "fa 42",
    "2026-17",
    "mairie",
    "mair",
    "mairie lieu3",
    "mairie commune",
    "fa2026",
    "1 000,00",
    "inconnu",
)
#: The buyer has this many papers, whatever the shop has.
_OWN = 50
_TERMS = ("'fa2026' || {padded}", "'2026' || {padded}", "'fa' || n", "CAST(n AS TEXT)", "'mairie'")
_TERMS += (
    "'commune'",
    "'lieu' || (n % 4000)",
    "'€' || (n * 100)",
    "'bc26' || {padded}",
    "'e' || n",
)


def measure(database: Database, many: int, times: int = 15) -> dict[str, Any]:
    """Milliseconds of a search by the office and by a buyer, median of all, among FEW terms and
    among `many`; and the search whose time grew most.
    """
    found: dict[str, Any] = {"few": FEW, "many": many, "goal": GOAL}
    taken = {}
    for count in (FEW, many):
        began = time.perf_counter()
        _fill(database, count)
        found["filled_s"] = round(time.perf_counter() - began, 1)
        taken[count] = {
            (who, typed): _median(database, typed, scope, times)
            for who, scope in (("office", EVERYTHING), ("buyer", Scope(("o1", "u1"))))
            for typed in ASKED
        }
    _empty(database)
    growth = {asked: taken[many][asked] / taken[FEW][asked] for asked in taken[FEW]}
    worst = max(growth, key=lambda asked: growth[asked])
    return found | {
        "few_ms": round(median(taken[FEW].values()), 2),
        "many_ms": round(median(taken[many].values()), 2),
        "longest_ms": round(max(taken[many].values()), 2),
        "times": round(median(growth.values()), 2),
        "worst": f"{worst[1]} ({worst[0]})",
        "worst_times": round(growth[worst], 2),
    }


def _median(database: Database, typed: str, scope: Scope, times: int) -> float:
    asked, kinds, taken = read_asked(typed), list(LookupKind)[:-1], []
    with database.reading_session() as session:
        look_up(session, asked, kinds, scope)
        for _ in range(times):
            began = time.perf_counter()
            look_up(session, asked, kinds, scope)
            taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


def _fill(database: Database, count: int) -> None:
    """So many terms in all, of papers of a thousand bodies and of the buyer's."""
    _empty(database)
    padded = "printf('%06d', n)" if database.is_sqlite else "lpad(n::text, 6, '0')"
    select = " UNION ALL ".join(
        f"SELECT 'invoice', {term.format(padded=padded)}, n, 'papers:' || n, n,"
        f" CASE WHEN n <= {_OWN} THEN 'o1' ELSE 'o' || (2 + n % 1000) END FROM papers"
        for term in _TERMS
    )
    numbers = (
        f"WITH RECURSIVE papers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM papers"
        f" WHERE n < {count // len(_TERMS)})"
    )
    into = "INSERT INTO lookup_terms (kind, term, subject_id, source, dossier_id, owner)"
    with database.write_engine.begin() as connection:
        connection.execute(text(f"{into} {numbers} {select}"))
    with database.write_engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _empty(database: Database) -> None:
    with database.write_engine.begin() as connection:
        connection.execute(text("DELETE FROM lookup_terms WHERE source LIKE 'papers:%'"))
