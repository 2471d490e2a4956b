"""The rules of an electronic invoice, each as a refusal with the sentence for the person who can
mend the cause.
"""

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from shop.core.errors import N_, DomainError
from shop.core.money import Money

#: How a finding about a PDF begins that names a rule of this module.
FINDING = "e-invoice: "


class UnsoundInvoice(DomainError):
    """The base class: an invoice that is not issued, or not archived, as it is."""

    #: Its name in EN 16931 (BR-…), in the French rules (BR-FR-…), or ours (CO-…).
    rule: ClassVar[str]


class NumberUnusable(UnsoundInvoice):
    rule = "BR-FR-02"
    sentence = N_(
        "The platforms do not accept %(number)s as the number of an invoice: at most 20 letters "
        "and digits, with + - _ /."
    )


class SellerIncomplete(UnsoundInvoice):
    rule = "BR-FR-10"
    sentence = N_(
        "The letterhead lacks what an electronic invoice needs: the name, the VAT number, a SIREN "
        "and a SIRET of one company. An administrator corrects it."
    )


class BuyerIncomplete(UnsoundInvoice):
    rule = "BR-FR-32"
    sentence = N_(
        "The customer’s name, or their SIREN and the SIRET of one of their establishments, are "
        "missing or wrong. Correct them in the customer’s file."
    )


class PaymentUnknown(UnsoundInvoice):
    rule = "BR-CO-25"
    sentence = N_(
        "An invoice to be paid needs a payment period and the shop’s IBAN. An administrator "
        "corrects the letterhead."
    )


class CategoryWrong(UnsoundInvoice):
    rule = "BR-S-05"
    sentence = N_(
        "Line %(line)s: the VAT rate does not match the VAT treatment of the place of delivery. "
        "Correct the rate of the product."
    )


class ExemptionMissing(UnsoundInvoice):
    rule = "BR-E-10"
    sentence = N_("The invoice bears no VAT and does not say by which article of the law.")


class LineAmountWrong(UnsoundInvoice):
    rule = "CO-LINE"
    sentence = N_("Line %(line)s: quantity × price is %(expected)s and not %(found)s.")


class LinesNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-10"
    sentence = N_("The lines add up to %(expected)s and not to %(found)s.")


class BaseWrong(UnsoundInvoice):
    rule = "BR-S-08"
    sentence = N_(
        "The lines at the VAT rate of %(rate)s add up to %(expected)s and not to %(found)s."
    )


class TaxWrong(UnsoundInvoice):
    rule = "BR-CO-17"
    sentence = N_("The VAT at the rate of %(rate)s is %(expected)s and not %(found)s.")


class TaxNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-14"
    sentence = N_("The VAT adds up to %(expected)s and not to %(found)s.")


class BasesNotAddedUp(UnsoundInvoice):
    rule = "BR-CO-13"
    sentence = N_("The total excluding VAT is %(expected)s and not %(found)s.")


class TotalWrong(UnsoundInvoice):
    rule = "BR-CO-15"
    sentence = N_("The total including VAT is %(expected)s and not %(found)s.")


class PayableWrong(UnsoundInvoice):
    rule = "BR-CO-16"
    sentence = N_("The amount to pay is %(expected)s and not %(found)s.")


class PrepaidWrong(UnsoundInvoice):
    rule = "BR-FR-CO-09"
    sentence = N_("An invoice that is paid has %(expected)s received and not %(found)s.")


class SchemaBroken(UnsoundInvoice):
    rule = "XSD"
    sentence = N_("The electronic invoice does not follow its schema: %(message)s.")


#: Every rule by its name.
RULES: dict[str, type[UnsoundInvoice]] = {one.rule: one for one in UnsoundInvoice.__subclasses__()}


def named(faults: Iterable[UnsoundInvoice]) -> str:
    """The names of the rules that are broken."""
    return ", ".join(fault.rule for fault in faults)


def finding_of(fault: UnsoundInvoice) -> str:
    """A rule with its facts, as a finding about the PDF of the invoice is stored."""
    return f"{FINDING}{fault.rule} {json.dumps(fault.facts, default=_cents)}"


def _cents(amount: Money) -> int:
    return amount.cents


def fault_in(finding: str) -> UnsoundInvoice | None:
    """The rule that a stored finding names; None for any other finding, and for one that was cut
    off.
    """
    rule, _space, facts = finding.removeprefix(FINDING).partition(" ")
    if not finding.startswith(FINDING) or rule not in RULES or not facts.endswith("}"):
        return None
    told: dict[str, Any] = json.loads(facts)
    return RULES[rule](
        **{name: Money(fact) if isinstance(fact, int) else fact for name, fact in told.items()}
    )
