"""The shop's identity, for the foot of every page and the legal ones: from the letterhead in
force.
"""

import time
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from shop.letterheads.identity import UNNAMED, Identity, identity_from
from shop.letterheads.models import Letterhead
from shop.web.kit.site import database

#: Seconds that a process caches it: a new letterhead shows within a minute, without a statement per
#: page.
KEPT_FOR = 60.0


@dataclass(slots=True)
class _Kept:
    identity: Identity
    until: float


def shop_identity() -> Identity:
    """The seller's identity; one statement per minute and process."""
    kept: _Kept | None = current_app.extensions.get("comptoir.identity")
    if kept is None or kept.until < time.monotonic():
        kept = _Kept(_read(), time.monotonic() + KEPT_FOR)
        current_app.extensions["comptoir.identity"] = kept
    return kept.identity


def known_shop_name() -> str:
    """The shop's name as far as this process knows it: without the database."""
    kept: _Kept | None = current_app.extensions.get("comptoir.identity")
    return kept.identity.name if kept is not None else UNNAMED


def _read() -> Identity:
    with database().reading() as connection:
        content = connection.scalar(
            select(Letterhead.content).order_by(Letterhead.id.desc()).limit(1)
        )
    return identity_from(content or {})
