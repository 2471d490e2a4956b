"""The embedded register of public bodies: real communes and inter-communal bodies, in the database.

A shop without internet access checks real bodies with it. It proves that a body exists, never that
a person acts for it. It contains legal units: neither their establishments nor whether they are
closed.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Subquery, delete, func, insert, intersect, select, text
from sqlalchemy.orm import Session

from shop.core.folding import fold_name
from shop.register.answers import Outcome, RegisterAnswer, RegisterFacts, Source
from shop.register.legal_categories import DATA
from shop.register.models import PublicBody, PublicBodyWord
from shop.register.siret import siren_of
from shop.register.words import names_typed, parts_of, siren_typed, words_of

#: The character after z: words contain letters and digits only, so all words with a prefix sort
#: before it.
_AFTER_Z = "{"
#: One statement for all rows: PostgreSQL would otherwise need a round trip for each.
_FROM_JSON = text(
    "INSERT INTO public_bodies"
    " (siren, name, folded, legal_category, departement, postal_code, population)"
    " SELECT siren, name, folded, legal_category, departement, postal_code, population"
    " FROM json_to_recordset(CAST(:lines AS json)) AS line(siren text, name text, folded text,"
    " legal_category text, departement text, postal_code text, population integer)"
)
_WORDS_FROM_JSON = text(
    "INSERT INTO public_body_words (word, place, siren)"
    " SELECT word, place, siren FROM json_to_recordset(CAST(:lines AS json))"
    " AS line(word text, place integer, siren text)"
)


def import_register(session: Session) -> int:
    """Fill the register anew from data/public_bodies.csv; returns the number of bodies."""
    session.execute(delete(PublicBodyWord))
    session.execute(delete(PublicBody))
    bodies = list(_lines())
    words = list(_words(bodies))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_FROM_JSON, {"lines": json.dumps(bodies, ensure_ascii=False)})
        session.execute(_WORDS_FROM_JSON, {"lines": json.dumps(words)})
        session.execute(text("ANALYZE public_bodies, public_body_words"))
    else:
        session.connection().execute(insert(PublicBody), bodies)
        session.connection().execute(insert(PublicBodyWord), words)
    return len(bodies)


def _lines() -> Iterator[dict[str, Any]]:
    with (DATA / "public_bodies.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            yield {
                **row,
                "folded": fold_name(row["name"])[:200],
                "population": int(row["population"]) if row["population"] else None,
            }


def _words(bodies: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each body's words with its rank by size, in the order of the index that they fill."""
    largest_first = sorted(bodies, key=lambda body: (-(body["population"] or 0), body["siren"]))
    rows = sorted(
        (word, place, body["siren"])
        for place, body in enumerate(largest_first, start=1)
        for word in words_of(
            body["folded"],
            postal_code=body["postal_code"],
            legal_category=body["legal_category"],
        )
    )
    return ({"word": word, "place": place, "siren": siren} for word, place, siren in rows)


def is_filled(session: Session) -> bool:
    """Whether the register contains anything."""
    return session.scalar(select(PublicBody.siren).limit(1)) is not None


def find_body(session: Session, siren: str) -> PublicBody | None:
    """The public body of a SIREN, or None: the embedded register does not contain every body."""
    return session.get(PublicBody, siren)


def search_bodies(session: Session, words: str, *, limit: int = 10) -> list[PublicBody]:
    """Bodies by name, postal code or SIREN prefix, with or without accents: those with exactly that
    name first, then the largest.
    """
    if siren := siren_typed(words):
        first, last = siren.ljust(9, "0"), siren.ljust(9, "9")
        return list(
            session.scalars(
                select(PublicBody)
                .where(PublicBody.siren.between(first, last))
                .order_by(PublicBody.siren)
                .limit(limit)
            )
        )
    parts = parts_of(words)
    called_so = _called(session, words, limit)
    if not parts:
        return called_so
    found = _matching(parts, limit)
    bodies = session.scalars(
        select(PublicBody).join(found, found.c.siren == PublicBody.siren).order_by(found.c.place)
    )
    return list(dict.fromkeys([*called_so, *bodies]))[:limit]


def _called(session: Session, words: str, limit: int) -> list[PublicBody]:
    """Bodies with exactly that name; a postal code typed with it must be the beginning of
    theirs.
    """
    names, figures = names_typed(words)
    if not names:
        return []
    query = select(PublicBody).where(PublicBody.folded.in_(names))
    for part in figures:
        query = query.where(PublicBody.postal_code.startswith(part))
    largest = func.coalesce(PublicBody.population, 0).desc()
    return list(session.scalars(query.order_by(largest, PublicBody.siren).limit(limit)))


def _matching(parts: list[str], limit: int) -> Subquery:
    """The SIREN and rank of the largest bodies with a word for each part.

    An intersection reads each range of the index once, whatever sizes the query planner estimates.
    """
    ranges = [
        select(PublicBodyWord.place, PublicBodyWord.siren)
        .where(PublicBodyWord.word >= part, PublicBodyWord.word < part + _AFTER_Z)
        .distinct()
        for part in parts
    ]
    every = (ranges[0] if len(ranges) == 1 else intersect(*ranges)).subquery()
    return select(every.c.place, every.c.siren).order_by(every.c.place).limit(limit).subquery()


class EmbeddedRegister:
    """The register in the database, read through the caller's session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def look_up(self, siret: str) -> RegisterAnswer:
        """The legal unit of a SIRET; its establishment is not known here."""
        body = find_body(self._session, siren_of(siret))
        if body is None:
            return RegisterAnswer(Outcome.NOT_FOUND, Source.EMBEDDED)
        facts = facts_of(body, siret=siret)
        line = "|".join((body.siren, body.name, body.legal_category, body.postal_code))
        digest = hashlib.sha256(line.encode()).hexdigest()
        return RegisterAnswer(Outcome.FOUND, Source.EMBEDDED, facts, payload_sha256=digest)

    def search(self, words: str, *, limit: int) -> list[RegisterFacts]:
        return [facts_of(body) for body in search_bodies(self._session, words, limit=limit)]


def facts_of(body: PublicBody, *, siret: str = "") -> RegisterFacts:
    """A row of the register in the form that every source returns."""
    return RegisterFacts(
        siren=body.siren,
        siret=siret,
        name=body.name,
        legal_category=body.legal_category,
        postal_code=body.postal_code,
        city=body.name if body.postal_code else "",
        departement=body.departement,
    )
