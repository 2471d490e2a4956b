"""What an invoice freezes for its electronic form, beside what it prints.

An invoice with the key `KEY` has an electronic form; invoices issued before the shop made any, and
those of private customers, do not have it. Codes are those of EN 16931 (CEN/TR 16931-4).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shop.core.parties import FRANCE, Place
from shop.core.vat import PriceBasis
from shop.einvoicing.channel_rules import Channel, Demands, channel_of

KEY = "einvoice"
#: UNTDID 1001: a commercial invoice, a credit note.
INVOICE, CREDIT_NOTE = "380", "381"
#: UNTDID 4461: a credit transfer, and a bank card.
TRANSFER, CARD = "30", "48"
#: The frame of a French invoice (BT-23) for a supply of goods: to be paid, and paid already; and
#: those of the direct deposit on Chorus Pro (rule G1.02).
GOODS, GOODS_PAID = "B1", "B2"
DEPOSITED, DEPOSITED_PAID = "A1", "A2"
#: The frames of invoices that are paid.
PAID = frozenset({GOODS_PAID, DEPOSITED_PAID})
#: UN/ECE recommendation 20: a piece. The catalogue sells nothing by weight or length.
PIECE = "C62"
#: VAT categories (UNTDID 5305): at a rate of the State, and at a rate of zero.
STANDARD, ZERO = "S", "Z"
#: Codes of the reasons why goods are exempt, by category (list VATEX of the European Commission).
EXEMPTION_CODES = {"G": "VATEX-EU-G", "K": "VATEX-EU-IC"}
#: How an eco-contribution is charged: in the price of the product, and named beside it.
ECO_INCLUDED = "included"
#: ICD and EAS codes: SIREN, SIRET, an address in the French directory of electronic invoicing, a
#: code of that directory's routing.
SIREN, SIRET, DIRECTORY, ROUTING = "0002", "0009", "0225", "0224"

_TOWN = re.compile(r"(\d{5})\s+(\S.*)")
#: The lines of an address before its town (BT-35, BT-36, BT-162).
_MOST_LINES = 3
#: Letters that an address in the directory may have (BR-FR-23).
_ROUTING = re.compile(r"[A-Za-z0-9+_/-]+")
#: What is known of the demands of most recipients.
UNKNOWN = Demands()


@dataclass(frozen=True, slots=True)
class Treatment:
    """The VAT of goods that leave for a place: the category of those that are not taxed there, with
    the mention of the law; `STANDARD` where all are taxed.
    """

    category: str = STANDARD
    mention: str = ""

    def category_of(self, rate: int) -> str:
        """The category of a line at that rate, in basis points: taxed is what bears a tax."""
        if rate:
            return STANDARD
        return ZERO if self.category == STANDARD else self.category


def electronic_parts(
    content: Mapping[str, Any],
    buyer: Mapping[str, Any],
    delivery: Mapping[str, Any],
    treatment: Treatment,
    demands: Demands = UNKNOWN,
) -> dict[str, Any]:
    """The keys by which an invoice has an electronic form, from its other content, the parts of the
    addresses and what its recipient demands; none for a private customer (without a SIRET), nor for
    prices including VAT.
    """
    seller, customer, totals = content["seller"], content["customer"], content["totals"]
    if not customer["siret"] or totals["basis"] != PriceBasis.EXCLUDING:
        return {}
    place = parts_of_lines(seller["address"])
    service_code = content["references"]["service_code"] or ""
    channel = channel_of(seller.get("public_invoices"), content["audience"], demands, service_code)
    parts = {
        "type": INVOICE,
        "channel": channel.value,
        "demands": demands.to_json(),
        "process": _process(channel, is_settled=content["paid"] and not totals["rounding"]),
        "currency": "EUR",
        "seller": {"place": place, "endpoint": directory_address(bare(seller["siren"]))},
        "buyer": {"place": buyer, "endpoint": _buyers_address(content), "vat_number": None},
        "delivery": {"place": place if content["delivery"].get("collected") else delivery},
        "payment": {"code": CARD if content["payment_method"] == "card" else TRANSFER},
        "vat": {
            "exemption": treatment.mention or None,
            "exemption_code": EXEMPTION_CODES.get(treatment.category),
        },
        "contract": None,
    }
    return {KEY: parts, "lines": coded_lines(content["lines"], treatment)}


def credited_parts(
    content: Mapping[str, Any], invoice: Mapping[str, Any], left: Mapping[int, int]
) -> dict[str, Any]:
    """The keys by which a credit note has an electronic form: those of the frozen invoice that it
    credits, if it has one. `left` is the base, by rate, that earlier credit notes had left of it.
    """
    if invoice.get(KEY) is None:
        return {}
    seller, channel = content["seller"], channel_in(invoice)
    place = parts_of_lines(seller["address"])
    parts = {
        **invoice[KEY],
        "type": CREDIT_NOTE,
        "process": _process(channel, is_settled=False),
        "seller": {"place": place, "endpoint": directory_address(bare(seller["siren"]))},
        "left": [{"rate": rate, "base": base} for rate, base in sorted(left.items())],
    }
    category_at = {line["vat_rate"]: line["vat_category"] for line in invoice["lines"]}
    lines = [
        line | {"vat_category": category_at[line["vat_rate"]]}
        for line in coded_lines(content["lines"], Treatment())
    ]
    return {KEY: parts, "lines": lines}


def _process(channel: Channel, *, is_settled: bool) -> str:
    """The frame of an invoice (BT-23) in the dialect of its channel."""
    if channel is Channel.CHORUS:
        return DEPOSITED_PAID if is_settled else DEPOSITED
    return GOODS_PAID if is_settled else GOODS


def channel_in(content: Mapping[str, Any]) -> Channel:
    """The channel of a frozen invoice; those of before the choice are of the reform."""
    return Channel(content[KEY].get("channel", Channel.REFORM))


def demands_in(content: Mapping[str, Any]) -> Demands:
    """What the recipient of a frozen invoice demanded."""
    return Demands.from_json(content[KEY].get("demands"))


def _buyers_address(content: Mapping[str, Any]) -> dict[str, str]:
    """A public body is addressed by its establishment and service, a company by its SIREN."""
    customer = content["customer"]
    siren = bare(customer["siren"])
    if content["audience"] != "public":
        return directory_address(siren)
    routing = content["references"]["service_code"] or ""
    return directory_address(siren, bare(customer["siret"]), routing)


def place_parts(place: Place) -> dict[str, Any]:
    """The address of a party in parts."""
    lines = [line for line in (place.unit, place.line1, place.line2) if line]
    return _parts(lines, place.postal_code, place.city, place.country)


def parts_of_lines(lines: Sequence[str]) -> dict[str, Any]:
    """The address of a letterhead, which is in France, in parts: its last line is the postal code
    and the town.
    """
    found = _TOWN.fullmatch(lines[-1].strip()) if lines else None
    if found is None:
        return _parts(lines, "", "", FRANCE)
    return _parts(lines[:-1], found[1], found[2], FRANCE)


def _parts(lines: Sequence[str], postal_code: str, city: str, country: str) -> dict[str, Any]:
    kept = [*lines[: _MOST_LINES - 1], ", ".join(lines[_MOST_LINES - 1 :])]
    return {
        "lines": [line for line in kept if line],
        "postal_code": postal_code,
        "city": city,
        "country": country,
    }


def directory_address(siren: str, siret: str = "", routing: str = "") -> dict[str, str]:
    """The address of a party in the directory: its SIREN, with the SIRET of an establishment and
    the code of a service where the invoice is for them (XP Z12-012).
    """
    parts = [siren, siret, routing if _ROUTING.fullmatch(routing) else ""] if siret else [siren]
    return {"scheme": DIRECTORY, "value": "_".join(part for part in parts if part)}


def coded_lines(lines: Iterable[Mapping[str, Any]], treatment: Treatment) -> list[dict[str, Any]]:
    """The lines of an invoice with their unit, their VAT category and the kind of their
    eco-contribution.
    """
    return [
        {
            **line,
            "unit": PIECE,
            "vat_category": treatment.category_of(line["vat_rate"]),
            "eco_kind": ECO_INCLUDED if line["eco_fee"] else None,
        }
        for line in lines
    ]


def bare(number: str | None) -> str:
    """A registration number or IBAN without the spaces it may be written with."""
    return "".join((number or "").split())
