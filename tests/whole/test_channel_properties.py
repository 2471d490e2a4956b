"""Random invoices and credit notes over all channels: each electronic form passes the schema, the
schematrons of its channel and a computation of its figures from the XML alone; a seeded cause of
refusal is stopped before it is sent, and says who can cure it; a mutated XML is refused with the
rule that it breaks.

A few in `make test`, hundreds by `make properties`.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from checkout.credits.composition_rules import CreditableLine, Remainder
from checkout.credits.composition_rules import compose as credit_of
from checkout.credits.rules import CreditRequest
from shop.core.money import Money, UnitPrice
from shop.core.parties import Place
from shop.core.sales import SaleLine, contents_of, sale_totals
from shop.core.vat import VatLine
from shop.documents import samples
from shop.documents.layout import sentences
from shop.einvoicing.channel_rules import Channel, Demand, Demands
from shop.einvoicing.facturx import NotComposed, compose
from shop.einvoicing.fault_rules import Mender
from shop.einvoicing.figure_rules import figures_of, wrong_figures
from shop.einvoicing.form_rules import differences
from shop.einvoicing.frozen import (
    KEY,
    Treatment,
    credited_parts,
    electronic_parts,
    place_parts,
)
from shop.einvoicing.rules import faults_of
from tests.einvoices import OVERSEAS, figures_in, found
from tests.papers import RATES, words
from tests.schematron import broken
from tests.unit.test_einvoicing_channels import on

FRENCH = sentences("fr")
#: Words in letters that other languages of the Union have.
FOREIGN = ("Ελλάς", "Жълт", "Łódź", "Ærø", "Žižkov", "Ħamrun", "Örebro", "Ÿ", "œuvre")


def size_of(config: Any, full: int, small: int) -> int:
    return full if config.getoption("full_size") else small


def drawn_lines(drawn: random.Random, rate: int | None) -> list[SaleLine]:
    """1 to 400 lines, some with a discount or an eco-contribution, and the delivery."""
    count = drawn.choice((1, 1, 2, 3, 8, 25, 400 if drawn.random() < 0.1 else 40))
    lines = [_line(drawn, n, rate) for n in range(1, count + 1)]
    return lines if drawn.random() < 0.3 else [*lines, _line(drawn, None, rate)]


def _line(drawn: random.Random, position: int | None, rate: int | None) -> SaleLine:
    price = drawn.choice((drawn.randint(1, 9_999), drawn.randint(100, 900_000) * 100))
    if drawn.random() < 0.3:  # a discount in per cent, rounded on the unit price
        price = max(price * (100 - drawn.randint(1, 60)) // 10_000 * 100, 1)
    return SaleLine(
        product_id=position,
        sku=f"REF-{position}" if position is not None else "",
        name=f"{drawn.choice(FOREIGN)} {words(drawn, 60)}",
        quantity=drawn.randint(1, 9_999) if position is not None else 1,
        unit_price=UnitPrice(price),
        vat_rate=drawn.choice(RATES) if rate is None else rate,
        eco_fee=UnitPrice(drawn.choice((0, price // 40))),
        detail=words(drawn, 120),
    )


def random_invoice(drawn: random.Random, channel: Channel) -> tuple[dict[str, Any], list[SaleLine]]:
    """An invoice to a public body on a channel, within the law, and what it sells."""
    exempt = drawn.random() < 0.15
    lines = drawn_lines(drawn, 0 if exempt else None)
    content = samples.invoice(1)
    totals = sale_totals(lines).to_json()
    if drawn.random() < 0.2 and channel is Channel.REFORM:
        totals["rounding"] = drawn.randint(-3, 3)
        totals["payable"] += totals["rounding"]
    content |= {"lines": contents_of(lines), "totals": totals, "language": "fr"}
    if drawn.random() < 0.3:
        earlier = [
            {"number": f"FA-2026-{n:06d}", "issued_on": "2026-11-02", "amount": 12_00}
            for n in range(1, drawn.randint(2, 4))
        ]
        content["partial"] = {"ordered": 10**9, "earlier": earlier, "remaining": 0}
    content["customer"] = content["customer"] | {"name": "M" + words(drawn, 60)}
    if channel is Channel.CHORUS:
        content["seller"] = content["seller"] | {"public_invoices": "chorus"}
    demands = Demands(Demand.REQUIRED) if channel is Channel.EXTENDED else Demands()
    places = [place_parts(_place(drawn)) for _n in range(2)]
    treatment = OVERSEAS if exempt else Treatment()
    return content | electronic_parts(content, *places, treatment, demands), lines


def _place(drawn: random.Random) -> Place:
    return Place(
        name="",
        line1=f"{drawn.choice(FOREIGN)} {words(drawn, 60)}",
        line2=words(drawn, 60),
        postal_code=f"{drawn.randint(1000, 98_890):05d}",
        city="V" + words(drawn, 40),
    )


def random_credits(
    drawn: random.Random, invoice: dict[str, Any], lines: list[SaleLine]
) -> list[dict[str, Any]]:
    """Credit notes of an invoice, the last of everything that is left."""
    sold = tuple(
        CreditableLine(n, line, line.quantity, line.amount) for n, line in enumerate(lines, 1)
    )
    vat = tuple(
        VatLine(part["rate"], Money(part["base"]), Money(part["amount"]))
        for part in invoice["totals"]["vat"]
    )
    left = Remainder(sold, vat, Money(invoice["totals"]["payable"]))
    made = []
    for _n in range(drawn.randint(0, 2)):
        line = drawn.choice(left.lines)
        if line.units > 1 and line.amount > Money(1):
            units = {line.position: drawn.randint(1, line.units - 1)}
            made.append(_credited(invoice, left, CreditRequest("Retour", units=units)))
            left = made[-1][1]
    made.append(_credited(invoice, left, CreditRequest("Reste", whole=True)))
    return [content for content, _left in made]


def _credited(
    invoice: dict[str, Any], left: Remainder, asked: CreditRequest
) -> tuple[dict[str, Any], Remainder]:
    """The content of a credit note, and what it leaves."""
    credit = credit_of(left, asked)
    printed = [pair for line in credit.lines for pair in line.printed]
    content = samples.credit_note() | {
        "seller": invoice["seller"] | {"bank": None},
        "customer": invoice["customer"],
        "lines": [line.content(n) for n, (line, _kind) in enumerate(printed, 1)],
        "totals": credit.totals.to_json(),
    }
    bases = {rate: base.cents for rate, base in credit.left.items()}
    taken = {line.position: line for line in credit.lines}
    gone = {part.rate: part for part in credit.totals.vat}
    after = Remainder(
        tuple(
            replace(
                line,
                units=line.units - (taken[line.position].units if line.position in taken else 0),
                amount=line.amount
                - (taken[line.position].amount if line.position in taken else Money()),
            )
            for line in left.lines
        ),
        tuple(
            VatLine(
                part.rate, part.base - gone[part.rate].base, part.amount - gone[part.rate].amount
            )
            if part.rate in gone
            else part
            for part in left.vat
        ),
        left.payable - credit.totals.payable,
    )
    return content | credited_parts(content, invoice, bases), after


def sound(content: dict[str, Any], channel: Channel) -> None:
    """The form passes everything, and its figures follow from the XML alone."""
    xml = compose(content, FRENCH)
    assert xml is not None
    figures = figures_in(xml)
    wrong = wrong_figures(figures)
    if content[KEY]["type"] == "381":  # what was left of the invoice does not stand in the XML
        bases = {part["rate"]: part["base"] for part in content[KEY]["left"]}
        taxes = tuple(
            replace(tax, left=Decimal(bases[int(tax.rate * 100)]).scaleb(-2))
            for tax in figures.taxes
        )
        assert {fault.rule for fault in wrong} <= {"BR-CO-17"}
        figures = replace(figures, taxes=taxes)
        wrong = wrong_figures(figures)
    assert wrong == []
    assert figures == figures_of(content)
    assert broken(xml, channel) == [], channel
    assert differences(xml, content, FRENCH) == []


@pytest.mark.parametrize("channel", list(Channel))
def test_random_invoices_and_credit_notes_are_sound_on_every_channel(
    channel: Channel, request: pytest.FixtureRequest
):
    drawn = random.Random(f"channel {channel}")
    for _n in range(size_of(request.config, 200, 6)):
        invoice, lines = random_invoice(drawn, channel)
        sound(invoice, channel)
        for credit in random_credits(drawn, invoice, lines):
            sound(credit, channel)


def longer(path: tuple[str, ...], most: int) -> Callable[[random.Random, dict[str, Any]], None]:
    """Too long a text at a path of the content."""

    def seed(drawn: random.Random, content: dict[str, Any]) -> None:
        part = content
        for key in path[:-1]:
            part[key] = dict(part[key])
            part = part[key]
        part[path[-1]] = "x" * (most + drawn.randint(1, 40))

    return seed


def put(path: tuple[str, ...], *values: Any) -> Callable[[random.Random, dict[str, Any]], None]:
    def seed(drawn: random.Random, content: dict[str, Any]) -> None:
        part = content
        for key in path[:-1]:
            part[key] = dict(part[key])
            part = part[key]
        part[path[-1]] = drawn.choice(values)

    return seed


def demanding(**demands: str) -> Callable[[random.Random, dict[str, Any]], None]:
    """A body that demands what the invoice does not have."""

    def seed(_drawn: random.Random, content: dict[str, Any]) -> None:
        absent = {"service_code": None, "engagement": None}
        content["references"] = content["references"] | absent
        content["paying_service"] = None
        content[KEY] = content[KEY] | {"channel": "chorus", "process": "A1", "demands": demands}

    return seed


def one_cent(drawn: random.Random, content: dict[str, Any]) -> None:
    lines = [dict(line) for line in content["lines"]]
    drawn.choice(lines)["total"] += drawn.choice((-1, 1))
    content["lines"] = lines


OFFICE, BUYER = Mender.OFFICE, Mender.BUYER
#: A cause of refusal in the content of a valid invoice, the rule that names it, who can cure it.
CAUSES: list[tuple[Callable[[random.Random, dict[str, Any]], None], str, Mender]] = [
    (put(("number",), "FA 2026", "FA-2026-000000000000001", "é"), "BR-FR-02", OFFICE),
    (put(("seller", "vat_number"), "", None), "BR-FR-10", OFFICE),
    (put(("seller", "siret"), "", "1234", "21610040400017"), "BR-FR-10", OFFICE),
    (put(("customer", "siren"), "", "12", "999999999"), "BR-FR-32", OFFICE),
    (put(("customer", "siret"), "1", "2161004040001"), "BR-FR-CPRO-10", OFFICE),
    (put(("seller", "bank"), None, {"iban": ""}), "BR-CO-25", OFFICE),
    (put(("payment_delay_days",), None, 0), "BR-CO-25", OFFICE),
    (longer(("references", "engagement"), 50), "BR-FR-CPRO-15", BUYER),
    (longer(("customer", "name"), 99), "BR-FR-CPRO-44", OFFICE),
    (longer(("seller", "name"), 99), "BR-FR-CPRO-43", OFFICE),
    (longer(("seller", "trade_name"), 99), "BR-FR-CPRO-36", OFFICE),
    (longer(("seller", "rcs"), 1024), "BR-FR-CPRO-42", OFFICE),
    (longer(("seller", "bank", "holder"), 99), "BR-FR-CPRO-37", OFFICE),
    (longer(("seller", "bank", "iban"), 27), "BR-FR-CPRO-39", OFFICE),
    (longer(("references", "purchase_order"), 50), "BR-FR-CPRO-30", OFFICE),
    (longer((KEY, "contract"), 50), "BR-FR-CPRO-14", OFFICE),
    (demanding(service_code="required"), "BR-FR-CPRO-11", BUYER),
    (demanding(engagement="required"), "BR-FR-CPRO-12", BUYER),
    (demanding(service_code="either"), "BR-FR-CPRO-13", BUYER),
    (put((KEY, "process"), "S5", "Z1"), "BR-FR-CPRO-24", OFFICE),
    (one_cent, "CO-LINE", OFFICE),
    (put(("totals", "excluding"), 1), "BR-CO-13", OFFICE),
    (put(("totals", "including"), 1), "BR-CO-15", OFFICE),
    (put(("totals", "vat_total"), 1), "BR-CO-14", OFFICE),
]


def test_a_seeded_cause_is_stopped_before_sending_and_says_who_cures_it(
    request: pytest.FixtureRequest,
):
    """Five hundred invoices with one cause each at full size, and as many clean ones, which pass
    the schema and the schematrons of their channel.
    """
    drawn = random.Random(26)
    for n in range(size_of(request.config, 500, 48)):
        seed, rule, mender = CAUSES[n % len(CAUSES)]
        channel = drawn.choice(list(Channel))
        content, _lines = random_invoice(drawn, channel)
        assert faults_of(content, FRENCH) == []
        assert broken(compose(content, FRENCH), channel) == []
        seed(drawn, content)
        faults = {fault.rule: fault for fault in faults_of(content, FRENCH)}
        assert rule in faults, (rule, list(faults))
        told = FRENCH.gettext(faults[rule].sentence) % _told(faults[rule].facts)
        assert faults[rule].mender is mender
        assert told != faults[rule].sentence
        with pytest.raises(NotComposed):
            compose(content, FRENCH)


def _told(facts: dict[str, Any]) -> dict[str, str]:
    return {name: str(fact) for name, fact in facts.items()}


AGREEMENT = "//ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LEGAL = "ram:SpecifiedLegalOrganization/ram:ID"
#: Channels on which the schematrons of France are run; the portal's are the rules of the XML alone.
REFORMED, EVERY = (Channel.REFORM, Channel.EXTENDED), tuple(Channel)
#: Mutations of a valid XML, the rules of which one names each, and the channels whose rules do.
MUTATIONS = [
    (f"{SUMS}/ram:LineTotalAmount", ("0.01", "99999.00"), "CO-10", EVERY),
    (f"{SUMS}/ram:TaxBasisTotalAmount", ("0.01",), "CO-13", EVERY),
    (f"{SUMS}/ram:TaxTotalAmount", ("0.01",), "CO-14", EVERY),
    (f"{SUMS}/ram:GrandTotalAmount", ("0.01",), "CO-15", EVERY),
    (f"{SUMS}/ram:DuePayableAmount", ("0.01",), "CO-16", EVERY),
    ("//rsm:ExchangedDocument/ram:TypeCode", ("999", "38"), "FX-SCH-A-", EVERY),
    ("//rsm:ExchangedDocument/ram:TypeCode", ("999", "38"), "BR-FR-04", REFORMED),
    ("//rsm:ExchangedDocument/ram:ID", ("FA 1", "F" * 36, "é"), "BR-FR-0", REFORMED),
    ("//rsm:ExchangedDocument//udt:DateTimeString", ("19991231", "20261399"), "BR-FR-03", REFORMED),
    (
        "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
        ("A1", "X9"),
        "BR-FR-08",
        REFORMED,
    ),
    (f"{AGREEMENT}/ram:BuyerTradeParty/{LEGAL}", ("1", "21610040400017"), "BR-FR-32", REFORMED),
    (f"{AGREEMENT}/ram:SellerTradeParty/{LEGAL}", ("1", "85214796000018"), "BR-FR-", REFORMED),
    (
        f"{AGREEMENT}/ram:SellerTradeParty/ram:GlobalID",
        ("1", "73282932000074"),
        "BR-FR-09",
        REFORMED,
    ),
    (f"{SETTLEMENT}/ram:InvoiceCurrencyCode", ("ZZZ",), "CO-15", EVERY),
    (
        f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode",
        ("999",),
        "FX-SCH-A-",
        EVERY,
    ),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode", ("X",), "FX-SCH-A-", EVERY),
]


def test_a_line_that_takes_a_cent_back_is_written_with_its_sign():
    """Units of a line whose price was reduced are credited at their share of what is left: their
    printed line, and one that takes the difference back.
    """
    line = SaleLine(1, "A", "Câble", 3, UnitPrice(33_300), 2000)
    reduced = CreditableLine(1, line, 3, Money(4_99), is_reduced=True)
    left = Remainder((reduced,), (VatLine(2000, Money(4_99), Money(1_00)),), Money(5_99))
    invoice = on(Channel.CHORUS)
    content, _left = _credited(invoice, left, CreditRequest("Retour", units={1: 2}))
    amounts = [one.amount for one in figures_in(compose(content, FRENCH)).lines]
    assert amounts == [Decimal("6.66"), Decimal("-3.33")]
    sound(content, Channel.CHORUS)


def test_a_mutated_form_is_refused_with_the_rule_that_it_breaks(request: pytest.FixtureRequest):
    drawn = random.Random(7)
    cases = [(one, channel) for one in MUTATIONS for channel in one[3]]
    for n in range(size_of(request.config, 900, len(cases))):
        (path, values, rule, _channels), channel = cases[n % len(cases)]
        root = etree.fromstring(compose(on(channel), FRENCH))
        element = found(root, path)[0]
        element.text = drawn.choice(values)
        rules = broken(etree.tostring(root, encoding="utf-8"), channel)
        named = [one.split()[0] for one in rules]
        said = " ".join(rules)
        assert any(rule in one for one in named) or f"[{rule}" in said, (path, element.text, rules)


CONTEXT = "//rsm:ExchangedDocumentContext"
DELIVERY = "//ram:ApplicableHeaderTradeDelivery"
MEANS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
LINE = "//ram:IncludedSupplyChainTradeLineItem"
#: Mutations that leave a sound form: another invoice's amounts, identifiers, dates and codes. The
#: field of each that is named.
OTHERS = [
    ("//rsm:ExchangedDocument/ram:ID", ("FA-2026-000132", "AV-2026-000131"), "BT-1"),
    ("//rsm:ExchangedDocument//udt:DateTimeString", ("20261205", "20251204"), "BT-2"),
    ("//rsm:ExchangedDocument/ram:TypeCode", ("381", "384"), "BT-3"),
    (f"{CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", ("A9",), "BT-23"),
    (f"{AGREEMENT}/ram:BuyerReference", ("CULT-03", "cult-02"), "BT-10"),
    (f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/*", ("ENG-2026-4418",), "BT-13"),
    (f"{AGREEMENT}/ram:SellerOrderReferencedDocument/*", ("CO-2026-000098",), "BT-14"),
    (f"{AGREEMENT}/ram:SellerTradeParty/ram:GlobalID", ("73282932000074",), "BT-29"),
    (f"{AGREEMENT}/ram:SellerTradeParty/{LEGAL}", ("73282932000074",), "BT-30"),
    (f"{AGREEMENT}/ram:SellerTradeParty//ram:ID[@schemeID='VA']", ("FR83404833048",), "BT-31"),
    (f"{AGREEMENT}/ram:BuyerTradeParty/ram:GlobalID", ("21590350100017",), "BT-46"),
    (f"{AGREEMENT}/ram:BuyerTradeParty/{LEGAL}", ("21590350100017",), "BT-47"),
    (f"{AGREEMENT}/ram:BuyerTradeParty//ram:CountryID", ("BE", "GP"), "BT-55"),
    (f"{DELIVERY}//udt:DateTimeString", ("20261201",), "BT-72"),
    (f"{DELIVERY}/ram:DespatchAdviceReferencedDocument/*", ("BL-2026-000089",), "BT-16"),
    (f"{SETTLEMENT}/ram:InvoiceCurrencyCode", ("USD", "CHF"), "BT-5"),
    (f"{SETTLEMENT}/ram:PaymentReference", ("FA-2026-000132",), "BT-83"),
    (f"{MEANS}/ram:TypeCode", ("58", "42", "10"), "BT-81"),
    (f"{MEANS}//ram:IBANID", ("FR1420041010050500013M02606",), "BT-84"),
    (f"{MEANS}//ram:BICID", ("BNPAFRPP",), "BT-86"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:BasisAmount", ("28.45",), "BT-116"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:CalculatedAmount", ("1.57",), "BT-117"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode", ("Z", "E"), "BT-118"),
    (f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent", ("5.60",), "BT-119"),
    (f"{SUMS}/ram:LineTotalAmount", ("6306.02",), "BT-106"),
    (f"{SUMS}/ram:TaxBasisTotalAmount", ("6306.02",), "BT-109"),
    (f"{SUMS}/ram:TaxTotalAmount", ("1257.08",), "BT-110"),
    (f"{SUMS}/ram:GrandTotalAmount", ("7563.09",), "BT-112"),
    (f"{SUMS}/ram:DuePayableAmount", ("7563.07", ""), "BT-115"),
    (f"{LINE}//ram:LineID", ("99",), "BT-126"),
    (f"{LINE}//ram:BilledQuantity", ("99999",), "BT-129"),
    (f"{LINE}//ram:LineTotalAmount", ("0.01",), "BT-131"),
    (f"{LINE}//ram:NetPriceProductTradePrice/ram:ChargeAmount", ("0.01",), "BT-146"),
    (f"{LINE}//ram:ApplicableTradeTax/ram:CategoryCode", ("Z",), "BT-151"),
    (f"{LINE}//ram:ApplicableTradeTax/ram:RateApplicablePercent", ("8.50",), "BT-152"),
    (f"{LINE}//ram:SellerAssignedID", ("REF-0",), "BT-155"),
]


def test_a_form_of_another_invoice_is_refused_with_the_field_that_differs(
    request: pytest.FixtureRequest,
):
    """Whatever the public schematrons of its channel say: those of Chorus Pro check no date, no
    identifier and no party.
    """
    drawn = random.Random(9)
    cases = [(one, channel) for channel in (Channel.CHORUS, *REFORMED) for one in OTHERS]
    for n in range(size_of(request.config, 900, len(cases))):
        (path, values, field), channel = cases[n % len(cases)]
        content = on(channel)
        xml = compose(content, FRENCH)
        assert xml is not None
        assert differences(xml, content, FRENCH) == []
        root = etree.fromstring(xml)
        found(root, path)[0].text = drawn.choice(values)
        faults = differences(etree.tostring(root, encoding="utf-8"), content, FRENCH)
        assert [one.facts["field"] for one in faults] == [field], (path, channel)
        assert {one.rule for one in faults} == {"CO-FORM"}
