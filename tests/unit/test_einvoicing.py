"""The electronic form of an invoice: what stands in it, what stops it, and its file."""

import copy
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
from lxml import etree

from shop.core.money import Money
from shop.documents import samples
from shop.documents.layout import sentences
from shop.documents.pdf import render
from shop.documents.validation import Validation, validate
from shop.einvoicing.facturx import NotComposed, compose, schema_faults
from shop.einvoicing.fault_rules import LineAmountWrong, SchemaBroken
from shop.einvoicing.figure_rules import figures_of, wrong_figures
from shop.einvoicing.findings import RULES, fault_in, finding_of
from shop.einvoicing.frozen import (
    KEY,
    Treatment,
    coded_lines,
    directory_address,
    parts_of_lines,
)
from tests.einvoices import OVERSEAS, figures_in, found, told
from tests.schematron import broken

FRENCH = sentences("fr")
AGREEMENT = "//ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"


def xml_of(content: dict[str, Any]) -> Any:
    xml = compose(content, FRENCH)
    assert xml is not None
    return etree.fromstring(xml)


def changed(content: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """A copy of the content with another value at a path."""
    content = copy.deepcopy(content)
    part: Any = content
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return content


def test_an_invoice_to_a_public_body_names_what_its_accountant_looks_for():
    root = xml_of(samples.invoice())
    expected = {
        "//rsm:ExchangedDocument/ram:ID": "FA-2026-000131",
        "//rsm:ExchangedDocument/ram:TypeCode": "380",
        "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID": "B1",
        "//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID": "urn:cen.eu:en16931:2017",
        f"{AGREEMENT}/ram:BuyerReference": "CULT-02",
        f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID": "ENG-2026-4417",
        f"{AGREEMENT}/ram:SellerOrderReferencedDocument/ram:IssuerAssignedID": "CO-2026-000097",
        f"{AGREEMENT}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID": "BC-26-0871",
        f"{AGREEMENT}/ram:AdditionalReferencedDocument/ram:Name": "BON_COMMANDE",
        f"{AGREEMENT}/ram:SellerTradeParty/ram:GlobalID": "85214796000018",
        f"{AGREEMENT}/ram:SellerTradeParty//ram:SpecifiedTaxRegistration/ram:ID": "FR12852147960",
        f"{AGREEMENT}/ram:SellerTradeParty//ram:PostcodeCode": "69007",
        f"{AGREEMENT}/ram:SellerTradeParty/ram:URIUniversalCommunication/ram:URIID": "852147960",
        f"{AGREEMENT}/ram:BuyerTradeParty/ram:GlobalID": "21610040400017",
        f"{AGREEMENT}/ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID": "216100404",
        f"{AGREEMENT}/ram:BuyerTradeParty//ram:LineTwo": "1, place de la République",
        f"{AGREEMENT}/ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID": (
            "216100404_21610040400017_CULT-02"
        ),
        "//ram:ShipToTradeParty/ram:Name": "Salle Arletty",
        "//ram:ShipToTradeParty//ram:CountryID": "FR",
        "//ram:ActualDeliverySupplyChainEvent//udt:DateTimeString": "20261203",
        "//ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID": "BL-2026-000088",
        f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode": "30",
        f"{SETTLEMENT}//ram:IBANID": "FR7630006000011234567890189",
        f"{SETTLEMENT}//ram:BICID": "AGRIFRPP",
        f"{SETTLEMENT}/ram:PaymentReference": "FA-2026-000131",
        f"{SETTLEMENT}//ram:SpecifiedTradePaymentTerms/ram:Description": (
            "À régler dans un délai de 30 jours à compter de la réception de cette demande de"
            " paiement"
        ),
    }
    assert {path: told(root, path) for path in expected} == expected
    units = {line.get("unitCode") for line in found(root, "//ram:BilledQuantity")}
    assert units == {"C62"}


def test_its_page_says_what_its_notes_say():
    content = samples.invoice()
    shown = "".join(
        "".join(page.extract_text().split())
        for page in pypdf.PdfReader(BytesIO(render("invoice", content, language="fr"))).pages
    )
    notes = found(xml_of(content), "//ram:IncludedNote[ram:SubjectCode]/ram:Content")
    assert len(notes) == 5
    for note in notes:
        assert "".join(note.text.split()) in shown, note.text


def test_a_company_that_paid_by_card_owes_nothing():
    root = xml_of(samples.invoice(audience="business", paid=True))
    assert told(root, "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID") == "B2"
    assert told(root, f"{SETTLEMENT}//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode") == (
        "48"
    )
    assert not found(root, "//ram:IBANID")
    assert told(root, "//ram:DuePayableAmount") == "0.00"
    assert told(root, "//ram:TotalPrepaidAmount") == told(root, "//ram:GrandTotalAmount")
    assert told(root, "//ram:DueDateDateTime/udt:DateTimeString") == "20261204"
    address = f"{AGREEMENT}/ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID"
    assert told(root, address) == "216100404"


def test_an_invoice_names_the_earlier_ones_of_its_order_and_all_delivery_notes():
    content = samples.invoice()
    earlier = [{"number": "FA-2026-000017", "issued_on": "2026-11-02", "amount": 1}]
    content["partial"] = {"ordered": 2, "earlier": earlier, "remaining": 0}
    notes = ["BL-2026-000088", "BL-2026-000090", "BL-2026-000091"]
    content["references"] = content["references"] | {"delivery_notes": notes}
    xml = compose(content, FRENCH)
    root = etree.fromstring(xml)
    assert told(root, "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == "FA-2026-000017"
    documents = found(root, "//ram:AdditionalReferencedDocument/ram:IssuerAssignedID")
    assert [one.text for one in documents] == ["BC-26-0871", *notes[1:]]
    assert broken(xml) == []


def test_an_eco_contribution_is_named_on_its_line_and_stays_in_the_price():
    root = xml_of(samples.invoice(1))
    note = told(root, "//ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content")
    assert note == "dont éco-part. 1,25\u00a0€"
    assert figures_in(etree.tostring(root)).lines[0].price.as_tuple().exponent == -2


def test_goods_without_vat_say_why():
    content = samples.invoice(1)
    for line in content["lines"]:
        line["vat_rate"] = 0
    total = content["totals"]["excluding"]
    content["totals"] |= {
        "vat": [{"rate": 0, "base": total, "amount": 0}],
        "vat_total": 0,
        "including": total,
        "payable": total,
    }
    content["lines"] = coded_lines(content["lines"], OVERSEAS)
    with pytest.raises(NotComposed, match=r"^BR-E-10$"):
        compose(content, FRENCH)
    content[KEY]["vat"] = {"exemption": OVERSEAS.mention, "exemption_code": "VATEX-EU-G"}
    xml = compose(content, FRENCH)
    assert broken(xml) == []
    root = etree.fromstring(xml)
    tax = f"{SETTLEMENT}/ram:ApplicableTradeTax"
    assert told(root, f"{tax}/ram:CategoryCode") == "G"
    assert told(root, f"{tax}/ram:ExemptionReason").endswith(
        "article 294 du code général des impôts"
    )
    assert told(root, f"{tax}/ram:ExemptionReasonCode") == "VATEX-EU-G"


def test_a_rate_decides_the_category_whatever_the_place():
    assert [Treatment().category_of(rate) for rate in (0, 550)] == ["Z", "S"]
    assert [OVERSEAS.category_of(rate) for rate in (0, 550)] == ["G", "S"]


def test_private_customers_and_papers_of_before_have_no_electronic_form():
    consumer = samples.invoice(1, audience="consumer", paid=True)
    before = samples.invoice(1)
    del before[KEY]
    for content in (consumer, before):
        assert compose(content, FRENCH) is None
        with pikepdf.open(BytesIO(render("invoice", content, language="fr"))) as pdf:
            assert not pdf.attachments
            assert b"factur-x" not in pdf.Root.Metadata.read_bytes()


def test_the_file_carries_its_electronic_form_and_stays_archivable():
    content = samples.invoice()
    data = render("invoice", content, language="fr")
    assert validate(data) == Validation()
    with pikepdf.open(BytesIO(data)) as pdf:
        assert list(pdf.attachments) == ["factur-x.xml"]
        attached = pdf.attachments["factur-x.xml"]
        assert attached.get_file().read_bytes() == compose(content, FRENCH)
        assert attached.get_file().mime_type == "text/xml"
        assert pdf.Root.AF[0].AFRelationship == "/Alternative"
        metadata = pdf.Root.Metadata.read_bytes()
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert b"<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>" in metadata


def test_the_library_of_the_receivers_reads_it_back():
    from facturx import get_facturx_xml_from_pdf, get_level

    content = samples.invoice(2)
    name, xml = get_facturx_xml_from_pdf(render("invoice", content, language="fr"))
    assert (name, xml) == ("factur-x.xml", compose(content, FRENCH))
    assert get_level(etree.fromstring(xml)) == "en16931"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "facts", [{}, {"audience": "business"}, {"audience": "business", "paid": True}]
)
def test_the_samples_pass_all_schematrons(language: str, facts: dict[str, Any]):
    content = samples.invoice(language=language, **facts)
    assert broken(compose(content, sentences(language))) == []


#: Wrong contents, with the rules that name what is wrong.
CONTENTS: list[tuple[tuple[Any, ...], Any, str]] = [
    (("number",), "FA-2026-000131-BIS-TER", "BR-FR-02"),
    (("number",), "FA 131", "BR-FR-02"),
    (("seller", "vat_number"), None, "BR-FR-10"),
    (("seller", "siret"), "73282932000074", "BR-FR-10"),
    (("seller", "siren"), "85214796", "BR-FR-10"),
    (("customer", "siret"), "2161004040001", "BR-FR-32"),
    (("customer", "siren"), None, "BR-FR-32"),
    (("customer", "name"), " ", "BR-FR-32"),
    (("customer", "name"), None, "BR-FR-32"),
    (("seller", "bank"), None, "BR-CO-25"),
    (("payment_delay_days",), None, "BR-CO-25"),
    (("lines", 0, "total"), 1, "CO-LINE"),
    (("lines", 0, "quantity"), 3, "CO-LINE"),
    (("lines", 0, "unit_price"), 1, "CO-LINE"),
    (("lines", 0, "vat_category"), "Z", "BR-S-05"),
    (("lines", 0, "vat_rate"), 550, "BR-S-08"),
    (("totals", "goods"), 1, "BR-CO-10"),
    (("totals", "excluding"), 1, "BR-CO-13"),
    (("totals", "vat_total"), 1, "BR-CO-14"),
    (("totals", "including"), 1, "BR-CO-15"),
    (("totals", "payable"), 1, "BR-CO-16"),
    (("totals", "rounding"), 1, "BR-CO-16"),
    (("totals", "vat", 0, "base"), 1, "BR-S-08"),
    (("totals", "vat", 0, "amount"), 1, "BR-CO-17"),
]


@pytest.mark.parametrize(("path", "value", "rule"), CONTENTS)
def test_a_wrong_invoice_is_refused_with_its_rule(path: tuple[Any, ...], value: Any, rule: str):
    with pytest.raises(NotComposed) as refusal:
        compose(changed(samples.invoice(), *path, to=value), FRENCH)
    assert rule in {fault.rule for fault in refusal.value.faults}


def test_one_cent_is_refused_where_the_schematrons_let_it_pass():
    content = samples.invoice(1)
    for path in (("lines", 0, "total"), ("totals", "goods"), ("totals", "excluding")):
        content = changed(content, *path, to=_at(content, path) + 1)
    with pytest.raises(NotComposed) as refusal:
        compose(content, FRENCH)
    assert refusal.value.faults[0].rule == "CO-LINE"


def _at(content: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


#: Wrong XML, as somebody else could have sent it: the schematrons name the rule as well.
MUTATIONS = [
    ("//ram:LineTotalAmount", "99.00", "BR-CO-10"),
    ("//ram:GrandTotalAmount", "99.00", "BR-CO-15"),
    ("//ram:DuePayableAmount", "99.00", "BR-CO-16"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:CalculatedAmount", "99.00", "BR-CO-14"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:BasisAmount", "99.00", "BR-S-08"),
    ("//rsm:ExchangedDocument/ram:TypeCode", "999", "BR-FR-04"),
    ("//rsm:ExchangedDocument/ram:ID", "FA 131", "BR-FR-02"),
    ("//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", "X9", "BR-FR-08"),
    (f"{AGREEMENT}/ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID", "1", "BR-FR-32"),
    ("//rsm:ExchangedDocument//udt:DateTimeString", "20261399", "BR-FR-03"),
]


@pytest.mark.parametrize(("path", "value", "rule"), MUTATIONS)
def test_the_schematrons_refuse_what_others_would_mutate(path: str, value: str, rule: str):
    root = xml_of(samples.invoice())
    found(root, path)[0].text = value
    rules = " ".join(one.split()[0] for one in broken(etree.tostring(root, encoding="utf-8")))
    assert rule in rules


@pytest.mark.parametrize(("path", "value", "rule"), MUTATIONS[:5])
def test_our_rules_refuse_mutated_figures_as_well(path: str, value: str, rule: str):
    root = xml_of(samples.invoice())
    found(root, path)[0].text = value
    faults = wrong_figures(figures_in(etree.tostring(root)))
    assert rule in {fault.rule for fault in faults}


def test_the_schema_refuses_an_element_in_a_wrong_place():
    root = xml_of(samples.invoice())
    number = found(root, "//rsm:ExchangedDocument/ram:ID")[0]
    number.getparent().append(number)
    faults = schema_faults(etree.tostring(root))
    assert [fault.rule for fault in faults] == ["XSD"]
    assert "TypeCode" in faults[0].facts["message"]
    assert [fault.rule for fault in schema_faults(b"<open>")] == ["XSD"]


def test_a_rule_is_stored_as_a_finding_and_read_back():
    fault = LineAmountWrong(line="3", expected=Money(12_00), found=Money(12_01))
    stored = finding_of(fault)
    assert stored == 'e-invoice: CO-LINE {"line": "3", "expected": 1200, "found": 1201}'
    again = fault_in(stored)
    assert isinstance(again, LineAmountWrong)
    assert again.facts == fault.facts
    for other in ("6.2.4.3 DeviceRGB without OutputIntent", "BR-CO-10 {}", "e-invoice: BR-0 {}"):
        assert fault_in(other) is None


def test_a_finding_that_was_cut_off_is_told_as_it_is():
    stored = finding_of(SchemaBroken(message="é" * 200))
    assert isinstance(fault_in(stored), SchemaBroken)
    assert fault_in(stored[:300]) is None


def test_each_fault_tells_what_is_expected_and_what_is_found():
    content = samples.invoice(1)
    (fault,) = wrong_figures(figures_of(changed(content, "lines", 0, "total", to=1)))[:1]
    assert fault.facts == {"line": "1", "expected": Money(114_834), "found": Money(1)}
    wrong = changed(content, "totals", "vat", 0, "base", to=0)
    base, fault = content["totals"]["excluding"], wrong_figures(figures_of(wrong))[0]
    assert fault.facts == {"rate": "20\u00a0%", "expected": Money(base), "found": Money()}
    wrong = changed(content, "totals", "vat", 0, "amount", to=1)
    faults = {fault.rule: fault.facts for fault in wrong_figures(figures_of(wrong))}
    vat = content["totals"]["vat_total"]
    assert faults == {
        "BR-CO-17": {"rate": "20\u00a0%", "expected": Money(vat), "found": Money(1)},
        "BR-CO-14": {"expected": Money(1), "found": Money(vat)},
    }


def test_a_paid_invoice_received_its_whole_amount():
    content = samples.invoice(1, audience="business", paid=True)
    wrong = changed(content, "totals", "payable", to=1)
    wrong = changed(wrong, "lines", 0, "total", to=1)
    rules = [fault.rule for fault in wrong_figures(figures_of(wrong))]
    assert (rules[0], rules[-2:]) == ("CO-LINE", ["BR-CO-16", "BR-FR-CO-09"])


def test_an_invoice_with_a_last_day_to_pay_needs_no_period():
    content = samples.invoice(1) | {"due_on": "2027-01-03", "payment_delay_days": None}
    assert told(xml_of(content), "//ram:DueDateDateTime/udt:DateTimeString") == "20270103"
    assert not found(xml_of(content), "//ram:SpecifiedTradePaymentTerms/ram:Description")


def test_a_rate_of_the_breakdown_has_lines_and_stands_there_once():
    content = samples.invoice(1)
    rows = content["totals"]["vat"]
    for more in ({"rate": 1000, "base": 100, "amount": 10}, rows[0]):
        wrong = changed(content, "totals", "vat", to=[*rows, more])
        rules = [fault.rule for fault in wrong_figures(figures_of(wrong))]
        assert rules == ["BR-S-08", "BR-CO-14"]


@pytest.mark.parametrize(("path", "value", "rule"), CONTENTS)
def test_each_fault_fills_its_sentence(path: tuple[Any, ...], value: Any, rule: str):
    with pytest.raises(NotComposed) as refusal:
        compose(changed(samples.invoice(), *path, to=value), FRENCH)
    assert all(fault.sentence % fault.facts for fault in refusal.value.faults)


def test_each_rule_has_a_name_of_its_own():
    assert len(RULES) == len({one.sentence for one in RULES.values()}) == 48


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (["12, quai des Forges", "69007 Lyon"], (["12, quai des Forges"], "69007", "Lyon")),
        (
            ["Bât. B", "2e étage", "Zone", "1, rue", "01000 Bourg"],
            (
                ["Bât. B", "2e étage", "Zone, 1, rue"],
                "01000",
                "Bourg",
            ),
        ),
        (["Quai des Forges"], (["Quai des Forges"], "", "")),
        ([], ([], "", "")),
    ],
)
def test_the_address_of_a_letterhead_is_taken_apart(lines: list[str], parts: tuple[Any, ...]):
    found_parts = parts_of_lines(lines)
    assert (found_parts["lines"], found_parts["postal_code"], found_parts["city"]) == parts
    assert found_parts["country"] == "FR"


def test_an_address_in_the_directory_has_only_letters_that_it_allows():
    assert directory_address("216100404", "21610040400017", "SVC 2")["value"] == (
        "216100404_21610040400017"
    )


def test_what_the_xml_says_is_what_was_frozen():
    content = samples.invoice()
    assert figures_in(etree.tostring(xml_of(content))) == figures_of(content)
