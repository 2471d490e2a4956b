"""The delivery prices of today, for pages that show them before step 4.

The checkout and the services read the settings again, so that no sale has an older price.
"""

from datetime import date

from shop.ops.clock import today
from shop.settings.closings import closed_on
from shop.settings.rules import Settings, Step
from shop.settings.settings import KNOWN
from shop.settings.tariffs import Tariff, tariff_on
from shop.web.kit.kept import Kept
from shop.web.kit.site import database


def tariff_today() -> Tariff:
    """Where the shop delivers today and for how much; one statement per minute and process."""
    return tariff_on(_SETTINGS.get(), today())


def closed_days_today() -> frozenset[date]:
    """The days on which the shop is closed, as they are known today."""
    return closed_on(_SETTINGS.get(), today())


def read_settings_again() -> None:
    """The settings were changed: this process reads them again."""
    _SETTINGS.forget()


def _read() -> Settings:
    with database().reading() as connection:
        return Settings(tuple(Step(*row) for row in connection.execute(KNOWN)))


_SETTINGS = Kept("settings_of_today", _read)
