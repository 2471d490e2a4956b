"""Full-text search on SQLite: FTS5.

Both indexes number their rows by popularity, so that FTS5 returns the popular ones first without
sorting. Up to 2,000 matches are ranked by bm25; beyond, popularity decides, titles before bodies.
"""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import BindParameter, Connection, bindparam, text

from shop.catalogue.search_documents import Document

_SHIFT = 2**32
_LARGEST_POPULARITY = 2**30

_COUNT = text(
    "SELECT count(*) FROM (SELECT 1 FROM search_texts WHERE search_texts MATCH :match LIMIT :most)"
)
_RANKED = text(
    "SELECT rowid % 4294967296 FROM search_texts WHERE search_texts MATCH :match"
    " ORDER BY bm25(search_texts, 8.0, 1.0), rowid LIMIT :size OFFSET :skip"
)
_POPULAR_TITLES = text(
    "SELECT rowid % 4294967296 FROM search_titles WHERE search_titles MATCH :match"
    " ORDER BY rowid LIMIT :size OFFSET :skip"
)
_POPULAR_TEXTS = text(
    "SELECT rowid % 4294967296 FROM search_texts WHERE search_texts MATCH :match AND rowid NOT IN"
    " (SELECT rowid FROM search_titles WHERE search_titles MATCH :match)"
    " ORDER BY rowid LIMIT :size OFFSET max(0, :skip -"
    " (SELECT count(*) FROM search_titles WHERE search_titles MATCH :match))"
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_DROP = [
    text(
        f"DELETE FROM {table} WHERE rowid IN"  # noqa: S608 - two names of our own
        " (SELECT rank FROM search_keys WHERE product_id IN :ids)"
    ).bindparams(_IDS)
    for table in ("search_titles", "search_texts")
] + [text("DELETE FROM search_keys WHERE product_id IN :ids").bindparams(_IDS)]
_KEY = text("INSERT INTO search_keys (product_id, rank) VALUES (:product_id, :rank)")
_TITLE = text("INSERT INTO search_titles (rowid, title) VALUES (:rank, :title)")
_TEXT = text("INSERT INTO search_texts (rowid, title, body) VALUES (:rank, :title, :body)")


def match_of(terms: Sequence[str], beginning: str | None = None) -> str:
    """All words, the last one possibly incomplete; or a word that begins with `beginning`."""
    words = (
        " ".join(f'"{term}"' for term in terms[:-1])
        + f' "{terms[-1]}"'
        + ("*" if len(terms[-1]) > 2 else "")
    )
    return f'({words}) OR "{beginning}"*' if beginning else words


def count(connection: Connection, match: str, most: int) -> int:
    return connection.execute(_COUNT, {"match": match, "most": most}).scalar_one()


def page(connection: Connection, match: str, *, skip: int, size: int, many: bool) -> list[int]:
    """Product ids, best first. `many`: too many matches to be ranked one by one."""
    facts = {"match": match, "size": size, "skip": skip}
    if not many:
        return list(connection.execute(_RANKED, facts).scalars())
    found = list(connection.execute(_POPULAR_TITLES, facts).scalars())
    if len(found) < size:
        facts |= {"size": size - len(found), "skip": skip + len(found)}
        found += connection.execute(_POPULAR_TEXTS, facts).scalars()
    return found


def clear(connection: Connection) -> None:
    for table in ("search_titles", "search_texts", "search_keys"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own


def drop(connection: Connection, product_ids: Sequence[int]) -> None:
    for statement in _DROP:
        connection.execute(statement, {"ids": list(product_ids)})


def add(connection: Connection, documents: Sequence[Document]) -> None:
    # FTS5 writes a segment of its index each time that row numbers decrease: they must increase.
    rows = [
        {
            "product_id": document.product_id,
            "rank": (_LARGEST_POPULARITY - document.popularity) * _SHIFT + document.product_id,
            "title": " ".join(document.title),
            "body": " ".join(document.body),
        }
        for document in documents
    ]
    rows.sort(key=itemgetter("rank"))
    if rows:
        for statement in (_KEY, _TITLE, _TEXT):
            connection.execute(statement, rows)


def optimise(connection: Connection) -> None:
    """Merge the segments of the indexes after a bulk insert."""
    for table in ("search_titles", "search_texts"):
        connection.execute(text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))  # noqa: S608
