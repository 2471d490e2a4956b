"""What the home page shows: the version that the office published, read once a minute."""

from typing import Any

from sqlalchemy import Connection

from shop.catalogue import listing
from shop.catalogue.pictures import picture_url
from shop.catalogue.tree import Department, Tree
from shop.home.rules import DELIVERED, HomeContent, read
from shop.home.versions import LATEST
from shop.ops.clock import today
from shop.web.catalogue.labels import cards
from shop.web.catalogue.lists import count_words
from shop.web.kit.kept import Kept
from shop.web.kit.sessions import reads_excluding
from shop.web.kit.site import current_language, database


def home_facts(tree: Tree, content: HomeContent, *, is_draft: bool = False) -> dict[str, Any]:
    """What the template of the home page shows of a version: in one statement, as before there
    were versions. The banner of a draft is shown whatever the day.
    """
    language = current_language()
    with database().reading() as connection:
        rows = _products(connection, content)
    shown = departments_of(tree, content)
    chapters = {one.id: _chapter(one, tree, language) for one in shown}
    is_whole = len(chapters) == len(tree.chapters)
    return {
        "chapters": list(chapters.values()),
        # The letters of the drawing are in the order of the catalogue.
        "hall_chapters": [chapters[one.id] for one in tree.chapters] if is_whole else [],
        "popular": cards(rows, language),
        "are_chosen": bool(content.products),
        "total_words": count_words(tree.product_count, language),
        "banner": content.banner if is_draft else content.banner_on(today()),
        "language": language,
        "public": reads_excluding(),
    }


def home_today() -> HomeContent:
    """The version that visitors see."""
    return _HOME.get()


def read_home_again() -> None:
    """A version was published: this process reads it again."""
    _HOME.forget()


def departments_of(tree: Tree, content: HomeContent) -> list[Department]:
    """The departments of a version that the catalogue still has."""
    if not content.departments:
        return tree.chapters
    known = {one.slug: one for one in tree.chapters}
    return [known[slug] for slug in content.departments if slug in known]


def _products(connection: Connection, content: HomeContent) -> Any:
    if content.products:
        return listing.on_sale(connection, content.products)
    return listing.popular(connection)


def _chapter(one: Department, tree: Tree, language: str) -> dict[str, Any]:
    return {
        "letter": one.letter,
        "name": one.title(language),
        "url": one.url,
        "count": count_words(one.product_count, language),
        "picture": picture_url(*tree.pictures.get(one.id, ("", ""))) or "",
    }


def _read() -> HomeContent:
    with database().reading() as connection:
        row = connection.execute(LATEST).first()
    return DELIVERED if row is None else read(row.content)


_HOME = Kept("home", _read)
