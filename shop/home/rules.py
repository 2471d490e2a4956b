"""What a version of the home page has, and what is refused. Pure rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import kept_spaces

#: Products that the home page puts forward.
MOST_PRODUCTS = 4
#: Characters of the sentence of a banner: two lines on a telephone.
LONGEST_BANNER = 160
LONGEST_LINK = 200
#: A path of the shop: no scheme, no host, and no sign that browsers drop or change.
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\\"<>]*")


class BannerRefused(DomainError):
    """A banner that cannot be shown: `field` is the part of it that is wrong."""

    sentence = N_("Check this answer.")
    status = 422


class BannerUntold(BannerRefused):
    sentence = N_("Write the sentence in both languages.")


class BannerUndated(BannerRefused):
    sentence = N_("Enter the first and the last day of the banner.")


class BannerTurned(BannerRefused):
    sentence = N_("The last day of the banner is before its first day.")


class BannerOver(BannerRefused):
    sentence = N_("This day has passed: the banner would never be shown. Enter a later one.")


class LinkForeign(BannerRefused):
    sentence = N_("Enter the address of a page of this shop, from the / on, such as /livraison.")


class ProductRefused(DomainError):
    """A product that cannot be put forward: `place` is its place, from 1."""

    sentence = N_("No product has the reference %(reference)s.")
    status = 422


class ProductTwice(ProductRefused):
    sentence = N_("The product %(reference)s is put forward twice.")


class SameHome(DomainError):
    sentence = N_("The home page shows exactly this: nothing would change.")
    status = 422


class HomeChanged(Changed):
    sentence = N_(
        "Another person has published a version meanwhile. Compare it with what you typed, then "
        "preview the page again."
    )


@dataclass(frozen=True, slots=True)
class Banner:
    """A sentence in both languages, shown from the day `first` to the day `last`, and an address
    inside the shop, empty for none.
    """

    french: str
    english: str
    first: date
    last: date
    link: str = ""

    def is_shown_on(self, day: date) -> bool:
        return self.first <= day <= self.last

    def told(self, language: str) -> str:
        return kept_spaces(self.french) if language == "fr" else self.english


@dataclass(frozen=True, slots=True)
class HomeContent:
    """The addresses of the departments in their order, none for all of them in the order of the
    catalogue; the ids of the products put forward, none for those that are sought after.
    """

    departments: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    banner: Banner | None = None

    def banner_on(self, day: date) -> Banner | None:
        """The banner, on the days on which it is shown."""
        return self.banner if self.banner is not None and self.banner.is_shown_on(day) else None


#: The home page that the shop is delivered with.
DELIVERED = HomeContent()


def banner_from(
    words: tuple[str, str], days: tuple[date | None, date | None], link: str, today: date
) -> Banner | None:
    """The banner that was typed, None where nothing was. `words` are French, then English. Raises
    BannerUntold, BannerUndated, BannerTurned, BannerOver, LinkForeign.
    """
    first, last = days
    if not any((*words, first, last, link)):
        return None
    for field, typed in zip(("french", "english"), words, strict=True):
        if not typed:
            raise BannerUntold(field=field)
    if first is None or last is None:
        raise BannerUndated(field="first" if first is None else "last")
    if last < first:
        raise BannerTurned(field="last")
    if last < today:
        raise BannerOver(field="last")
    if link and not _PATH.fullmatch(link):
        raise LinkForeign(field="link")
    return Banner(words[0], words[1], first, last, link)


def ensure_different(products: Sequence[int], references: Sequence[str]) -> None:
    """Raises ProductTwice; `references` are as they were typed, in the same order."""
    for place, one in enumerate(products, start=1):
        if one in products[: place - 1]:
            raise ProductTwice(place=place, reference=references[place - 1])


def ordered(places: Mapping[str, int | None]) -> tuple[str, ...]:
    """The departments that have a place, the smallest first; of two with the same place, the one
    that the catalogue has first. The whole catalogue in its own order is that of no places.
    """
    placed = sorted(
        (place, rank, slug) for rank, (slug, place) in enumerate(places.items()) if place
    )
    found = tuple(slug for _place, _rank, slug in placed)
    return () if found == tuple(places) else found


def written(content: HomeContent) -> dict[str, Any]:
    """A version as the database and the journal keep it."""
    banner = content.banner
    return {
        "departments": list(content.departments),
        "products": list(content.products),
        "banner": None
        if banner is None
        else {
            "french": banner.french,
            "english": banner.english,
            "first": banner.first.isoformat(),
            "last": banner.last.isoformat(),
            "link": banner.link,
        },
    }


def read(kept: Mapping[str, Any]) -> HomeContent:
    """A version from what the database keeps."""
    banner = kept["banner"]
    return HomeContent(
        tuple(kept["departments"]),
        tuple(kept["products"]),
        None
        if banner is None
        else Banner(
            banner["french"],
            banner["english"],
            date.fromisoformat(banner["first"]),
            date.fromisoformat(banner["last"]),
            banner["link"],
        ),
    )
