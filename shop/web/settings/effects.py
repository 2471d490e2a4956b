"""What follows a change of settings beyond the values, said before it is recorded."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from shop.core.money import Money, UnitPrice
from shop.core.text import money, number, percent
from shop.settings.rules import Change
from shop.settings.vat_rules import CLASSES, EXCLUDING, VAT
from shop.vat_rates.moves import count_products
from shop.web.kit.site import current_language
from shop.web.settings.forms import SettingsForm

#: The price of the example, excluding VAT and including it.
_EXAMPLE = 100_00


def effects_of(session: Session, form: SettingsForm, changes: Iterable[Change]) -> list[str]:
    """Sentences for the preview; none of a part whose values say everything."""
    rates = [one for one in changes if one.key in CLASSES]
    if form.part is not VAT or not rates:
        return []
    counts = count_products(session, [int(one.before) for one in rates])
    keeps_excluding = form.values["kept"] == EXCLUDING
    lines = []
    for one in rates:
        before, after = int(one.before), int(one.after)
        lines.append(_products(counts.get(before, 0), before, after))
        lines.append(_example(before, after, keeps_excluding=keeps_excluding))
        if one.key == CLASSES[0]:
            lines.append(_("The delivery passes to the new rate and keeps its prices incl. VAT."))
    return lines


def _products(count: int, before: int, after: int) -> str:
    language = current_language()
    return str(
        ngettext(
            "%(count)s product passes from %(before)s to %(after)s.",
            "%(count)s products pass from %(before)s to %(after)s.",
            count,
            count=number(count, language),
            before=percent(before, language),
            after=percent(after, language),
        )
    )


def _example(before: int, after: int, *, keeps_excluding: bool) -> str:
    language = current_language()
    if keeps_excluding:
        price = UnitPrice.of(Money(_EXAMPLE))
        return _(
            "Prices excl. VAT stay: a product at %(kept)s excl. VAT passes from %(before)s to "
            "%(after)s incl. VAT.",
            kept=money(_EXAMPLE, language),
            before=money(price.including(before).cents, language),
            after=money(price.including(after).cents, language),
        )
    shelf = Money(_EXAMPLE)
    return _(
        "Prices incl. VAT stay: a product at %(kept)s incl. VAT passes from %(before)s to "
        "%(after)s excl. VAT.",
        kept=money(_EXAMPLE, language),
        before=_net(shelf, before, language),
        after=_net(shelf, after, language),
    )


def _net(shelf: Money, rate: int, language: str) -> str:
    return money(UnitPrice.from_including(shelf, rate).times(1).cents, language)
