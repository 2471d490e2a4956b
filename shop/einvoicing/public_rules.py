"""What an invoice to a public body must satisfy on Chorus Pro (BR-FR-CPRO), and in the dialect of
its direct deposit (Spécifications externes, annexe EDI). Read from the fields and from what the
body demands.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shop.einvoicing import public_fault_rules as faults
from shop.einvoicing.channel_rules import Channel, Demand, Demands
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.einvoicing.fields import Fields
from shop.einvoicing.frozen import (
    CREDIT_NOTE,
    DEPOSITED,
    DEPOSITED_PAID,
    GOODS,
    GOODS_PAID,
    ROUTING,
    SIRET,
    channel_in,
    demands_in,
)

_DIGITS = re.compile(r"\d{14}")
#: Schemes by which a seller may be identified (BR-FR-CPRO-03).
_SCHEMES = frozenset({"0009", "0223", "0226", "0227", "0228", "0229"})
#: Means of payment that the direct deposit knows (rule S2.05).
_MEANS = frozenset(("01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97"))
#: Lines of an invoice, characters of a file's name.
MOST_LINES, LONGEST_FILE_NAME = 999_999, 50
_FRAMES = {
    Channel.CHORUS: (DEPOSITED, DEPOSITED_PAID),
    Channel.REFORM: (GOODS, GOODS_PAID),
    Channel.EXTENDED: (GOODS, GOODS_PAID),
}
#: The refusal of a text that is too long, its limit, and where it stands.
_Told = Callable[[Fields], Iterable[str | None]]
_LENGTHS: tuple[tuple[type[UnsoundInvoice], int, _Told], ...] = (
    (faults.ContractTooLong, 50, lambda told: [told.get("BT-12")]),
    (faults.CommitmentTooLong, 50, lambda told: [told.get("BT-13")]),
    (
        faults.DocumentReferenceTooLong,
        50,
        lambda told: [one["BT-122"] for one in told.get("BG-24", [])],
    ),
    (faults.SellersStreetTooLong, 400, lambda told: _streets(told["BG-4"])),
    (faults.SellersTownTooLong, 400, lambda told: [told["BG-4"].get("city")]),
    (faults.BuyersTradeNameTooLong, 99, lambda told: [told["BG-7"].get("biz_name")]),
    (faults.SellersTradeNameTooLong, 99, lambda told: [told["BG-4"].get("biz_name")]),
    (faults.PayeeTooLong, 99, lambda told: [told.get("BT-85")]),
    (faults.DeliveryIdTooLong, 20, lambda told: _identifiers(told.get("BG-13"))),
    (faults.AccountTooLong, 27, lambda told: [told.get("BT-84")]),
    (faults.NoteTooLong, 1024, lambda told: [one["BT-22"] for one in told.get("BG-1", [])]),
    (faults.SellersNameTooLong, 99, lambda told: [told["BG-4"]["name"]]),
    (faults.BuyersNameTooLong, 99, lambda told: [told["BG-7"]["name"]]),
)


def public_faults(content: Mapping[str, Any], told: Fields) -> list[UnsoundInvoice]:
    """The rules of Chorus Pro that an invoice or credit note to a public body breaks; `told` are
    its fields. None for any other recipient.
    """
    if content["audience"] != "public":
        return []
    channel = channel_in(content)
    found = [*_numbers(told), *_parties(told), *demanded(demands_in(content), content)]
    found += _counts(told)
    if told["BT-23"] not in _FRAMES[channel]:
        found.append(faults.FrameRefused(found=told["BT-23"]))
    for refusal, most, texts in _LENGTHS:
        found += _too_long(refusal, most, texts(told))
    found += _terms(told) + _descriptions(told)
    return found + (_dialect(told) if channel is Channel.CHORUS else [])


def demanded(demands: Demands, content: Mapping[str, Any]) -> list[UnsoundInvoice]:
    """What a body demands on its invoices and does not find on this one (BR-FR-CPRO-11 to 13)."""
    references = content["references"]
    code, engagement = references.get("service_code"), references.get("engagement")
    found: list[UnsoundInvoice] = []
    if demands.service_code is Demand.REQUIRED and not code:
        found.append(faults.ServiceCodeDemanded())
    if demands.engagement is Demand.REQUIRED and not engagement:
        found.append(faults.CommitmentDemanded())
    either = Demand.EITHER in (demands.service_code, demands.engagement)
    if either and not (code or engagement):
        found.append(faults.CodeOrCommitmentDemanded())
    return found


def _numbers(told: Fields) -> list[UnsoundInvoice]:
    numbers = [told["BT-1"], *(one["BT-25"] for one in told.get("BG-3", []))]
    return [faults.NumberTooLong(found=one) for one in numbers if len(one) > 20]


def _parties(told: Fields) -> list[UnsoundInvoice]:
    found: list[UnsoundInvoice] = []
    seller, buyer = told["BG-4"]["identifiers"], told["BG-7"]["identifiers"]
    siret, legal = seller.get(SIRET, ""), told["BG-4"]["legal_identifier"]
    if not _SCHEMES & {scheme for scheme, value in seller.items() if value}:
        found.append(faults.SellerUnidentified())
    elif not (_DIGITS.fullmatch(siret) and siret.startswith(legal)):
        found.append(faults.SellersSiretMissing())
    if not _DIGITS.fullmatch(buyer.get(SIRET, "")):
        found.append(faults.BuyersSiretMissing())
    if ROUTING in buyer and not buyer[ROUTING]:
        found.append(faults.ServiceCodeDemanded())
    return found


def _counts(told: Fields) -> list[UnsoundInvoice]:
    found: list[UnsoundInvoice] = []
    if len(told["BG-25"]) > MOST_LINES:
        found.append(faults.TooManyLines(most=str(MOST_LINES), found=str(len(told["BG-25"]))))
    if len(told.get("BG-3", [])) > 1:
        found.append(faults.TooManyEarlierInvoices(found=str(len(told["BG-3"]))))
    if len(told["BG-4"].get("contacts", [])) > 1:
        found.append(faults.SeveralSellersContacts())
    if len(told["BG-7"].get("contacts", [])) > 1:
        found.append(faults.SeveralBuyersContacts())
    return found


def _terms(told: Fields) -> list[UnsoundInvoice]:
    terms = told.get("BT-20") or ""
    if not isinstance(terms, str):
        return [faults.SeveralTerms()]
    return _too_long(faults.TermsTooLong, 1024, [terms])


def _descriptions(told: Fields) -> list[UnsoundInvoice]:
    return [
        faults.DescriptionTooLong(line=line["BT-126"], most="1024", found=str(len(line["BT-154"])))
        for line in told["BG-25"]
        if len(line.get("BT-154") or "") > 1024
    ]


def _too_long(
    refusal: type[UnsoundInvoice], most: int, texts: Iterable[str | None]
) -> list[UnsoundInvoice]:
    """The refusal of each text that has more characters than `most`."""
    lengths = [len(one) for one in texts if one]
    return [refusal(most=str(most), found=str(length)) for length in lengths if length > most]


def _streets(party: Mapping[str, Any]) -> list[str | None]:
    return [party.get(f"addr_l{n}") for n in (1, 2, 3)]


def _identifiers(party: Mapping[str, Any] | None) -> list[str]:
    return list(((party or {}).get("identifiers") or {}).values())


def _dialect(told: Fields) -> list[UnsoundInvoice]:
    """What the direct deposit wants beside the rules of the reform."""
    found: list[UnsoundInvoice] = []
    is_credit = told["BT-3"] == CREDIT_NOTE
    named = told.get("BT-81")
    if (named is not None) if is_credit else (named not in _MEANS):
        found.append(faults.MeansMissing())
    legal = (told[party]["legal_identifier"] for party in ("BG-4", "BG-7"))
    if not all(_DIGITS.fullmatch(one) for one in legal):
        found.append(faults.LegalIdWrong())
    return found
