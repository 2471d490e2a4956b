"""The texts that the office may write, in one table, and which version counts on a day. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shop.core.errors import N_, Changed, DomainError


@dataclass(frozen=True, slots=True)
class ShopText:
    """A text of a page. `first` is the number of the version that the shop is delivered with. A
    `whole` one is all that the page says; another is added below what the page says anyway.
    """

    key: str
    label: str
    about: str
    page: str
    first: int = 1
    whole: bool = False


TERMS = ShopText(
    "conditions-de-vente",
    N_("Conditions of sale"),
    N_(
        "Quotes and payments of that day and later refer to this version, and signed-in buyers are "
        "asked to accept it. Earlier sales keep theirs, which stays to be read at its own address."
    ),
    "terms",
    first=3,
    whole=True,
)
_ADDED = N_("This text stands below what the page says of the shop anyway, from that day on.")
LEGAL = ShopText("mentions-legales", N_("Legal information: free part"), _ADDED, "legal")
DELIVERY = ShopText("livraison", N_("Deliveries: free part"), _ADDED, "delivery")
BODIES = ShopText(
    "organismes-publics", N_("Help for public bodies: free part"), _ADDED, "public_bodies"
)
WARRANTY = ShopText("garanties", N_("Guarantee and returns: free part"), _ADDED, "warranty")
TEXTS = {one.key: one for one in (TERMS, LEGAL, DELIVERY, BODIES, WARRANTY)}
BY_PAGE = {one.page: one for one in TEXTS.values()}


class TextDayPassed(DomainError):
    sentence = N_("A day that has passed keeps its text. Enter today or a later day.")
    status = 422


class SameText(DomainError):
    sentence = N_("This is the latest version: nothing would change.")
    status = 422


class TextChanged(Changed):
    sentence = N_(
        "Another person has written a version meanwhile. Compare it with what you typed, then show "
        "the text again."
    )


class TermsNotAccepted(DomainError):
    sentence = N_(
        "The terms of sale have changed since your last purchase: read them, then tick the box."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class Version:
    """That a version of a text is in force from a day on."""

    text: str
    number: int
    since: date


def version_of(text: ShopText, known: Iterable[Version], day: date) -> int:
    """The version of a text on a day: of those that have begun, the one that was written last."""
    begun = (one.number for one in known if one.text == text.key and one.since <= day)
    return max(begun, default=text.first)


def latest_of(text: ShopText, known: Iterable[Version]) -> int:
    """The version that was written last, whether it has begun or not."""
    return max((one.number for one in known if one.text == text.key), default=text.first)


def begun_of(text: ShopText, known: Iterable[Version], day: date) -> list[int]:
    """The versions that may be read on a day, the latest first."""
    begun = (one.number for one in known if one.text == text.key and one.since <= day)
    return sorted({text.first, *begun}, reverse=True)
