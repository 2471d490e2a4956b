"""The frozen content of a paper: one JSON document, from which alone its PDF is drawn.

Money is in cents, unit prices in ten-thousandths of a euro, rates in basis points, days in ISO.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from shop.core.parties import Contact, Parties, PayingService, Place
from shop.core.sales import SaleLine
from shop.core.vat import Totals


def paper_content(
    kind: str,
    number: str,
    *,
    language: str,
    issued_on: str,
    seller: dict[str, Any],
    parties: Parties,
    lines: list[dict[str, Any]],
    totals: Totals | None,
    references: dict[str, Any],
    account_manager: Contact | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Put a paper's content together. `more` are the keys of that kind of paper alone."""
    return {
        "kind": kind,
        "number": number,
        "language": language,
        "issued_on": issued_on,
        "seller": seller,
        "customer": {
            "code": parties.customer_code,
            "name": parties.header.name,
            "siren": parties.siren,
            "siret": parties.siret,
            "address": parties.header.lines,
        },
        "delivery": _delivery(parties.delivery, parties.contact),
        "paying_service": _paying_service(parties.paying_service),
        "contact": _contact(parties.contact),
        "account_manager": _contact(account_manager) if account_manager else None,
        "references": {**_NO_REFERENCES, **references},
        "lines": lines,
        "totals": totals_content(totals) if totals else None,
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


def line_contents(lines: Iterable[SaleLine]) -> list[dict[str, Any]]:
    """Priced lines, numbered from 1."""
    return [
        {
            "position": position,
            "sku": line.sku,
            "name": line.name,
            "detail": line.detail,
            "quantity": line.quantity,
            "unit_price": line.unit_price.tenthousandths,
            "eco_fee": line.eco_fee.tenthousandths,
            "vat_rate": line.vat_rate,
            "total": line.amount.cents,
        }
        for position, line in enumerate(lines, start=1)
    ]


def totals_content(totals: Totals) -> dict[str, Any]:
    return {
        "goods": totals.goods.cents,
        "shipping": totals.shipping.cents,
        "excluding": totals.excluding.cents,
        "vat": [
            {"rate": part.rate, "base": part.base.cents, "amount": part.amount.cents}
            for part in totals.vat
        ],
        "vat_total": totals.vat_total.cents,
        "including": totals.including.cents,
        "eco_including": totals.eco_including.cents,
    }


def _delivery(place: Place, contact: Contact) -> dict[str, Any]:
    return {
        "name": place.name,
        "address": place.lines,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "instructions": place.instructions,
        "floor": place.floor,
        "opening_hours": place.opening_hours,
        "call_before": place.call_before,
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


def _contact(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "phone": contact.phone, "email": contact.email}


def postal_lines(seller: dict[str, Any], service: str) -> Sequence[str]:
    """Where to send an original: the shop's name, the service, its address."""
    return [f"{seller['trade_name']}, {service}", *seller["address"]]
