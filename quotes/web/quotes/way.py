"""The quote way, as step 5 shows it below the card."""

from typing import Any

from checkout.web.steps.ways import Way
from shop.organisations.rules import Verification
from shop.register.rules import Nature
from shop.web.kit.sessions import viewer


def quote_context() -> dict[str, Any]:
    """`quote_standing` is open, pending, refused, suspended, private or closed: the panel says why
    and what to do."""
    person = viewer()
    if person is not None and person.is_public_body:
        standing = "open"
    elif person is None or person.nature is None:
        standing = "closed"
    elif person.nature is Nature.PRIVATE:
        standing = "private"
    elif person.verification in (Verification.REFUSED, Verification.SUSPENDED):
        standing = person.verification.lower()
    else:
        standing = "pending"
    return {"quote_standing": standing}


WAY = Way(key="quote", order=20, template="quotes/_way.html", context=quote_context)
