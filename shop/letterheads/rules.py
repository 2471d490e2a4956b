"""What a letterhead must have, for the invoices and the pages that copy it.

An invoice names the seller's legal form, register, capital and VAT number (C. com. R123-237, L210-2
and the laws of each form; CGI ann. II art. 242 nonies A); the shop's pages name the director of the
publication, the host and the mediator (LCEN art. 1-1; C. conso. L616-1).
"""

from dataclasses import dataclass, field
from typing import Any

from stdnum import iban
from stdnum.fr import siren, siret, tva

from shop.core.errors import N_, DomainError
from shop.core.folding import fold_reference
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.frozen import parts_of_lines
from shop.letterheads.placeholders import is_placeholder

NEEDED = (
    "name",
    "trade_name",
    "legal_form",
    "address",
    "phone",
    "email",
    "siren",
    "siret",
    "vat_number",
    "director",
    "host",
    "mediator",
)
NEEDED_OF_BANK = ("holder", "iban", "bic")
#: What a letterhead may have beside.
_MAY_HAVE = ("rcs", "website", "hours", "line", "promise", "epr")
#: The legal forms that are in the register of trade and companies, by whether they have a capital
#: that their papers state (C. com. L223-1, L224-1, L226-1, L227-1).
REGISTERED = {
    "SA": True,
    "SAS": True,
    "SASU": True,
    "SARL": True,
    "EURL": True,
    "SCA": True,
    "SE": True,
    "SELARL": True,
    "SELAS": True,
    "SNC": False,
    "SCS": False,
    "GIE": False,
    "Société anonyme": True,
    "Société par actions simplifiée": True,
    "Société par actions simplifiée unipersonnelle": True,
    "Société à responsabilité limitée": True,
    "Entreprise unipersonnelle à responsabilité limitée": True,
    "Société en commandite par actions": True,
    "Société européenne": True,
    "Société en nom collectif": False,
    "Société en commandite simple": False,
}
_HAS_CAPITAL = {fold_reference(form): has for form, has in REGISTERED.items()}


class LetterheadRefused(DomainError):
    sentence = N_("This letterhead cannot be used: %(mistakes)s.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the value of a key, such as "siret" or "bank.iban", in one sentence."""

    key: str
    sentence: str
    facts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.facts


def mistakes_in(content: dict[str, Any]) -> list[Mistake]:
    """The mistakes of a letterhead, for the person who enters it."""
    bank = content.get("bank") or {}
    missing = [key for key in (*NEEDED, *_needed_by_form(content)) if not content.get(key)]
    missing += [f"bank.{key}" for key in NEEDED_OF_BANK if not bank.get(key)]
    found = [Mistake(key, N_("The letterhead needs %(key)s."), {"key": key}) for key in missing]
    if content.get("address") and not parts_of_lines(content["address"])["city"]:
        sentence = N_("The last line of the address is the postal code and the town.")
        found.append(Mistake("address", sentence))
    way = content.get("public_invoices", Channel.REFORM)
    if way not in (Channel.REFORM, Channel.CHORUS):
        found.append(Mistake("public_invoices", N_("The key public_invoices is reform or chorus.")))
    return found + _placeholders(content, bank) + _wrong_numbers(content, bank)


def letterhead_mistakes(content: dict[str, Any]) -> list[str]:
    """One sentence per mistake, in English."""
    return [str(mistake) for mistake in mistakes_in(content)]


def ensure_usable(content: dict[str, Any]) -> None:
    """Raises LetterheadRefused."""
    mistakes = letterhead_mistakes(content)
    if mistakes:
        raise LetterheadRefused(mistakes=" ".join(mistakes).removesuffix("."))


def changed_keys(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The keys of two letterheads whose values differ by more than their kind of spaces, in the
    order of the latter.
    """
    keys = dict.fromkeys((*after, *before))
    return [key for key in keys if _compared(before.get(key)) != _compared(after.get(key))]


def _compared(value: Any) -> Any:
    return (value.replace("\u00a0", " ") if isinstance(value, str) else value) or None


def _placeholders(content: dict[str, Any], bank: dict[str, Any]) -> list[Mistake]:
    """Answers that papers and pages would print as if they were meant."""
    said = {key: content.get(key) for key in (*NEEDED, *_MAY_HAVE)}
    said |= {"bank.holder": bank.get("holder")}
    sentence = N_("This answer is not the real one yet. Papers and pages would print it.")
    return [
        Mistake(key, sentence)
        for key, value in said.items()
        if any(map(is_placeholder, _answers(value)))
    ]


def _answers(value: Any) -> list[str]:
    """The texts of a value: one, or one on each line."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _needed_by_form(content: dict[str, Any]) -> list[str]:
    has_capital = _HAS_CAPITAL.get(fold_reference(str(content.get("legal_form") or "")))
    if has_capital is None:
        return []
    return ["rcs", "capital"] if has_capital else ["rcs"]


def _wrong_numbers(content: dict[str, Any], bank: dict[str, Any]) -> list[Mistake]:
    """Numbers whose check digits are wrong, or that belong to somebody else."""
    company, establishment, vat = (
        "".join(str(content.get(key) or "").split()) for key in ("siren", "siret", "vat_number")
    )
    found = []
    if not isinstance(content.get("capital") or 0, int):
        found.append(Mistake("capital", N_("The capital is a whole number of cents.")))
    if company and not siren.is_valid(company):
        found.append(_wrong("siren", N_("The SIREN %(number)s fails its check."), company))
    if establishment and not siret.is_valid(establishment):
        found.append(_wrong("siret", N_("The SIRET %(number)s fails its check."), establishment))
    elif establishment and company and not establishment.startswith(company):
        sentence = N_("The SIRET %(number)s is not of the company %(company)s.")
        found.append(_wrong("siret", sentence, establishment, company=company))
    if vat and not (vat.startswith("FR") and tva.is_valid(vat)):
        found.append(_wrong("vat_number", N_("The VAT number %(number)s fails its check."), vat))
    elif vat and company and not vat.endswith(company):
        sentence = N_("The VAT number %(number)s is not of the company %(company)s.")
        found.append(_wrong("vat_number", sentence, vat, company=company))
    if bank.get("iban") and not iban.is_valid(bank["iban"]):
        found.append(_wrong("bank.iban", N_("The IBAN %(number)s fails its check."), bank["iban"]))
    return found


def _wrong(key: str, sentence: str, number: str, **facts: str) -> Mistake:
    return Mistake(key, sentence, {"number": number, **facts})
