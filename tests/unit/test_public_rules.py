"""BR-FR-CPRO, the rules of Chorus Pro for invoices to public bodies: each is broken here by itself,
and says who can mend it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from checkout.invoices.cure_rules import field_named
from shop.documents import samples
from shop.documents.layout import sentences
from shop.einvoicing import public_fault_rules
from shop.einvoicing.channel_rules import Channel, Demand
from shop.einvoicing.fault_rules import Mender
from shop.einvoicing.fields import Fields, fields_of
from shop.einvoicing.findings import RULES, fault_in, finding_of
from shop.einvoicing.frozen import KEY
from shop.einvoicing.public_rules import demanded, public_faults
from shop.einvoicing.rules import faults_of
from tests.unit.test_einvoicing_channels import DEMANDED, credit_on, on

FRENCH = sentences("fr")


def broken_by(change: Callable[[Fields], Any], channel: Channel = Channel.REFORM) -> set[str]:
    content = on(channel)
    told = fields_of(content, FRENCH)
    change(told)
    return {fault.rule for fault in public_faults(content, told)}


def put(party: str, name: str, value: Any) -> Callable[[Fields], Any]:
    return lambda told: told[party].update({name: value})


#: A change of the fields of a valid invoice, and the rule that it breaks.
BROKEN: list[tuple[str, Callable[[Fields], Any]]] = [
    ("BR-FR-CPRO-02", lambda told: told.update({"BT-1": "F" * 21})),
    ("BR-FR-CPRO-02", lambda told: told.update({"BG-3": [{"BT-25": "F" * 21, "BT-26": ""}]})),
    ("BR-FR-CPRO-03", put("BG-4", "identifiers", {"0088": "1"})),
    ("BR-FR-CPRO-09", put("BG-4", "identifiers", {"0009": "73282932000074"})),
    ("BR-FR-CPRO-10", put("BG-7", "identifiers", {"0009": "2161004040001"})),
    ("BR-FR-CPRO-10", put("BG-7", "identifiers", {})),
    ("BR-FR-CPRO-14", lambda told: told.update({"BT-12": "M" * 51})),
    ("BR-FR-CPRO-15", lambda told: told.update({"BT-13": "E" * 51})),
    ("BR-FR-CPRO-20", lambda told: told.update({"BG-3": [{"BT-25": "1"}, {"BT-25": "2"}]})),
    ("BR-FR-CPRO-24", lambda told: told.update({"BT-23": "S5"})),
    ("BR-FR-CPRO-25", lambda told: told.update({"BT-20": ["one", "two"]})),
    ("BR-FR-CPRO-26", put("BG-4", "contacts", [{}, {}])),
    ("BR-FR-CPRO-27", put("BG-7", "contacts", [{}, {}])),
    ("BR-FR-CPRO-30", lambda told: told.update({"BG-24": [{"BT-122": "B" * 51}]})),
    ("BR-FR-CPRO-31", lambda told: told["BG-25"][0].update({"BT-154": "d" * 1025})),
    ("BR-FR-CPRO-32", put("BG-4", "addr_l2", "r" * 401)),
    ("BR-FR-CPRO-33", put("BG-4", "city", "V" * 401)),
    ("BR-FR-CPRO-34", put("BG-7", "biz_name", "N" * 100)),
    ("BR-FR-CPRO-35", lambda told: told.update({"BT-20": "t" * 1025})),
    ("BR-FR-CPRO-36", put("BG-4", "biz_name", "N" * 100)),
    ("BR-FR-CPRO-37", lambda told: told.update({"BT-85": "H" * 100})),
    ("BR-FR-CPRO-38", put("BG-13", "identifiers", {"0088": "1" * 21})),
    ("BR-FR-CPRO-39", lambda told: told.update({"BT-84": "F" * 28})),
    ("BR-FR-CPRO-42", lambda told: told["BG-1"][0].update({"BT-22": "n" * 1025})),
    ("BR-FR-CPRO-43", put("BG-4", "name", "N" * 100)),
    ("BR-FR-CPRO-44", put("BG-7", "name", "N" * 100)),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN)
def test_a_rule_of_chorus_pro_is_broken_alone(rule: str, change: Callable[[Fields], Any]):
    assert broken_by(change) == {rule}


def test_what_is_as_long_as_allowed_passes():
    def longest(told: Fields) -> None:
        told.update({"BT-1": "F" * 20, "BT-13": "E" * 50, "BT-84": "F" * 27, "BT-85": "H" * 99})
        told["BG-7"]["name"], told["BG-4"]["city"] = "N" * 99, "V" * 400
        told["BG-25"][0]["BT-154"] = "d" * 1024

    assert broken_by(longest) == set()


def test_nearly_a_million_lines_are_too_many():
    def many(told: Fields) -> None:
        told["BG-25"] = [told["BG-25"][0]] * 1_000_000

    assert broken_by(many) == {"BR-FR-CPRO-19"}


@pytest.mark.parametrize("channel", list(Channel))
def test_a_valid_invoice_breaks_none(channel: Channel):
    assert faults_of(on(channel), FRENCH) == []
    assert faults_of(credit_on(channel), FRENCH) == []


@pytest.mark.parametrize(
    ("code_rule", "engagement_rule", "code", "engagement", "expected"),
    [
        ("required", "unknown", None, "E", ["BR-FR-CPRO-11"]),
        ("unknown", "required", "C", None, ["BR-FR-CPRO-12"]),
        ("required", "required", None, None, ["BR-FR-CPRO-11", "BR-FR-CPRO-12"]),
        ("either", "unknown", None, None, ["BR-FR-CPRO-13"]),
        ("either", "unknown", "C", None, []),
        ("either", "unknown", None, "E", []),
        ("optional", "optional", None, None, []),
        ("unknown", "unknown", None, None, []),
    ],
)
def test_what_a_body_demands_must_stand_on_the_invoice(
    code_rule: str, engagement_rule: str, code: Any, engagement: Any, expected: list[str]
):
    content = samples.invoice()
    content["references"] = {"service_code": code, "engagement": engagement}
    content["paying_service"] = None
    demands = type(DEMANDED)(Demand(code_rule), Demand(engagement_rule))
    assert [fault.rule for fault in demanded(demands, content)] == expected
    content[KEY] = content[KEY] | {"demands": demands.to_json()}
    rules = {fault.rule for fault in faults_of(content, FRENCH)}
    assert rules == set(expected)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("CPP-S2.05", lambda told: told.pop("BT-81")),
        ("CPP-S2.05", lambda told: told.update({"BT-81": "57"})),
        ("CPP-SIRET", put("BG-7", "legal_identifier", "216100404")),
        ("BR-FR-CPRO-24", lambda told: told.update({"BT-23": "B1"})),
    ],
)
def test_the_deposit_has_rules_of_its_own(rule: str, change: Callable[[Fields], Any]):
    assert broken_by(change, Channel.CHORUS) == {rule}


def test_a_credit_note_is_deposited_without_means_of_payment():
    content = credit_on(Channel.CHORUS)
    told = fields_of(content, FRENCH) | {"BT-81": "30"}
    assert {fault.rule for fault in public_faults(content, told)} == {"CPP-S2.05"}


def test_other_recipients_are_not_asked_for_it():
    content = samples.invoice(audience="business")
    assert public_faults(content, fields_of(content, FRENCH) | {"BT-13": "E" * 51}) == []


def test_the_buyer_can_cure_what_only_they_know():
    theirs = {rule for rule, one in RULES.items() if one.mender is Mender.BUYER}
    expected = {f"BR-FR-CPRO-{number}" for number in (11, 12, 13, 15)}
    assert theirs == expected


def test_the_buyer_is_named_where_their_answer_cures_the_fault_and_there_alone():
    """A refused invoice asks the buyer for the field that its reason names."""
    for rule, one in RULES.items():
        is_theirs = one.mender is Mender.BUYER
        assert (field_named(one.sentence) is not None) == is_theirs, rule
        assert (field_named(FRENCH.gettext(one.sentence)) is not None) == is_theirs, rule
        assert ("buyer" in one.sentence) == is_theirs, rule


def test_each_rule_says_in_french_what_is_wrong():
    for refusal in RULES.values():
        if refusal.__module__ == public_fault_rules.__name__:
            told = FRENCH.gettext(refusal.sentence)
            assert told != refusal.sentence, refusal.rule
            assert "Chorus Pro" in told or "organisme" in told or "en-tête" in told, told


def test_a_rule_of_chorus_pro_is_stored_as_a_finding_and_read_back():
    fault = public_fault_rules.BuyersNameTooLong(most="99", found="104")
    again = fault_in(finding_of(fault))
    assert isinstance(again, public_fault_rules.BuyersNameTooLong)
    assert again.facts == fault.facts
