"""Searching the embedded register of public bodies, by what a person types."""

import time
from statistics import median
from typing import Any

from shop.register.embedded import import_register, search_bodies
from shop.storage.db import Database

#: The maximum duration of a search, in milliseconds, for all bodies.
GOAL_MS = 20
#: Frequent searches, and the hardest: words that many names share, short prefixes, no match.
ASKED = (
    "Alençon",
    "l'hay les roses",
    "saint",
    "saint martin",
    "saint pierre",
    "sainte marie",
    "sa",
    "la",
    "le",
    "de",
    "ch",
    "sa ch",
    "sain mart mont",
    "saint saint saint",
    "61130",
    "61",
    "7",
    "61 saint",
    "37500 chinon",
    "217 500",
    "200000",
    "communauté de communes",
    "commune de saint",
    "cc du pays de la",
    "la ville",
    "zzz",
    "saint zzz",
    "ÉÈÀ %_ Ω",
)


def measure(database: Database, times: int = 10) -> dict[str, Any]:
    """Bodies in the register, and how long searches take in milliseconds; the slowest named."""
    with database.transaction() as session:
        began = time.perf_counter()
        bodies = import_register(session)
        filled = time.perf_counter() - began
    taken: dict[str, list[float]] = {words: [] for words in ASKED}
    for _ in range(times):
        for words in ASKED:
            with database.reading_session() as session:
                began = time.perf_counter()
                search_bodies(session, words)
                taken[words].append(1000 * (time.perf_counter() - began))
    every = sorted(one for each in taken.values() for one in each)
    slowest = max(taken, key=lambda words: median(taken[words]))
    return {
        "bodies": bodies,
        "filled_s": round(filled, 2),
        "p50_ms": round(median(every), 2),
        "p95_ms": round(every[int(0.95 * (len(every) - 1))], 2),
        "most_ms": round(every[-1], 2),
        "slowest": slowest,
        "slowest_ms": round(median(taken[slowest]), 2),
        "goal_ms": GOAL_MS,
    }
