"""Rules by their name, and as findings about the PDF of an invoice are stored."""

import json
from collections.abc import Iterable
from typing import Any

from shop.core.money import Money
from shop.einvoicing import public_fault_rules
from shop.einvoicing.fault_rules import UnsoundInvoice

#: How a finding about a PDF begins that names a rule of ours.
FINDING = "e-invoice: "
#: Every rule by its name; those of public bodies are imported for it.
RULES: dict[str, type[UnsoundInvoice]] = {one.rule: one for one in UnsoundInvoice.__subclasses__()}
assert public_fault_rules.NumberTooLong.rule in RULES


def named(faults: Iterable[UnsoundInvoice]) -> str:
    """The names of the rules that are broken."""
    return ", ".join(fault.rule for fault in faults)


def finding_of(fault: UnsoundInvoice) -> str:
    """A rule with its facts, as it is stored."""
    return f"{FINDING}{fault.rule} {json.dumps(fault.facts, default=_cents)}"


def _cents(amount: Money) -> int:
    return amount.cents


def fault_in(finding: str) -> UnsoundInvoice | None:
    """The rule that a stored finding names; None for any other finding, and for one that was cut
    off. A whole number is an amount: a count is stored as text.
    """
    rule, _space, facts = finding.removeprefix(FINDING).partition(" ")
    if not finding.startswith(FINDING) or rule not in RULES or not facts.endswith("}"):
        return None
    told: dict[str, Any] = json.loads(facts)
    return RULES[rule](
        **{name: Money(fact) if isinstance(fact, int) else fact for name, fact in told.items()}
    )
