"""The quote way, as step 5 shows it below the card."""

from typing import Any

from checkout.ways import Way, register
from shop.accounts.sessions import viewer
from shop.organisations.rules import Nature


def quote_context() -> dict[str, Any]:
    """`standing` is open, pending, or closed: the panel says why and what to do."""
    person = viewer()
    if person is not None and person.is_public_body:
        standing = "open"
    elif person is None or person.nature is None or person.nature is Nature.PRIVATE:
        standing = "closed"
    else:
        standing = "pending"
    return {"quote_standing": standing}


WAY = Way(key="quote", order=20, template="quotes/_way.html", context=quote_context)
register(WAY)
