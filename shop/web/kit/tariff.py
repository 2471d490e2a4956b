"""The delivery prices of today, for pages that show them before step 4.

A process reads the settings once a minute: no page of the catalogue needs a statement for them. The
checkout and the services read them again, so that no sale has an older price.
"""

import time
from dataclasses import dataclass

from flask import current_app

from shop.ops.clock import today
from shop.settings.rules import Settings, Step
from shop.settings.settings import KNOWN
from shop.settings.tariffs import Tariff, tariff_on
from shop.web.kit.site import database

#: Seconds that a process keeps what it read.
KEPT_FOR = 60.0
_PLACE = "comptoir.tariff"


@dataclass(frozen=True, slots=True)
class _Kept:
    settings: Settings
    until: float


def tariff_today() -> Tariff:
    """Where the shop delivers today and for how much."""
    kept: _Kept | None = current_app.extensions.get(_PLACE)
    if kept is None or kept.until < time.monotonic():
        with database().reading() as connection:
            known = Settings(tuple(Step(*row) for row in connection.execute(KNOWN)))
        kept = _Kept(known, time.monotonic() + KEPT_FOR)
        current_app.extensions[_PLACE] = kept
    return tariff_on(kept.settings, today())


def read_settings_again() -> None:
    """The settings were changed: this process reads them again."""
    current_app.extensions.pop(_PLACE, None)
