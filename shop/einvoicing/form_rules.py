"""An electronic invoice read again before it is sent: its identifiers, dates, codes and amounts are
those that were frozen. No public schematron checks these of a direct deposit on Chorus Pro.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from shop.einvoicing.facturx import as_printed
from shop.einvoicing.fault_rules import FormDiffers, SchemaBroken, UnsoundInvoice
from shop.einvoicing.fields import Fields, fields_of
from shop.einvoicing.terms import Words

_CII = "urn:un:unece:uncefact:data:standard:"
_SPACES = {
    "rsm": f"{_CII}CrossIndustryInvoice:100",
    "ram": f"{_CII}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_CII}UnqualifiedDataType:100",
    "qdt": f"{_CII}QualifiedDataType:100",
}
_DOCUMENT, _TRADE = "/*/rsm:ExchangedDocument", "/*/rsm:SupplyChainTradeTransaction"
_AGREED = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_DELIVERED = f"{_TRADE}/ram:ApplicableHeaderTradeDelivery"
_SETTLED = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_MEANS = f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans"
_SUMS = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_PERIOD = f"{_SETTLED}/ram:BillingSpecifiedPeriod"
#: Fields that stand once, and where.
_SINGLE = {
    "BT-1": f"{_DOCUMENT}/ram:ID",
    "BT-2": f"{_DOCUMENT}/ram:IssueDateTime/udt:DateTimeString",
    "BT-3": f"{_DOCUMENT}/ram:TypeCode",
    "BT-5": f"{_SETTLED}/ram:InvoiceCurrencyCode",
    "BT-9": f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
    "BT-10": f"{_AGREED}/ram:BuyerReference",
    "BT-12": f"{_AGREED}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "BT-13": f"{_AGREED}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    "BT-14": f"{_AGREED}/ram:SellerOrderReferencedDocument/ram:IssuerAssignedID",
    "BT-16": f"{_DELIVERED}/ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID",
    "BT-23": "/*/*/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
    "BT-72": f"{_DELIVERED}/ram:ActualDeliverySupplyChainEvent//udt:DateTimeString",
    "BT-73": f"{_PERIOD}/ram:StartDateTime/udt:DateTimeString",
    "BT-74": f"{_PERIOD}/ram:EndDateTime/udt:DateTimeString",
    "BT-81": f"{_MEANS}/ram:TypeCode",
    "BT-83": f"{_SETTLED}/ram:PaymentReference",
    "BT-84": f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
    "BT-86": f"{_MEANS}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
    "BT-106": f"{_SUMS}/ram:LineTotalAmount",
    "BT-109": f"{_SUMS}/ram:TaxBasisTotalAmount",
    "BT-110": f"{_SUMS}/ram:TaxTotalAmount",
    "BT-112": f"{_SUMS}/ram:GrandTotalAmount",
    "BT-113": f"{_SUMS}/ram:TotalPrepaidAmount",
    "BT-114": f"{_SUMS}/ram:RoundingAmount",
    "BT-115": f"{_SUMS}/ram:DuePayableAmount",
}
#: Groups that stand several times, and the fields inside each.
_GROUPS = {
    "BG-3": (
        f"{_SETTLED}/ram:InvoiceReferencedDocument",
        {
            "BT-25": "ram:IssuerAssignedID",
            "BT-26": "ram:FormattedIssueDateTime/qdt:DateTimeString",
        },
    ),
    "BG-23": (
        f"{_SETTLED}/ram:ApplicableTradeTax",
        {
            "BT-116": "ram:BasisAmount",
            "BT-117": "ram:CalculatedAmount",
            "BT-118": "ram:CategoryCode",
            "BT-119": "ram:RateApplicablePercent",
        },
    ),
    "BG-25": (
        f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem",
        {
            "BT-126": "ram:AssociatedDocumentLineDocument/ram:LineID",
            "BT-129": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
            "BT-130": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
            "BT-131": "ram:SpecifiedLineTradeSettlement//ram:LineTotalAmount",
            "BT-146": ".//ram:NetPriceProductTradePrice/ram:ChargeAmount",
            "BT-151": ".//ram:ApplicableTradeTax/ram:CategoryCode",
            "BT-152": ".//ram:ApplicableTradeTax/ram:RateApplicablePercent",
            "BT-155": "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
        },
    ),
}
_DATES = frozenset({"BT-2", "BT-9", "BT-26", "BT-72", "BT-73", "BT-74"})
#: The parties, and the numbers of their fields.
_PARTIES = (
    ("BG-4", "ram:SellerTradeParty", ("BT-29", "BT-30", "BT-31", "BT-34", "BT-40")),
    ("BG-7", "ram:BuyerTradeParty", ("BT-46", "BT-47", "BT-48", "BT-49", "BT-55")),
)


def differences(xml: bytes, content: Mapping[str, Any], words: Words) -> list[UnsoundInvoice]:
    """Each field of an electronic form that is not the one of the frozen content. `words` are the
    sentences of its language.
    """
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError as broken:
        return [SchemaBroken(message=str(broken))]
    told = fields_of(as_printed(content), words)
    pairs = (*_single(root, told), *_parties(root, told), *_grouped(root, told))
    return [
        FormDiffers(field=name, expected=expected or "—", found=found or "—")
        for name, expected, found in pairs
        if not _same(expected, found)
    ]


def _single(root: Any, told: Fields) -> Iterator[tuple[str, str, str]]:
    for name, path in _SINGLE.items():
        yield name, _frozen(name, told), _text(root, path)


def _grouped(root: Any, told: Fields) -> Iterator[tuple[str, str, str]]:
    for group, (path, fields) in _GROUPS.items():
        frozen, places = told.get(group, []), root.xpath(path, namespaces=_SPACES)
        yield group, str(len(frozen)), str(len(places))
        for row, place in zip(frozen, places, strict=False):
            for name, inside in fields.items():
                yield name, _frozen(name, row), _text(place, inside)


def _parties(root: Any, told: Fields) -> Iterator[tuple[str, str, str]]:
    """Identifiers with their schemes, legal identifier, VAT number, electronic address, country."""
    for group, element, (ids, legal, vat, endpoint, country) in _PARTIES:
        party, place = told[group], root.xpath(f"{_AGREED}/{element}", namespaces=_SPACES)[0]
        found = place.xpath("ram:GlobalID", namespaces=_SPACES)
        yield (
            ids,
            _listed(party["identifiers"]),
            _listed({one.get("schemeID"): one.text for one in found}),
        )
        yield (
            legal,
            party["legal_identifier"],
            _text(place, "ram:SpecifiedLegalOrganization/ram:ID"),
        )
        yield (
            vat,
            party.get("vat_identifier", ""),
            _text(place, "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']"),
        )
        yield (
            endpoint,
            party.get("einvoicing_addr", ""),
            _text(place, "ram:URIUniversalCommunication/ram:URIID"),
        )
        yield (
            country,
            party.get("country_code", ""),
            _text(place, "ram:PostalTradeAddress/ram:CountryID"),
        )


def _listed(identifiers: Mapping[Any, Any]) -> str:
    return ", ".join(f"{scheme} {value}" for scheme, value in sorted(identifiers.items()) if value)


def _frozen(name: str, row: Mapping[str, Any]) -> str:
    """A field as the syntax writes it: days without hyphens."""
    value = str(row.get(name) or "")
    return value.replace("-", "") if name in _DATES else value


def _text(place: Any, path: str) -> str:
    """The text at a path, an attribute or an element; of several all, of none nothing."""
    found = place.xpath(path, namespaces=_SPACES)
    return ", ".join(str(getattr(one, "text", one) or "") for one in found)


def _same(expected: str, found: str) -> bool:
    """Whether two fields are equal: as text, or as the numbers that both write."""
    if expected == found:
        return True
    if "." not in expected or not found:
        return False
    try:
        return Decimal(expected) == Decimal(found)
    except InvalidOperation:
        return False
