"""Searching the embedded register of public bodies, by name as a person types it."""

import time
from statistics import median

from shop.ground.db import Database
from shop.organisations.register import import_register, search_bodies

ASKED = ("Alençon", "saint martin", "61130", "communauté de communes", "Sainte-Marie", "zzz")


def measure(database: Database, times: int = 3) -> dict[str, float]:
    """Bodies in the register, and the median and longest search in milliseconds."""
    with database.transaction() as session:
        bodies = import_register(session)
    taken = []
    with database.reading_session() as session:
        for words in ASKED * times:
            began = time.perf_counter()
            search_bodies(session, words)
            taken.append(1000 * (time.perf_counter() - began))
    return {"bodies": bodies, "p50_ms": round(median(taken), 2), "most_ms": round(max(taken), 2)}
