"""The shop's identity, for the foot of every page and the legal ones: from the letterhead in
force.
"""

from sqlalchemy import select

from shop.letterheads.identity import UNNAMED, Identity, identity_from
from shop.letterheads.models import Letterhead
from shop.web.kit.kept import Kept
from shop.web.kit.site import database


def shop_identity() -> Identity:
    """The seller's identity; one statement per minute and process."""
    return _IDENTITY.get()


def known_shop_name() -> str:
    """The shop's name as far as this process knows it: without the database."""
    known = _IDENTITY.known()
    return known.name if known is not None else UNNAMED


def read_identity_again() -> None:
    """The letterhead was changed: this process reads it again."""
    _IDENTITY.forget()


def _read() -> Identity:
    with database().reading() as connection:
        content = connection.scalar(
            select(Letterhead.content).order_by(Letterhead.id.desc()).limit(1)
        )
    return identity_from(content or {})


_IDENTITY = Kept("identity", _read)
