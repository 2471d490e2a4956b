"""The same sale on each channel: what the reform, its EXTENDED profile and the direct deposit on
Chorus Pro write differently; and credit notes on each.
"""

import copy
from typing import Any

import pytest
from lxml import etree

from shop.core.parties import Place
from shop.core.vat import PriceBasis
from shop.documents import samples
from shop.documents.attached import attached_xml
from shop.documents.layout import sentences
from shop.documents.pdf import render
from shop.documents.schematron import validate_attached
from shop.documents.validation import Validation, validate
from shop.einvoicing.channel_rules import Channel, Demand, Demands, channel_of
from shop.einvoicing.facturx import NotComposed, compose
from shop.einvoicing.figure_rules import figures_of, wrong_figures
from shop.einvoicing.frozen import (
    KEY,
    Treatment,
    channel_in,
    credited_parts,
    demands_in,
    electronic_parts,
    place_parts,
)
from tests.einvoices import found, told
from tests.schematron import broken

FRENCH = sentences("fr")
DEMANDED = Demands(Demand.REQUIRED, Demand.UNKNOWN)
AGREEMENT = "//ram:ApplicableHeaderTradeAgreement"
BUYER, SELLER = f"{AGREEMENT}/ram:BuyerTradeParty", f"{AGREEMENT}/ram:SellerTradeParty"
LEGAL = "ram:SpecifiedLegalOrganization/ram:ID"
FRAME = "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
PROFILE = "//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"


def on(channel: Channel, **facts: Any) -> dict[str, Any]:
    """The sample invoice on a channel: the same sale, whatever the channel."""
    content = samples.invoice(**facts)
    if channel is Channel.CHORUS:
        content["seller"] = content["seller"] | {"public_invoices": "chorus"}
    demands = DEMANDED if channel is Channel.EXTENDED else Demands()
    places = [place_parts(Place("", **samples._PLACES[name])) for name in ("buyer", "delivery")]
    return content | electronic_parts(content, *places, Treatment(), demands)


def credit_on(channel: Channel) -> dict[str, Any]:
    """A credit note of the sample invoice on a channel."""
    content = samples.credit_note()
    left = {part["rate"]: part["base"] for part in content["totals"]["vat"]}
    return content | credited_parts(content, on(channel), left)


def root_of(content: dict[str, Any]) -> Any:
    return etree.fromstring(compose(content, FRENCH))


#: What an accountant of the State looks for, and where the dialects differ.
GOLDEN = {
    Channel.REFORM: {
        FRAME: "B1",
        PROFILE: "urn:cen.eu:en16931:2017",
        f"{SELLER}/{LEGAL}": "852147960",
        f"{BUYER}/{LEGAL}": "216100404",
        f"{BUYER}/ram:URIUniversalCommunication/ram:URIID": "216100404_21610040400017_CULT-02",
    },
    Channel.EXTENDED: {
        FRAME: "B1",
        PROFILE: "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
        f"{SELLER}/{LEGAL}": "852147960",
        f"{BUYER}/{LEGAL}": "216100404",
        f"{BUYER}/ram:GlobalID[@schemeID='0224']": "CULT-02",
        f"{BUYER}/ram:URIUniversalCommunication/ram:URIID": "216100404_21610040400017_CULT-02",
    },
    Channel.CHORUS: {
        FRAME: "A1",
        PROFILE: "urn:cen.eu:en16931:2017",
        f"{SELLER}/{LEGAL}": "85214796000018",
        f"{BUYER}/{LEGAL}": "21610040400017",
        f"{BUYER}/ram:URIUniversalCommunication/ram:URIID": "",
    },
}
#: What all of them say.
SHARED = {
    f"{BUYER}/ram:GlobalID[@schemeID='0009']": "21610040400017",
    f"{AGREEMENT}/ram:BuyerReference": "CULT-02",
    f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID": "ENG-2026-4417",
    "//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode": "30",
    "//rsm:ExchangedDocument/ram:TypeCode": "380",
}


@pytest.mark.parametrize("channel", list(Channel))
def test_the_same_sale_is_written_in_the_dialect_of_its_channel(channel: Channel):
    content = on(channel)
    assert channel_in(content) is channel
    root = root_of(content)
    expected = GOLDEN[channel] | SHARED
    assert {path: told(root, path) for path in expected} == expected
    assert {one.get("schemeID") for one in found(root, f"//{LEGAL}")} == {"0002"}
    assert broken(etree.tostring(root, encoding="utf-8"), channel) == []


def test_the_dialect_of_the_deposit_is_not_that_of_the_reform():
    """Each is refused where the other is expected: BR-FR is not run on the deposit."""
    rules = {one.split()[0] for one in broken(compose(on(Channel.CHORUS), FRENCH))}
    assert any("BR-FR-08" in rule for rule in rules)
    assert any("BR-FR-32" in rule for rule in rules)


@pytest.mark.parametrize("channel", list(Channel))
def test_the_amounts_are_the_same_on_every_channel(channel: Channel):
    assert figures_of(on(channel)).lines == figures_of(on(Channel.REFORM)).lines
    assert figures_of(on(channel)).payable == figures_of(on(Channel.REFORM)).payable


def test_a_paid_invoice_has_the_frame_of_paid_ones():
    content = on(Channel.CHORUS, paid=True)
    assert told(root_of(content), FRAME) == "A2"
    assert broken(compose(content, FRENCH), Channel.CHORUS) == []


@pytest.mark.parametrize(
    ("setting", "audience", "demand", "code", "expected"),
    [
        (None, "public", Demand.UNKNOWN, "CULT-02", Channel.REFORM),
        (None, "public", Demand.OPTIONAL, "CULT-02", Channel.REFORM),
        (None, "public", Demand.REQUIRED, "CULT-02", Channel.EXTENDED),
        (None, "public", Demand.EITHER, "CULT-02", Channel.EXTENDED),
        (None, "public", Demand.EITHER, "", Channel.REFORM),
        ("chorus", "public", Demand.REQUIRED, "CULT-02", Channel.CHORUS),
        ("chorus", "business", Demand.REQUIRED, "CULT-02", Channel.REFORM),
        ("reform", "public", Demand.REQUIRED, "CULT-02", Channel.EXTENDED),
    ],
)
def test_one_rule_decides_the_channel(
    setting: str | None, audience: str, demand: Demand, code: str, expected: Channel
):
    assert channel_of(setting, audience, Demands(demand), code) is expected


def test_an_invoice_of_before_is_of_the_reform():
    content = samples.invoice()
    del content[KEY]["channel"], content[KEY]["demands"]
    assert channel_in(content) is Channel.REFORM
    assert demands_in(content) == Demands()
    assert compose(content, FRENCH) is not None


@pytest.mark.parametrize("channel", list(Channel))
def test_a_credit_note_names_its_invoice_and_has_positive_amounts(channel: Channel):
    content = credit_on(channel)
    root = root_of(content)
    reference = "//ram:InvoiceReferencedDocument"
    expected = {
        "//rsm:ExchangedDocument/ram:TypeCode": "381",
        f"{reference}/ram:IssuerAssignedID": "FA-2026-000131",
        f"{reference}/ram:FormattedIssueDateTime/*": "20261204",
        FRAME: "A1" if channel is Channel.CHORUS else "B1",
        "//ram:SpecifiedTradePaymentTerms/ram:Description": (
            "Déduit du montant restant à payer de la facture FA-2026-000131."
        ),
    }
    assert {path: told(root, path) for path in expected} == expected
    assert not found(root, "//ram:SpecifiedTradeSettlementPaymentMeans")
    assert figures_of(content).payable > 0
    assert broken(etree.tostring(root, encoding="utf-8"), channel) == []


def test_the_pdf_of_a_credit_note_carries_it():
    data = render("credit_note", samples.credit_note(), language="fr")
    assert validate(data).conforms
    assert attached_xml(data) == compose(samples.credit_note(), FRENCH)
    assert validate_attached(data) == Validation()


def test_the_file_names_the_profile_of_its_channel():
    for channel, profile in ((Channel.EXTENDED, b">EXTENDED<"), (Channel.CHORUS, b">EN 16931<")):
        assert b"fx:ConformanceLevel" + profile in render("invoice", on(channel), language="fr")


def test_a_credit_note_of_an_invoice_without_electronic_form_has_none():
    invoice, content = samples.invoice(), samples.credit_note()
    del invoice[KEY], content[KEY]
    assert credited_parts(content, invoice, {}) == {}
    assert compose(content, FRENCH) is None


def credited(left: int, base: int, tax: int) -> dict[str, Any]:
    """A credit note of one line of that base at 5.5 %, of an invoice that had `left` of it."""
    content = credit_on(Channel.REFORM)
    line = content["lines"][0] | {
        "quantity": 1,
        "unit_price": base * 100,
        "total": base,
        "vat_rate": 550,
        "vat_category": "S",
    }
    totals = {
        "basis": PriceBasis.EXCLUDING,
        "goods": base,
        "shipping": 0,
        "excluding": base,
        "vat": [{"rate": 550, "base": base, "amount": tax}],
        "vat_total": tax,
        "including": base + tax,
        "rounding": 0,
        "payable": base + tax,
    }
    parts = content[KEY] | {"left": [{"rate": 550, "base": left}]}
    return content | {"lines": [line], "totals": totals, KEY: parts}


def test_the_tax_of_a_credit_note_is_what_it_takes_of_its_invoice():
    """Of 3 × 1.00 at 5.5 % (0.17 in all), credit notes of 1.00 take 0.06, 0.05 and 0.06: one
    differs from base × rate (0.055, rounded 0.06) as BR-CO-17 allows; nothing else passes.
    """
    taken = {300: 6, 200: 5, 100: 6}
    assert sum(taken.values()) == 17
    for left, tax in taken.items():
        for amount in range(tax - 2, tax + 3):
            rules = {one.rule for one in wrong_figures(figures_of(credited(left, 100, amount)))}
            assert rules == (set() if amount == tax else {"BR-CO-17"}), (left, amount)
    assert broken(compose(credited(200, 100, 5), FRENCH)) == []


def test_a_tax_that_base_times_rate_gives_is_refused_where_less_is_left():
    content = copy.deepcopy(credited(200, 100, 6))
    with pytest.raises(NotComposed, match="BR-CO-17"):
        compose(content, FRENCH)
