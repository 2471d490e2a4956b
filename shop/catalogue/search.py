"""Searching the catalogue: one interface, an implementation for each database.

A reference or an EAN in the query comes first, however it is written; the count stops at « plus de
2 000 »; a query that finds nothing is corrected from the vocabulary of the catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, text
from sqlalchemy.orm import Session

from shop.catalogue import search_postgresql, search_sqlite
from shop.catalogue.models import Product
from shop.catalogue.search_documents import Vocabulary, all_documents, documents_of
from shop.catalogue.words import asked_terms, likeness, stem, surfaces, trigrams
from shop.core.folding import fold, fold_reference, references_in

#: The count stops here: « plus de 2 000 ».
COUNTED = 2_000
#: Full rows in four columns.
PAGE_SIZE = 20
#: Maximum number of pages of a search; beyond it, the query has to be refined.
DEEPEST = 20
#: As long as the column of references.
LONGEST_REFERENCE = 40
_ALIKE = 0.3

_EXACT = select(Product.id, Product.reference_key, Product.ean).where(
    Product.published,
    or_(
        Product.reference_key.in_(bindparam("keys", expanding=True)),
        Product.ean.in_(bindparam("keys", expanding=True)),
    ),
)
_KNOWN_OR_ALIKE = text(
    "SELECT w.word, w.shown, w.uses, count(*) AS shared FROM search_trigrams t"
    " JOIN search_words w ON w.word = t.word WHERE t.trigram IN :trigrams"
    " GROUP BY w.word, w.shown, w.uses ORDER BY shared DESC, w.uses DESC, w.word LIMIT 200"
).bindparams(bindparam("trigrams", expanding=True))


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results: product ids, best first. `total` stops at COUNTED + 1."""

    product_ids: list[int]
    total: int

    @property
    def more_than_counted(self) -> bool:
        return self.total > COUNTED


def _engine(connection: Connection) -> ModuleType:
    return search_sqlite if connection.dialect.name == "sqlite" else search_postgresql


def find(connection: Connection, query: str, *, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """The results of page `page` (from 1), `size` per page."""
    asked = asked_terms(query)
    if not asked:
        return Found([], 0)
    exact = _exactly(connection, query) if page == 1 else None
    engine = _engine(connection)
    match = engine.match_of(asked, _beginning(query, asked))
    total = engine.count(connection, match, COUNTED + 1)
    ids: list[int] = []
    if total:
        skip = (min(page, DEEPEST) - 1) * size
        ids = engine.page(connection, match, skip=skip, size=size, many=total > COUNTED)
    if exact is not None:
        ids = [exact, *(found for found in ids if found != exact)][:size]
        total = max(total, 1)
    return Found(ids, total)


def first_products(session: Session, query: str, most: int) -> list[Product]:
    """The first products that a search finds, best first."""
    ids = find(session.connection(), query, size=most).product_ids
    by_id = {one.id: one for one in session.scalars(select(Product).where(Product.id.in_(ids)))}
    return [by_id[one] for one in ids if one in by_id]


def _exactly(connection: Connection, query: str) -> int | None:
    """The product whose reference or EAN is in the query: alone, in brackets, beside a word. Of
    several, the one with the longest.
    """
    keys = references_in(query[:200])
    if not keys:
        return None
    rows = connection.execute(_EXACT, {"keys": keys}).all()
    known = {key: row.id for row in rows for key in (row.ean, row.reference_key)}
    return next((known[key] for key in keys if key in known), None)


def _beginning(query: str, asked: Sequence[str]) -> str | None:
    """The whole query as the beginning of a reference (« son-041 » is "son041"), if it has a digit
    and is more than one word.
    """
    joined = fold_reference(query[:200])
    is_one = 3 < len(joined) <= LONGEST_REFERENCE and any(sign.isdigit() for sign in joined)
    return joined if is_one and joined.isascii() and len(asked) > 1 else None


def did_you_mean(connection: Connection, query: str) -> str | None:
    """The query with its unknown words replaced by the most similar known ones; None if none is
    similar.

    One statement, whatever the size of the catalogue.
    """
    asked = asked_terms(query)
    pieces = set().union(*(trigrams(term) for term in asked)) if asked else set()
    if not pieces:
        return None
    known = connection.execute(_KNOWN_OR_ALIKE, {"trigrams": sorted(pieces)}).all()
    by_word = {row.word: row for row in known}
    written = surfaces(query)
    corrected, changed = [], False
    for term in asked:
        if term in by_word or any(letter.isdigit() for letter in term):
            corrected.append(written.get(term, term))
            continue
        near = max(known, key=lambda row: _nearness(term, row), default=None)
        if near is None or likeness(term, near.word) < _ALIKE:
            continue
        corrected.append(near.shown)
        changed = True
    return " ".join(corrected) if changed and corrected else None


def _nearness(term: str, row: Any) -> tuple[float, int]:
    return round(likeness(term, row.word), 2), row.uses


def single_words(query: str) -> list[str]:
    """The words of a query without results, to be searched one by one."""
    words = [word for word in query[:200].split() if len(word) > 2 and stem(fold(word))]
    return words[:4] if len(words) > 1 else []


def index_products(session: Session, product_ids: Sequence[int]) -> None:
    """Update the index for products that are new, changed or withdrawn."""
    connection = session.connection()
    engine = _engine(connection)
    vocabulary = Vocabulary()
    for start in range(0, len(product_ids), 500):
        ids = product_ids[start : start + 500]
        documents = documents_of(connection, ids)
        engine.drop(connection, ids)
        engine.add(connection, documents)
        vocabulary.read(documents)
    vocabulary.write(connection)


def reindex(session: Session) -> int:
    """Rebuild the whole index; returns the number of products in it."""
    connection = session.connection()
    engine = _engine(connection)
    engine.clear(connection)
    connection.execute(text("DELETE FROM search_trigrams"))
    connection.execute(text("DELETE FROM search_words"))
    vocabulary, indexed = Vocabulary(), 0
    for documents in all_documents(connection):
        engine.add(connection, documents)
        vocabulary.read(documents)
        indexed += len(documents)
    vocabulary.write(connection)
    engine.optimise(connection)
    return indexed
