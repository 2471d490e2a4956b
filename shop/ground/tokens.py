"""Links of letters: signed with the shop's secret, for one purpose each, so that nobody makes one.

What a link names and until when it opens stands in the database: the signature says only that the
shop wrote it.
"""

from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from shop.ground.errors import N_, DomainError


class BrokenLink(DomainError):
    sentence = N_(
        "This link is incomplete or was changed on its way: copy it whole from the letter."
    )
    status = 404


def sign(secret: str, purpose: str, content: list[Any]) -> str:
    """The end of a link. A link of one purpose opens nothing of another."""
    return URLSafeSerializer(secret, salt=f"comptoir-{purpose}").dumps(content)


def read_signed(secret: str, purpose: str, token: str) -> list[Any]:
    """What the link names. Raises BrokenLink."""
    try:
        return URLSafeSerializer(secret, salt=f"comptoir-{purpose}").loads(token)
    except BadData as error:
        raise BrokenLink from error
