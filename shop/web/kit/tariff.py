"""The settings of today, for pages that show them before a sale: prices of delivery, closing days,
the validity of a quote.

The checkout and the services read the settings again, so that no sale has an older price.
"""

from datetime import date

from flask import Flask
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from shop.core.text import percent
from shop.ops.clock import today
from shop.settings.closings import closed_on
from shop.settings.rules import Settings, Step
from shop.settings.settings import KNOWN
from shop.settings.tariffs import Tariff, tariff_on
from shop.settings.validity import quote_months_on
from shop.settings.vat import vat_rates_on
from shop.web.kit.kept import Kept
from shop.web.kit.site import database


def tariff_today() -> Tariff:
    """Where the shop delivers today and for how much; one statement per minute and process."""
    return tariff_on(_SETTINGS.get(), today())


def closed_days_today() -> frozenset[date]:
    """The days on which the shop is closed, as they are known today."""
    return closed_on(_SETTINGS.get(), today())


def vat_choices() -> list[SelectChoice]:
    """The rates of VAT of today, for the field of a form."""
    return [SelectChoice(rate, percent(rate)) for rate in vat_rates_on(_SETTINGS.get(), today())]


def standard_rate() -> int:
    """The standard rate of today."""
    return vat_rates_on(_SETTINGS.get(), today())[0]


def quote_validity() -> str:
    """How long a quote that is drawn today is valid, in words: in every template."""
    months = quote_months_on(_SETTINGS.get(), today())
    return str(ngettext("%(num)d month", "%(num)d months", months))


def init_app(app: Flask) -> None:
    """Offer the templates what they say of the settings."""
    app.jinja_env.globals.update(quote_validity=quote_validity)


def read_settings_again() -> None:
    """The settings were changed: this process reads them again."""
    _SETTINGS.forget()


def _read() -> Settings:
    with database().reading() as connection:
        return Settings(tuple(Step(*row) for row in connection.execute(KNOWN)))


_SETTINGS = Kept("settings_of_today", _read)
