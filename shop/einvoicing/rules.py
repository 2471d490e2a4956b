"""What an electronic invoice must satisfy before it is issued and before its file is made."""

import re
from collections.abc import Mapping
from typing import Any

from shop.einvoicing.fault_rules import (
    BuyerIncomplete,
    ExemptionMissing,
    NumberUnusable,
    PaymentUnknown,
    SellerIncomplete,
    UnsoundInvoice,
)
from shop.einvoicing.fields import fields_of
from shop.einvoicing.figure_rules import figures_of, wrong_figures
from shop.einvoicing.frozen import CREDIT_NOTE, KEY, STANDARD, TRANSFER, ZERO, bare
from shop.einvoicing.public_rules import public_faults
from shop.einvoicing.terms import Words

#: A number that Chorus Pro and the platforms accept (BR-FR-02, BR-FR-CPRO-02).
_NUMBER = re.compile(r"[A-Za-z0-9+_/-]{1,20}")
_SIREN, _SIRET = re.compile(r"\d{9}"), re.compile(r"\d{14}")


def wrong_parts(content: Mapping[str, Any]) -> list[UnsoundInvoice]:
    """What is missing or contradictory in the frozen parts that the figures do not show."""
    parts = content[KEY]
    found: list[UnsoundInvoice] = []
    if not _NUMBER.fullmatch(content["number"]):
        found.append(NumberUnusable(number=content["number"]))
    seller = content["seller"]
    if not seller.get("vat_number") or _is_incomplete(seller):
        found.append(SellerIncomplete())
    if _is_incomplete(content["customer"]):
        found.append(BuyerIncomplete())
    if _is_not_payable(content):
        found.append(PaymentUnknown())
    exempt = any(line["vat_category"] not in (STANDARD, ZERO) for line in content["lines"])
    if exempt and not parts["vat"]["exemption"]:
        found.append(ExemptionMissing())
    return found


def _is_incomplete(party: Mapping[str, Any]) -> bool:
    """Whether a party has no name, or no SIREN and SIRET of one company."""
    siren, siret = bare(party.get("siren")), bare(party.get("siret"))
    named = (party.get("name") or "").strip()
    numbered = _SIREN.fullmatch(siren) and _SIRET.fullmatch(siret) and siret.startswith(siren)
    return not (named and numbered)


def _is_not_payable(content: Mapping[str, Any]) -> bool:
    """Whether an invoice to be paid says neither when nor to which account."""
    if content[KEY]["type"] == CREDIT_NOTE or content["paid"]:
        return False
    bank = content["seller"].get("bank") or {}
    is_transfer = content[KEY]["payment"]["code"] == TRANSFER
    has_period = bool(content.get("due_on") or content.get("payment_delay_days"))
    return not has_period or (is_transfer and not bank.get("iban"))


def faults_of(content: Mapping[str, Any], words: Words) -> list[UnsoundInvoice]:
    """Every rule that a frozen invoice or credit note with an electronic form breaks; none for any
    other. `words` are the sentences of its language.
    """
    if content.get(KEY) is None:
        return []
    found = [*wrong_parts(content), *wrong_figures(figures_of(content))]
    return [*found, *public_faults(content, fields_of(content, words))]
