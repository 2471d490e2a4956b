"""Full-text search on PostgreSQL: tsvector under GIN.

A common word matches half the catalogue: only the first 1,001 titles are ranked, from a
materialised list over a narrow table; the page is filled from full texts, the popular ones first.
"""

from collections.abc import Sequence

from sqlalchemy import BindParameter, Connection, bindparam, text

from shop.catalogue.search_documents import Document

_COUNT = text(
    "SELECT count(*) FROM (SELECT 1 FROM search_texts"
    " WHERE vector @@ to_tsquery('simple', :match) LIMIT :most) AS matches"
)
# The query is a constant in each place: the planner then knows how frequent a word is, and stops
# early where a scan finds enough.
_PAGE = text(
    """
WITH titles AS MATERIALIZED (
  SELECT product_id, popularity, vector FROM search_titles
  WHERE vector @@ to_tsquery('simple', :match) LIMIT 1001),
texts AS MATERIALIZED (
  SELECT product_id, popularity FROM search_texts
  WHERE (SELECT count(*) FROM titles) < :enough
    AND vector @@ to_tsquery('simple', :match) LIMIT 2002),
candidates AS (
  SELECT product_id, popularity, ts_rank(vector, to_tsquery('simple', :match), 1) AS likeness
  FROM titles
  UNION ALL
  SELECT product_id, popularity, 0 FROM texts
  WHERE product_id NOT IN (SELECT product_id FROM titles))
SELECT product_id FROM candidates
ORDER BY likeness DESC, popularity DESC, product_id LIMIT :size OFFSET :skip
"""
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_DROP = [
    text(f"DELETE FROM {table} WHERE product_id IN :ids").bindparams(_IDS)  # noqa: S608 - our own
    for table in ("search_titles", "search_texts")
]
_ADD = (
    text(
        "INSERT INTO search_titles (product_id, popularity, vector)"
        " SELECT id, popularity, to_tsvector('simple', title) FROM unnest(CAST(:ids AS bigint[]),"
        " CAST(:popularities AS integer[]), CAST(:titles AS text[])) AS d (id, popularity, title)"
    ),
    text(
        "INSERT INTO search_texts (product_id, popularity, vector)"
        " SELECT id, popularity, setweight(to_tsvector('simple', title), 'A')"
        " || setweight(to_tsvector('simple', body), 'D') FROM unnest(CAST(:ids AS bigint[]),"
        " CAST(:popularities AS integer[]), CAST(:titles AS text[]), CAST(:bodies AS text[]))"
        " AS d (id, popularity, title, body)"
    ),
)


def match_of(terms: Sequence[str], beginning: str | None = None) -> str:
    """All words, the last one possibly incomplete; or a word that begins with `beginning`. The
    words are letters and digits only.
    """
    words = " & ".join([*terms[:-1], terms[-1] + (":*" if len(terms[-1]) > 2 else "")])
    return f"({words}) | {beginning}:*" if beginning else words


def count(connection: Connection, match: str, most: int) -> int:
    return connection.execute(_COUNT, {"match": match, "most": most}).scalar_one()


def page(connection: Connection, match: str, *, skip: int, size: int, many: bool) -> list[int]:
    """Product ids, best first; `many` changes nothing here, the candidates are limited anyway."""
    facts = {"match": match, "size": size, "skip": skip, "enough": skip + size}
    return list(connection.execute(_PAGE, facts).scalars())


def clear(connection: Connection) -> None:
    connection.execute(text("DELETE FROM search_titles"))
    connection.execute(text("DELETE FROM search_texts"))


def drop(connection: Connection, product_ids: Sequence[int]) -> None:
    for statement in _DROP:
        connection.execute(statement, {"ids": list(product_ids)})


def add(connection: Connection, documents: Sequence[Document]) -> None:
    if not documents:
        return
    facts = {
        "ids": [document.product_id for document in documents],
        "popularities": [document.popularity for document in documents],
        "titles": [" ".join(document.title) for document in documents],
        "bodies": [" ".join(document.body) for document in documents],
    }
    for statement in _ADD:
        names = statement.compile().params
        connection.execute(statement, {name: facts[name] for name in names})


def optimise(connection: Connection) -> None:
    """Analyse the tables after a bulk insert, for the query planner."""
    for table in ("search_titles", "search_texts", "products", "stock"):
        connection.execute(text(f"ANALYZE {table}"))
