"""The tests of the causes that a flow is rejected for, on the XML inside its PDF. Each answers the
value that is wrong, "" for wrong without a value, None for right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree
from stdnum import iban

from shop.einvoicing.facturx import schema_faults

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
AGREEMENT = "//ram:ApplicableHeaderTradeAgreement"
BUYER, SELLER = f"{AGREEMENT}/ram:BuyerTradeParty", f"{AGREEMENT}/ram:SellerTradeParty"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
MEANS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LEGAL = "ram:SpecifiedLegalOrganization/ram:ID"
NUMBER = "//rsm:ExchangedDocument/ram:ID"
_MEANS = ("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97")
_FRAMES = tuple(f"A{n}" for n in range(1, 26))
_WORKS = ("A4", "A5", "A6", "A7", "A8", "A10", "A13", "A14", "A15", "A16", "A17", "A18", "A19")
_SIRET = re.compile(r"\d{14}")


@dataclass
class Directory:
    """The public bodies of this portal: a body that is named nowhere demands nothing."""

    unknown: set[str] = field(default_factory=set)
    inactive: set[str] = field(default_factory=set)
    code_demanded: set[str] = field(default_factory=set)
    engagement_demanded: set[str] = field(default_factory=set)
    unknown_codes: set[str] = field(default_factory=lambda: {"INCONNU"})
    unknown_sellers: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Flow:
    """What is checked: the XML, the directory, and the numbers that the portal has of a seller."""

    root: Any
    directory: Directory
    known: frozenset[str] = frozenset()

    def all(self, path: str) -> list[str]:
        """The texts at a path."""
        found = self.root.xpath(path, namespaces=NAMES)
        return [(one.text or "").strip() for one in found]

    def one(self, path: str) -> str:
        return next(iter(self.all(path)), "")

    def count(self, path: str) -> int:
        return len(self.root.xpath(path, namespaces=NAMES))

    @property
    def is_credit(self) -> bool:
        return self.one("//rsm:ExchangedDocument/ram:TypeCode") == "381"

    @property
    def buyer(self) -> str:
        return self.one(f"{BUYER}/{LEGAL}")

    @property
    def code(self) -> str:
        return self.one(f"{AGREEMENT}/ram:BuyerReference")

    @property
    def engagement(self) -> str:
        return self.one(f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")

    def amount(self, path: str) -> Decimal:
        try:
            return Decimal(self.one(path) or "0")
        except InvalidOperation:
            return Decimal("NaN")


Check = Callable[[Flow], str | None]


def _wrong(is_wrong: bool, value: str = "") -> str | None:
    return value if is_wrong else None


def _longer(path: str, most: int) -> Check:
    return lambda flow: _wrong(any(len(one) > most for one in flow.all(path)))


def _means(flow: Flow) -> str | None:
    named = flow.one(f"{MEANS}/ram:TypeCode")
    return _wrong(bool(named) and named not in _MEANS, named)


def _sum_of_lines(flow: Flow) -> Decimal:
    lines = flow.all("//ram:IncludedSupplyChainTradeLineItem//ram:LineTotalAmount")
    return sum(map(Decimal, lines), Decimal())


def _iban(flow: Flow) -> str | None:
    accounts = flow.all(f"{MEANS}//ram:IBANID")
    return _wrong(any(len(one) <= 27 and not iban.is_valid(one) for one in accounts))


def _frame(flow: Flow) -> str:
    return flow.one("//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID")


#: In the order in which they are reported.
CHECKS: dict[str, Check] = {
    "frame": lambda flow: _wrong(_frame(flow) not in _FRAMES, _frame(flow)),
    "frame_works": lambda flow: _wrong(_frame(flow) in _WORKS, _frame(flow)),
    "type": lambda flow: _wrong(
        (told := flow.one("//rsm:ExchangedDocument/ram:TypeCode")) not in ("380", "381"), told
    ),
    "no_means": lambda flow: _wrong(not flow.is_credit and not flow.one(f"{MEANS}/ram:TypeCode")),
    "credit_means": lambda flow: _wrong(flow.is_credit and flow.count(MEANS) > 0),
    "means": _means,
    "buyer_siret": lambda flow: _wrong(not _SIRET.fullmatch(flow.buyer)),
    "seller_siret": lambda flow: _wrong(not _SIRET.fullmatch(flow.one(f"{SELLER}/{LEGAL}"))),
    "unknown_seller": lambda flow: _wrong(
        flow.one(f"{SELLER}/{LEGAL}") in flow.directory.unknown_sellers
    ),
    "unknown_buyer": lambda flow: _wrong(flow.buyer in flow.directory.unknown),
    "inactive_buyer": lambda flow: _wrong(flow.buyer in flow.directory.inactive),
    "no_code": lambda flow: _wrong(flow.buyer in flow.directory.code_demanded and not flow.code),
    "no_engagement": lambda flow: _wrong(
        flow.buyer in flow.directory.engagement_demanded and not flow.engagement
    ),
    "unknown_code": lambda flow: _wrong(flow.code in flow.directory.unknown_codes),
    "public_service": lambda flow: _wrong(flow.code == "FACTURES_PUBLIQUES"),
    "number": _longer(NUMBER, 20),
    "duplicate": lambda flow: _wrong(flow.one(NUMBER) in flow.known),
    "engagement": lambda flow: _wrong(len(flow.engagement) > 50),
    "contract": _longer(f"{AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID", 50),
    "preceding": lambda flow: _wrong(flow.count(f"{SETTLEMENT}/ram:InvoiceReferencedDocument") > 1),
    "credit_origin": lambda flow: _wrong(
        flow.is_credit and flow.count(f"{SETTLEMENT}/ram:InvoiceReferencedDocument") == 0
    ),
    "seller_contacts": lambda flow: _wrong(flow.count(f"{SELLER}/ram:DefinedTradeContact") > 1),
    "buyer_contacts": lambda flow: _wrong(flow.count(f"{BUYER}/ram:DefinedTradeContact") > 1),
    "attachment": _longer(f"{AGREEMENT}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID", 50),
    "description": _longer("//ram:SpecifiedTradeProduct/ram:Description", 1024),
    "street": _longer(f"{SELLER}//ram:LineOne | {SELLER}//ram:LineTwo", 400),
    "town": _longer(f"{SELLER}//ram:CityName", 400),
    "terms": _longer(f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description", 1024),
    "trade_name": _longer(f"{SELLER}//ram:TradingBusinessName", 99),
    "payee": _longer(f"{MEANS}//ram:AccountName", 99),
    "iban_length": _longer(f"{MEANS}//ram:IBANID", 27),
    "iban": _iban,
    "note": _longer("//rsm:ExchangedDocument/ram:IncludedNote/ram:Content", 1024),
    "seller_name": _longer(f"{SELLER}/ram:Name", 99),
    "buyer_name": _longer(f"{BUYER}/ram:Name", 99),
    "gross": lambda flow: _wrong(
        flow.count("//ram:GrossPriceProductTradePrice")
        > flow.count("//ram:GrossPriceProductTradePrice//ram:ActualAmount")
    ),
    "total": lambda flow: _wrong(
        flow.amount(f"{SUMS}/ram:TaxBasisTotalAmount") + flow.amount(f"{SUMS}/ram:TaxTotalAmount")
        != flow.amount(f"{SUMS}/ram:GrandTotalAmount")
    ),
    "lines": lambda flow: _wrong(_sum_of_lines(flow) != flow.amount(f"{SUMS}/ram:LineTotalAmount")),
    "currency": lambda flow: _wrong(
        (told := flow.one(f"{SETTLEMENT}/ram:InvoiceCurrencyCode")) != "EUR", told
    ),
}


def is_out_of_schema(xml: bytes) -> bool:
    """Whether the XML does not follow its schema, but for what the checks name themselves."""
    return bool(schema_faults(xml))


def wrong(flow: Flow) -> Iterable[tuple[str, str]]:
    """The checks that a flow fails, each with the value that is wrong."""
    for name, check in CHECKS.items():
        value = check(flow)
        if value is not None:
            yield name, value


def read(xml: bytes) -> Any:
    """The XML as a tree; None for what is no XML."""
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
