"""What changed in a sale since the buyer read it: each change with the state before and now.

The page of step 5 carries what it showed; the form that comes back is compared with the sale of
that moment, so that a refusal says what is different.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shop.core.money import Money, UnitPrice
from shop.core.parties import Place
from shop.core.sales import Sale, SaleLine
from shop.core.vat import PriceBasis

Amount = Money | UnitPrice
#: A line as a page carries it: its name, quantity and price of one unit.
_Told = tuple[str, int, int]


class Kind(StrEnum):
    """What changed."""

    ADDED = "added"
    REMOVED = "removed"
    QUANTITY = "quantity"
    PRICE = "price"
    SHIPPING = "shipping"
    SHIPPING_PRICE = "shipping_price"
    HEADER = "header"
    DELIVERY = "delivery"
    SERVICE = "service"
    CONTACT = "contact"
    BASIS = "basis"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the line or part called `name`; a state is a price, a quantity or words."""

    kind: Kind
    name: str = ""
    before: Amount | int | str = ""
    now: Amount | int | str = ""


def told_of(sale: Sale) -> dict[str, Any]:
    """What a page of this sale shows, as JSON: as little as the comparison needs."""
    return {
        "basis": sale.totals.basis.value,
        "goods": {line.sku: _told(line) for line in sale.lines if line.product_id is not None},
        "shipping": [_told(line) for line in sale.lines if line.product_id is None],
        "parties": _parties(sale),
        "total": sale.totals.including.cents,
    }


def changes(before: dict[str, Any], sale: Sale) -> list[Change]:
    """The changes from what a page showed to the sale of now, in the order of that page; the total
    comes last. Empty where they agree.
    """
    basis, now = PriceBasis(before["basis"]), told_of(sale)
    is_same = now["basis"] == before["basis"]
    found = [] if is_same else [Change(Kind.BASIS)]
    found += _goods(before["goods"], now["goods"], basis, same_basis=is_same)
    found += _shipping(before["shipping"], now["shipping"], basis, same_basis=is_same)
    for kind in (Kind.HEADER, Kind.DELIVERY, Kind.SERVICE, Kind.CONTACT):
        words = before["parties"][kind.value], now["parties"][kind.value]
        if words[0] != words[1]:
            found.append(Change(kind, "", *words))
    if before["total"] != now["total"]:
        found.append(Change(Kind.TOTAL, "", Money(before["total"]), Money(now["total"])))
    return found


def _goods(
    before: dict[str, _Told], now: dict[str, _Told], basis: PriceBasis, *, same_basis: bool
) -> list[Change]:
    found = []
    for sku in dict.fromkeys((*before, *now)):
        if sku not in now:
            found.append(Change(Kind.REMOVED, before[sku][0], before[sku][1], 0))
        elif sku not in before:
            found.append(Change(Kind.ADDED, now[sku][0], 0, now[sku][1]))
        else:
            name, units, price = before[sku]
            if units != now[sku][1]:
                found.append(Change(Kind.QUANTITY, name, units, now[sku][1]))
            if same_basis and price != now[sku][2]:
                prices = _price(price, basis), _price(now[sku][2], basis)
                found.append(Change(Kind.PRICE, name, *prices))
    return found


def _shipping(
    before: list[_Told], now: list[_Told], basis: PriceBasis, *, same_basis: bool
) -> list[Change]:
    if not before or not now:
        return []
    (name, _units, price), (name_now, _one, price_now) = before[0], now[0]
    if name != name_now:
        return [Change(Kind.SHIPPING, "", name, name_now)]
    if same_basis and price != price_now:
        return [Change(Kind.SHIPPING_PRICE, name, _price(price, basis), _price(price_now, basis))]
    return []


def _told(line: SaleLine) -> _Told:
    including = line.unit_including
    price = line.unit_price.tenthousandths if including is None else including.cents
    return line.name, line.quantity, price


def _price(told: int, basis: PriceBasis) -> Amount:
    return Money(told) if basis is PriceBasis.INCLUDING else UnitPrice(told)


def _parties(sale: Sale) -> dict[str, str]:
    parties, service = sale.parties, sale.parties.paying_service
    contact = parties.contact
    return {
        Kind.HEADER: _place(parties.header),
        Kind.DELIVERY: _place(parties.delivery),
        Kind.SERVICE: _words(service.name, service.service_code, service.email, *service.lines)
        if service
        else "",
        Kind.CONTACT: _words(contact.name, contact.phone, contact.email),
    }


def _place(place: Place) -> str:
    extra = place.floor, place.opening_hours, place.instructions
    return _words(place.name, *place.lines, *extra)


def _words(*parts: str) -> str:
    return ", ".join(filter(None, parts))
