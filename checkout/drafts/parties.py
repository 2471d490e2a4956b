"""The parties of a checkout: whether step 3 is complete, and what still holds of them."""

from shop.core.actors import Actor
from shop.core.parties import Parties


def is_complete(parties: Parties, public: bool) -> bool:
    """Step 3 is complete; a public body also names the service that receives the invoice."""
    places = (parties.header, parties.delivery)
    written = all(p.name and p.line1 and p.postal_code and p.city for p in places)
    service = parties.paying_service
    billed = not public or (service is not None and bool(service.name))
    return written and billed and bool(parties.contact.name and parties.contact.phone)


def parties_of_now(parties: Parties, by: Actor) -> Parties:
    """A paying service of an organisation that the person has left meanwhile is dropped."""
    if by.organisation_id is None:
        return Parties(parties.header, parties.delivery, parties.contact)
    return parties
