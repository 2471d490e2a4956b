"""The frozen content of a document: one JSON object, the only source of its PDF.

Money is in cents, unit prices in ten-thousandths of a euro, rates in basis points, days in ISO.
"""

from collections.abc import Sequence
from typing import Any

from shop.core.parties import Contact, PayingService, Place
from shop.core.sales import Sale, contents_of
from shop.letterheads.identity import identity_from


def paper_content(
    kind: str,
    number: str,
    sale: Sale,
    *,
    issued_on: str,
    seller: dict[str, Any],
    references: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    """The content of a document from its sale. `more` are the keys of that kind of document;
    `lines` and `totals` among them replace the sale's priced lines.
    """
    parties = sale.parties
    return {
        "kind": kind,
        "number": number,
        "language": sale.buyer.language,
        "issued_on": issued_on,
        "seller": seller,
        "legal_name": _legal_name(seller),
        "customer": {
            "code": parties.customer_code,
            "name": parties.header.name,
            "siren": parties.siren,
            "siret": parties.siret,
            "address": parties.header.lines,
        },
        "delivery": _destination(sale, seller),
        "paying_service": _paying_service(parties.paying_service),
        "contact": contact_content(parties.contact),
        "account_manager": None,
        "lead": sale.title or None,
        "references": {**_NO_REFERENCES, **references},
        "lines": contents_of(sale.lines),
        "totals": sale.totals.to_json(),
        **more,
    }


_NO_REFERENCES: dict[str, Any] = {
    "quote": None,
    "order": None,
    "purchase_order": None,
    "purchase_order_date": None,
    "engagement": None,
    "service_code": None,
    "delivery_notes": [],
    "invoice": None,
}


def _legal_name(seller: dict[str, Any]) -> str | None:
    """The seller's legal name where it is another one than the name it trades under."""
    shop = identity_from(seller)
    return shop.legal_name if shop.legal_name != shop.name else None


def _destination(sale: Sale, seller: dict[str, Any]) -> dict[str, Any]:
    """Where the goods go, with whoever receives or collects them."""
    parties = sale.parties
    if sale.is_collected:
        return _collection(seller, parties.contact)
    return _delivery(parties.delivery, parties.contact)


def _delivery(place: Place, contact: Contact) -> dict[str, Any]:
    return {
        "name": place.name,
        "address": place.lines,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "instructions": place.instructions,
        "floor": place.floor,
        "opening_hours": place.opening_hours,
        "call_before": place.call_before,
    }


def _collection(seller: dict[str, Any], contact: Contact) -> dict[str, Any]:
    """The place of a sale that is collected: the shop of the letterhead. The contact collects."""
    shop = identity_from(seller)
    return {
        "collected": True,
        "name": shop.name,
        "address": list(shop.address),
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "opening_hours": shop.hours,
    }


def _paying_service(service: PayingService | None) -> dict[str, Any] | None:
    if service is None:
        return None
    return {
        "name": service.name,
        "address": service.lines,
        "service_code": service.service_code,
        "email": service.email,
    }


def contact_content(contact: Contact) -> dict[str, Any]:
    """A contact, as a document names it."""
    return {"name": contact.name, "phone": contact.phone, "email": contact.email}


def postal_lines(seller: dict[str, Any], service: str) -> Sequence[str]:
    """Where to send an original: the shop's name, the service, its address."""
    return [f"{seller['trade_name']}, {service}", *seller["address"]]
