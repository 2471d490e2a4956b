"""The indexed words of a product: those of its title, and all others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import aliased

from shop.catalogue.models import Brand, Category, Product, ProductUsage, Usage
from shop.catalogue.words import surfaces, terms, trigrams
from shop.core.folding import fold_reference, words_of

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Document:
    """Words in their compared form, never shown. `vocabulary` maps those of the title to their
    spelling.
    """

    product_id: int
    popularity: int
    title: list[str]
    body: list[str]
    vocabulary: dict[str, str]


_Chapter = aliased(Category)
_COLUMNS = (
    select(
        Product.id,
        Product.popularity,
        Product.sku,
        Product.name,
        Product.summary,
        Product.description,
        Product.specifications,
        Brand.name.label("brand"),
        Category.name.label("family"),
        _Chapter.name.label("chapter"),
    )
    .join(Brand, Brand.id == Product.brand_id)
    .join(Category, Category.id == Product.category_id)
    .join(_Chapter, _Chapter.id == Product.chapter_id)
    .where(Product.published)
    .order_by(Product.id)
)
_ALL = _COLUMNS.where(Product.id > bindparam("beyond")).limit(BATCH)
_SOME = _COLUMNS.where(Product.id.in_(bindparam("ids", expanding=True)))
_USAGES = (
    select(ProductUsage.product_id, Usage.name)
    .join(Usage, Usage.id == ProductUsage.usage_id)
    .where(ProductUsage.product_id.in_(bindparam("ids", expanding=True)))
)


def all_documents(connection: Connection) -> Iterator[list[Document]]:
    """Every published product, a thousand at a time."""
    beyond = 0
    while rows := connection.execute(_ALL, {"beyond": beyond}).all():
        yield _documents(connection, rows)
        beyond = rows[-1].id


def documents_of(connection: Connection, product_ids: Sequence[int]) -> list[Document]:
    rows = connection.execute(_SOME, {"ids": list(product_ids)}).all()
    return _documents(connection, rows)


def _documents(connection: Connection, rows: Sequence[Any]) -> list[Document]:
    usages: dict[int, list[str]] = {}
    for product_id, name in connection.execute(_USAGES, {"ids": [row.id for row in rows]}):
        usages.setdefault(product_id, []).append(name)
    return [_document(row, usages.get(row.id, [])) for row in rows]


def _document(row: Any, usages: list[str]) -> Document:
    title = f"{row.name} {row.brand}"
    body = [row.summary, row.family, row.chapter, *usages, row.description]
    body += [f"{name} {value}" for name, value in row.specifications]
    reference = fold_reference(row.sku)
    # « 0412 » of SON-0412; never « son », a word of the catalogue.
    numbers = [part for part in words_of(row.sku) if part[0].isdigit() and part != reference]
    named = terms(title)
    return Document(
        row.id,
        row.popularity,
        # The first word says what the thing is (« Enceinte… »), the others what it is for (« Câble
        # d’enceinte »): it counts three times.
        [*named[:1], *named[:1], *named, reference, *numbers],
        terms(" ".join(body)),
        surfaces(f"{title} {row.summary} {row.family} {' '.join(usages)}"),
    )


_ADD_WORD = text(
    "INSERT INTO search_words (word, shown, uses) VALUES (:word, :shown, :uses)"
    " ON CONFLICT (word) DO UPDATE SET uses = search_words.uses + excluded.uses"
)
_ADD_TRIGRAM = text(
    "INSERT INTO search_trigrams (trigram, word) VALUES (:trigram, :word) ON CONFLICT DO NOTHING"
)


class Vocabulary:
    """The words of many documents, counted, each with its most frequent spelling."""

    def __init__(self) -> None:
        self._writings: dict[str, Counter[str]] = {}

    def read(self, documents: Sequence[Document]) -> None:
        for document in documents:
            for word, shown in document.vocabulary.items():
                self._writings.setdefault(word, Counter())[shown] += 1

    def write(self, connection: Connection) -> None:
        words = [
            {"word": word, "shown": writings.most_common(1)[0][0], "uses": writings.total()}
            for word, writings in sorted(self._writings.items())
            if len(word) <= 80
        ]
        pieces = [
            {"trigram": trigram, "word": word}
            for word in sorted(self._writings)
            if len(word) <= 80
            for trigram in sorted(trigrams(word))
        ]
        if words:
            connection.execute(_ADD_WORD, words)
            connection.execute(_ADD_TRIGRAM, pieces)
