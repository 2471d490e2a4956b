"""Departments, families and their stored counts: read once for each version of the catalogue.

Every page shows the menu and every list its filters: they are read from here, without a statement.
The version is checked every few seconds, so that all processes follow a change soon.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from shop.catalogue.models import Brand, CatalogueVersion, Category, Facet, Product, Usage

CHECK_EVERY = 2.0  # seconds

_VERSION = select(CatalogueVersion.version).limit(1)
_CATEGORIES = select(Category.__table__).order_by(Category.position, Category.id)
_FACETS = select(
    Facet.category_id, Facet.kind, Facet.value, Facet.label, Facet.label_en, Facet.count
).order_by(Facet.count.desc(), Facet.label)
_BRANDS = select(Brand.slug, Brand.id)
_USAGES = select(Usage.slug, Usage.id)
_best = aliased(Product)
_PICTURES = select(Product.chapter_id, Product.picture, Product.finish).where(
    Product.id.in_(
        select(
            select(_best.id)
            .where(_best.chapter_id == Category.id)
            .order_by(_best.popularity.desc(), _best.id.desc())
            .limit(1)
            .scalar_subquery()
        ).where(Category.parent_id.is_(None))
    )
)


@dataclass(frozen=True, slots=True)
class Department:
    """A chapter (no parent) or a family, with its stored count of published products."""

    id: int
    parent_id: int | None
    letter: str
    slug: str
    name: str
    name_en: str
    intro: str
    intro_en: str
    position: int
    product_count: int

    @property
    def url(self) -> str:
        return f"/rayon/{self.slug}"

    def title(self, language: str) -> str:
        return self.name_en if language == "en" else self.name

    def about(self, language: str) -> str:
        return self.intro_en if language == "en" else self.intro


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter: how many products of the department it leaves."""

    value: str
    label: str
    label_en: str
    count: int

    def title(self, language: str) -> str:
        return self.label_en if language == "en" else self.label


class Tree:
    """The departments and filters of the catalogue at one version."""

    def __init__(
        self,
        version: int,
        departments: list[Department],
        facets: dict[int, dict[str, list[FacetValue]]],
        pictures: dict[int, tuple[str, str]],
        ids: dict[str, dict[str, int]],
    ) -> None:
        self.version = version
        self.by_slug = {department.slug: department for department in departments}
        self.by_id = {department.id: department for department in departments}
        self.chapters = [each for each in departments if each.parent_id is None]
        self.pictures = pictures
        self.product_count = sum(chapter.product_count for chapter in self.chapters)
        self._facets = facets
        self._ids = ids | {"family": {each.slug: each.id for each in departments}}
        #: Markup of the menu by language, filled by shop/web.
        self.menus: dict[str, Any] = {}

    def families(self, chapter: Department) -> list[Department]:
        return [each for each in self.by_id.values() if each.parent_id == chapter.id]

    def ids(self, kind: str, slugs: tuple[str, ...]) -> list[int]:
        """Ids of families, brands or usages; an unknown slug becomes 0, which matches nothing."""
        known = self._ids[kind]
        return [known.get(slug, 0) for slug in slugs]

    def facets(self, department: Department) -> dict[str, list[FacetValue]]:
        return self._facets.get(department.id, {})


def read_tree(connection: Connection, version: int) -> Tree:
    """The whole tree, in five statements."""
    departments = [Department(*row) for row in connection.execute(_CATEGORIES)]
    facets: dict[int, dict[str, list[FacetValue]]] = {}
    for row in connection.execute(_FACETS):
        value = FacetValue(row.value, row.label, row.label_en, row[-1])
        facets.setdefault(row.category_id, {}).setdefault(row.kind, []).append(value)
    pictures = {row[0]: (row[1], row[2]) for row in connection.execute(_PICTURES)}
    ids = {
        "brand": dict(connection.execute(_BRANDS).all()),
        "usage": dict(connection.execute(_USAGES).all()),
    }
    return Tree(version, departments, facets, pictures, ids)


class TreeCache:
    """The tree of this process."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading
        self._tree: Tree | None = None
        self._looked_at = 0.0

    def current(self) -> Tree:
        """The tree, at most CHECK_EVERY seconds old."""
        now = time.monotonic()
        if self._tree is not None and now - self._looked_at < CHECK_EVERY:
            return self._tree
        with self._reading() as connection:
            version = connection.execute(_VERSION).scalar() or 0
            if self._tree is None or self._tree.version != version:
                self._tree = read_tree(connection, version)
        self._looked_at = now
        return self._tree

    def look_again(self) -> None:
        """Check the version on the next page."""
        self._looked_at = -CHECK_EVERY
