"""The embedded register of public bodies: real communes and inter-communal bodies, in the database.

A shop without internet verifies real bodies with it. It proves that a body exists, never that a
person acts for it.
"""

import csv
import json
import re
import unicodedata
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.orm import Session

from shop.organisations.legal_categories import DATA
from shop.organisations.models import PublicBody

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})

#: One statement for all lines: PostgreSQL would need a round trip for each otherwise.
_FROM_JSON = text(
    "INSERT INTO public_bodies"
    " (siren, name, folded, legal_category, departement, postal_code, population)"
    " SELECT siren, name, folded, legal_category, departement, postal_code, population"
    " FROM json_to_recordset(CAST(:lines AS json)) AS line(siren text, name text, folded text,"
    " legal_category text, departement text, postal_code text, population integer)"
)


def fold(words: str) -> str:
    """Lower case, without accents, one space between words: Œuilly-sur-Vesle, oeuilly sur vesle."""
    plain = unicodedata.normalize("NFKD", words.casefold().translate(_LIGATURES))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _SEPARATORS.sub(" ", bare).strip()


def import_register(session: Session) -> int:
    """Fill the register anew from data/public_bodies.csv; the number of bodies."""
    session.execute(delete(PublicBody))
    lines = list(_lines())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_FROM_JSON, {"lines": json.dumps(lines, ensure_ascii=False)})
    else:
        session.connection().execute(insert(PublicBody), lines)
    return len(lines)


def is_filled(session: Session) -> bool:
    """Whether the register holds anything."""
    return session.scalar(select(PublicBody.siren).limit(1)) is not None


def find_body(session: Session, siren: str) -> PublicBody | None:
    """The public body of a SIREN, or None: the embedded register does not know every body."""
    return session.get(PublicBody, siren)


def search_bodies(session: Session, words: str, *, limit: int = 10) -> list[PublicBody]:
    """Bodies by name, postal code or SIREN prefix, with or without accents; the largest first."""
    query = _matching(words)
    if query is None:
        return []
    return list(session.scalars(query.limit(limit)))


def _matching(words: str) -> Select[PublicBody] | None:
    digits = re.sub(r"[\s\u00a0\u202f]", "", words)
    query = select(PublicBody)
    if digits.isdigit() and len(digits) > 5:
        return query.where(PublicBody.siren.startswith(digits[:9])).order_by(PublicBody.siren)
    parts = fold(words).split()
    if not parts:
        return None
    for part in parts:
        if part.isdigit() and len(part) >= 2:
            query = query.where(PublicBody.postal_code.startswith(part))
        else:
            query = query.where((" " + PublicBody.folded).contains(f" {part}"))
    whole = " ".join(part for part in parts if not part.isdigit())
    return query.order_by(
        (PublicBody.folded == whole).desc(),
        func.coalesce(PublicBody.population, 0).desc(),
        PublicBody.siren,
    )


def _lines() -> Any:
    with (DATA / "public_bodies.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            yield {
                **row,
                "folded": fold(row["name"])[:200],
                "population": int(row["population"]) if row["population"] else None,
            }
