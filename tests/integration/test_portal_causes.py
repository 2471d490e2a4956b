"""Every cause for which the local portal refuses: what breaks it, the reason that it gives, and its
public source.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from lxml import etree

from checkout.deposits.piste import SYNTAX
from checkout.deposits.portal import PortalRefused
from checkout.deposits.rules import STATUSES
from checkout.deposits.sandbox.causes import causes, of_moment
from checkout.deposits.sandbox.checks import AGREEMENT, BUYER, MEANS, NUMBER, SELLER, SETTLEMENT
from checkout.deposits.sandbox.server import Sandbox, running
from shop.documents.archive import archive
from shop.documents.layout import sentences
from shop.documents.pdf import image_to_pdf
from shop.documents.samples import scan
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.facturx import compose
from tests.deposited import client_of
from tests.einvoices import found
from tests.factories import AT
from tests.unit.test_einvoicing_channels import credit_on, on

FRENCH = sentences("fr")
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.fixture(scope="module")
def portal() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def page() -> bytes:
    """A page to which an XML is attached."""
    return image_to_pdf(scan(), title="FA")


def filed(page: bytes, xml: bytes) -> bytes:
    return archive(page, title="FA", author="Comptoir", on=AT.date(), language="fr", xml=xml)


def put(path: str, value: str) -> Callable[[Any], Any]:
    """Another text at a path."""

    def change(root: Any) -> None:
        found(root, path)[0].text = value

    return change


def without(path: str) -> Callable[[Any], Any]:
    def change(root: Any) -> None:
        for one in found(root, path):
            one.getparent().remove(one)

    return change


def twice(path: str) -> Callable[[Any], Any]:
    """The element at a path, once more."""

    def change(root: Any) -> None:
        one = found(root, path)[0]
        one.addnext(etree.fromstring(etree.tostring(one)))

    return change


def added(path: str, name: str, text: str) -> Callable[[Any], Any]:
    """A new element inside the one at a path."""

    def change(root: Any) -> None:
        etree.SubElement(found(root, path)[0], f"{_RAM}{name}").text = text

    return change


LEGAL = "ram:SpecifiedLegalOrganization/ram:ID"
FRAME = "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
TYPE = "//rsm:ExchangedDocument/ram:TypeCode"
ORDER = f"{AGREEMENT}/ram:BuyerOrderReferencedDocument"
REFERENCE = f"{AGREEMENT}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID"
TOWN = "21610040400017"


def contract(root: Any) -> None:
    order = found(root, ORDER)[0]
    new = etree.fromstring(etree.tostring(order))
    new.tag = f"{_RAM}ContractReferencedDocument"
    new[0].text = "M" * 51
    order.addnext(new)


def gross(root: Any) -> None:
    net = found(root, "//ram:NetPriceProductTradePrice")[0]
    new = etree.fromstring(etree.tostring(net))
    new.tag = f"{_RAM}GrossPriceProductTradePrice"
    net.addprevious(new)


def earlier(root: Any) -> None:
    for _n in range(2):
        one = etree.SubElement(found(root, SETTLEMENT)[0], f"{_RAM}InvoiceReferencedDocument")
        etree.SubElement(one, f"{_RAM}IssuerAssignedID").text = "FA-1"


#: What breaks each cause of the flow in the XML of a valid invoice, or of a credit note.
BROKEN: dict[str, Callable[[Any], Any]] = {
    "frame": put(FRAME, "B1"),
    "frame-works": put(FRAME, "A4"),
    "type": put(TYPE, "389"),
    "payment-means-missing": without(MEANS),
    "payment-means-unknown": put(f"{MEANS}/ram:TypeCode", "57"),
    "recipient-siret": put(f"{BUYER}/{LEGAL}", "216100404"),
    "supplier-siret": put(f"{SELLER}/{LEGAL}", "852147960"),
    "service-of-public-invoices": put(f"{AGREEMENT}/ram:BuyerReference", "FACTURES_PUBLIQUES"),
    "service-code-unknown": put(f"{AGREEMENT}/ram:BuyerReference", "INCONNU"),
    "number-too-long": put(NUMBER, "F" * 21),
    "commitment-too-long": put(f"{ORDER}/ram:IssuerAssignedID", "E" * 51),
    "contract-too-long": contract,
    "several-references": earlier,
    "several-supplier-contacts": twice(f"{SELLER}/ram:DefinedTradeContact"),
    "several-recipient-contacts": twice(f"{BUYER}/ram:DefinedTradeContact"),
    "document-reference": put(REFERENCE, "B" * 51),
    "description-too-long": put("//ram:SpecifiedTradeProduct/ram:Description", "d" * 1025),
    "supplier-street": put(f"{SELLER}//ram:LineOne", "r" * 401),
    "supplier-town": put(f"{SELLER}//ram:CityName", "V" * 401),
    "terms-too-long": put(
        f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description", "t" * 1025
    ),
    "trade-name-too-long": put(f"{SELLER}//ram:TradingBusinessName", "N" * 100),
    "payee-too-long": put(f"{MEANS}//ram:AccountName", "H" * 100),
    "iban-too-long": put(f"{MEANS}//ram:IBANID", "F" * 28),
    "iban-wrong": put(f"{MEANS}//ram:IBANID", "FR7630006000011234567890188"),
    "note-too-long": put("//rsm:ExchangedDocument/ram:IncludedNote/ram:Content", "n" * 1025),
    "supplier-name-too-long": put(f"{SELLER}/ram:Name", "N" * 100),
    "recipient-name-too-long": put(f"{BUYER}/ram:Name", "N" * 100),
    "gross-price": gross,
    "total-wrong": put("//ram:GrandTotalAmount", "1.00"),
    "lines-wrong": put(
        f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:LineTotalAmount",
        "1.00",
    ),
    "currency": put(f"{SETTLEMENT}/ram:InvoiceCurrencyCode", "USD"),
    "xml-broken": added("//rsm:ExchangedDocument", "Unknown", "x"),
}
ON_A_CREDIT: dict[str, Callable[[Any], Any]] = {
    "payment-means-on-credit": added(SETTLEMENT, "SpecifiedTradeSettlementPaymentMeans", ""),
    "credit-without-origin": without(f"{SETTLEMENT}/ram:InvoiceReferencedDocument"),
}
#: What breaks the rest: the file, the directory of the portal, what it has already.
ELSEWHERE = {
    "not-a-pdf",
    "no-xml",
    "duplicate",
    "service-code-missing",
    "commitment-missing",
    "recipient-unknown",
    "recipient-inactive",
    "supplier-unknown",
}


def rejected(portal: Sandbox, data: bytes) -> str:
    """The reason for which a file is rejected; empty for one that is taken."""
    client = client_of(portal.base_url)
    report = client.report(client.deposit("FA-2026-000131.pdf", data))
    return "" if report.is_integrated else " | ".join(report.errors)


def reason_of(key: str, value: str = "") -> str:
    return causes()[key].said(value)[:200]


def test_each_cause_has_a_public_source_and_a_test():
    assert len(causes()) >= 40
    for cause in causes().values():
        assert cause.source and cause.url.startswith("https://"), cause.key
    flow = {cause.key for cause in of_moment("flow")}
    assert flow == {*BROKEN, *ON_A_CREDIT, *ELSEWHERE}


def test_a_valid_document_is_taken(portal: Sandbox, page: bytes):
    for content in (on(Channel.CHORUS), credit_on(Channel.CHORUS)):
        assert rejected(portal, filed(page, compose(content, FRENCH))) == ""
    portal.state.flows.clear()
    portal.state.invoices.clear()


@pytest.mark.parametrize("key", [*BROKEN, *ON_A_CREDIT])
def test_a_cause_is_rejected_for_its_reason(portal: Sandbox, page: bytes, key: str):
    content = on(Channel.CHORUS) if key in BROKEN else credit_on(Channel.CHORUS)
    root = etree.fromstring(compose(content, FRENCH))
    (BROKEN | ON_A_CREDIT)[key](root)
    told = rejected(portal, filed(page, etree.tostring(root, encoding="utf-8")))
    expected = causes()[key].message.partition("{value}")[0][:180]
    assert expected in told, told


def test_files_that_hold_no_invoice_are_rejected(portal: Sandbox, page: bytes):
    assert rejected(portal, b"no PDF") == reason_of("not-a-pdf")
    assert rejected(portal, page) == reason_of("no-xml")


def test_the_directory_of_the_portal_decides(page: bytes):
    content = on(Channel.CHORUS)
    content["references"] = content["references"] | {
        "service_code": "",
        "engagement": None,
        "purchase_order": None,
    }
    content["paying_service"] = None
    bare = filed(page, compose(content, FRENCH))
    whole = filed(page, compose(on(Channel.CHORUS), FRENCH))
    with running() as portal:
        known = portal.state.directory
        known.code_demanded.add(TOWN)
        assert rejected(portal, bare) == reason_of("service-code-missing")
        known.code_demanded.clear()
        known.engagement_demanded.add(TOWN)
        assert rejected(portal, bare) == reason_of("commitment-missing")
        known.engagement_demanded.clear()
        known.unknown.add(TOWN)
        assert rejected(portal, whole) == reason_of("recipient-unknown")
        known.unknown.clear()
        known.inactive.add(TOWN)
        assert rejected(portal, whole) == reason_of("recipient-inactive")
        known.inactive.clear()
        known.unknown_sellers.add("85214796000018")
        assert rejected(portal, whole) == reason_of("supplier-unknown")
        known.unknown_sellers.clear()
        assert rejected(portal, whole) == ""
        assert rejected(portal, whole) == reason_of("duplicate")


def test_what_is_no_deposit_is_refused_at_once(portal: Sandbox):
    client = client_of(portal.base_url)
    good = {
        "fichierFlux": base64.b64encode(b"%PDF-").decode(),
        "nomFichier": "FA.pdf",
        "syntaxeFlux": SYNTAX,
        "avecSignature": False,
    }
    large = base64.b64encode(b"x" * 10_000_001).decode()
    for key, change in (
        ("file-missing", {"fichierFlux": ""}),
        ("file-name-missing", {"nomFichier": ""}),
        ("file-not-base64", {"fichierFlux": "%%%"}),
        ("syntax-unknown", {"syntaxeFlux": "EN16931"}),
        ("file-too-large", {"fichierFlux": large}),
        ("file-name-too-long", {"nomFichier": "x" * 47 + ".pdf"}),
        ("file-extension", {"nomFichier": "FA"}),
    ):
        with pytest.raises(PortalRefused) as refusal:
            client._post("factures/v1/deposer/flux", good | change)
        assert str(refusal.value) == reason_of(key, "EN16931")


def test_without_a_token_or_with_a_wrong_account_nothing_is_answered(portal: Sandbox):
    url = f"{portal.base_url}/cpro/factures/v1/deposer/flux"
    answer = requests.post(url, json={}, timeout=10)
    assert (answer.status_code, answer.json()["libelle"]) == (401, reason_of("token"))
    portal.state.tokens.add("known")
    wrong = {"Authorization": "Bearer known", "cpro-account": "x"}
    answer = requests.post(url, json={}, headers=wrong, timeout=10)
    assert (answer.status_code, answer.json()["libelle"]) == (403, reason_of("technical-account"))


def test_the_public_bodys_own_reasons_are_statuses_of_the_portal():
    assert {cause.check for cause in of_moment("body")} <= set(STATUSES)
