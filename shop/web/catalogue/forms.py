"""Forms of the catalogue: filters of a list, the address for an e-mail when a product is
available.
"""

import re

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from shop.catalogue.counts import IN_STOCK, ON_ORDER
from shop.catalogue.keyset import Filters, Sort
from shop.web.kit.fields import email
from shop.web.kit.forms import ShopForm

_SLUG = re.compile(r"^[a-z0-9-]{1,80}$")
_EUROS = re.compile(r"^(\d{1,7})(?:[.,](\d{1,2}))?$")
MOST_VALUES = 20


def filters_from(args: MultiDict[str, str]) -> Filters:
    """The filters in the query of a list; values that are not valid are left out."""

    def slugs(name: str) -> tuple[str, ...]:
        values = [value for value in args.getlist(name) if _SLUG.match(value)]
        return tuple(dict.fromkeys(values[:MOST_VALUES]))

    supply = tuple(v for v in (IN_STOCK, ON_ORDER) if v in args.getlist("supply"))
    return Filters(
        supply=supply,
        family=slugs("family"),
        brand=slugs("brand"),
        usage=slugs("usage"),
        least=cents_from(args.get("from", "")),
        most=cents_from(args.get("to", "")),
    )


def cents_from(typed: str) -> int | None:
    """« 1 200,50 » as cents; None when it is not an amount."""
    found = _EUROS.match(re.sub(r"[\s\u202f\u00a0€]", "", typed))
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def sort_from(args: MultiDict[str, str]) -> Sort:
    asked = args.get("sort", "")
    return Sort(asked) if asked in set(Sort) else Sort.RELEVANCE


class AlertForm(ShopForm):
    """The address for an e-mail when a product is available again."""

    email = email(_l("E-mail address"))
