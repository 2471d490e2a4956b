"""What a version of the home page has, in words, and what of it visitors do not see."""

from collections.abc import Mapping

from flask_babel import gettext as _

from shop.catalogue.tree import Tree
from shop.core.text import day
from shop.home.rules import HomeContent
from shop.home.versions import Forward
from shop.web.catalogue.front import departments_of
from shop.web.kit.site import current_language


def told(
    content: HomeContent, tree: Tree, forward: Mapping[int, Forward]
) -> list[tuple[str, list[str]]]:
    """The parts of a version, each with its lines."""
    language, banner = current_language(), content.banner
    departments = [one.title(language) for one in departments_of(tree, content)]
    products = [f"{one.reference} {one.name}" for one in _kept(content, forward)]
    shown = []
    if banner is not None:
        days = {"first": day(banner.first, language), "last": day(banner.last, language)}
        shown = [banner.told("fr"), banner.told("en"), _("From %(first)s to %(last)s", **days)]
        shown += [banner.link] if banner.link else []
    return [
        (_("Departments"), departments if content.departments else [_("All, as in the catalogue")]),
        (_("Products"), products if content.products else [_("The popular ones in stock")]),
        (_("Banner"), shown or [_("No banner")]),
    ]


def missing_from(content: HomeContent, tree: Tree, forward: Mapping[int, Forward]) -> list[str]:
    """What the version names and visitors do not see, a sentence for each."""
    known = {one.slug for one in tree.chapters}
    said = [
        _("The department %(name)s is no longer in the catalogue.", name=slug)
        for slug in content.departments
        if slug not in known
    ]
    said += [
        _(
            "%(reference)s is not on sale: it is not shown until it is again.",
            reference=one.reference,
        )
        for one in _kept(content, forward)
        if not one.on_sale
    ]
    gone = len(content.products) - len(forward)
    return said + [_("A product that was put forward was deleted.")] * gone


def _kept(content: HomeContent, forward: Mapping[int, Forward]) -> list[Forward]:
    return [forward[one] for one in content.products if one in forward]
