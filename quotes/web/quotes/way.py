"""The quote way, as step 5 shows it below the card."""

from typing import Any

from checkout.web.steps.ways import Way
from shop.register.rules import Nature
from shop.web.kit.sessions import viewer


def quote_context() -> dict[str, Any]:
    """`quote_standing` is open, pending, refused, suspended, private or closed: the panel says why
    and what to do."""
    person = viewer()
    if person is not None and person.is_public_body:
        return {"quote_standing": "open"}
    state = person.verification if person is not None else None
    if person is None or state is None:
        return {"quote_standing": "closed"}
    if person.nature is Nature.PRIVATE:
        return {"quote_standing": "private"}
    return {"quote_standing": state.lower() if state.is_closed else "pending"}


WAY = Way(key="quote", order=20, template="quotes/_way.html", context=quote_context)
