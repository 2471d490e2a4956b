"""Signals of fraud as lines in the reader's language, on every page that shows them."""

from collections.abc import Iterable

from flask_babel import gettext as _

from shop.verification.signal_rules import Signal
from shop.web.kit.site import written


def signal_lines(signals: Iterable[Signal]) -> list[str]:
    """One sentence per signal, with its facts; the fact `how` is a sentence itself."""
    return [
        written(
            one.sentence,
            {key: _(value) if key == "how" else value for key, value in one.facts.items()},
        )
        for one in signals
    ]
