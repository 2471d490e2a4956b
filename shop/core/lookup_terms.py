"""Terms by which people find what the shop keeps: numbers, references, names, amounts. Pure rules.

A term is folded text (shop/core/folding): what is typed is compared with its beginning. A number is
found by its parts: FA-2026-000012 has the terms "fa2026000012", "2026000012", "fa12" and "12". An
amount is « € » and its cents, which no other term begins with.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shop.core.folding import fold_reference, references_in, words_of
from shop.core.money import Money

#: Longest term; longer ones are cut, and so is what is compared with them.
LONGEST = 60
#: Maximum number of characters of a search that are read, and of its words.
MOST_TYPED, MOST_WORDS = 100, 6
#: Fewer characters begin too many numbers: they find whole parts only.
LEAST_PART = 3
#: Fewer letters begin too many words: they find whole words only.
LEAST_BEGINNING = 2
#: Maximum number of terms of a long text, as the wording of a transfer.
MOST_OF_A_TEXT = 80
_NUMBER = re.compile(r"([a-z]{1,2})(20\d\d)?(\d{6})", re.ASCII)
_SHORT = re.compile(r"(?:([a-z]{1,2}) ?)?(?:(20\d\d) )?0*([1-9]\d{0,5})", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,3}(?:[ .'’]\d{3})+|\d{1,12})(?:[.,](\d{2}))?( ?€| ?euros?)?", re.ASCII)
_LEAST_PHONE, _MOST_PHONE = 9, 15
_FRANCE = re.compile(r"^(?:\+|00)33\s*(?:\(0\))?")
_SIGNS_OF_PHONES = re.compile(r"[\s.\-/()]+")


def number_terms(number: str) -> set[str]:
    """Those of a number of a series: a document's (FA-2026-000012), a client's (C-000042)."""
    key = fold_reference(number)
    found = _NUMBER.fullmatch(key)
    if found is None:
        return _short_enough([key])
    series, year, serial = found.groups()
    short = serial.lstrip("0") or "0"
    return {key, series + short, short} | ({year + serial} if year else set())


def reference_terms(*references: str | None) -> set[str]:
    """Those of references that other people gave: a purchase order's, a parcel's. Whole, and from
    each of their parts on: BC-26-0871 is found by « 26-0871 » and by « 0871 ».
    """
    found: list[str] = []
    for reference in references:
        words = words_of(reference or "")[:MOST_WORDS]
        found += ["".join(words[start:]) for start in range(len(words))]
    return _short_enough(found)


def word_terms(*texts: str | None) -> set[str]:
    """The words of names and titles."""
    return _short_enough(word for text in texts for word in words_of(text or ""))


def email_terms(*emails: str | None) -> set[str]:
    return _short_enough((email or "").strip().casefold() for email in emails)


def phone_terms(*phones: str | None) -> set[str]:
    """The digits of telephone numbers, the French ones as they are dialled in France."""
    return _short_enough(filter(None, (_dialled(phone or "") for phone in phones)))


def amount_terms(*amounts: Money | int | None) -> set[str]:
    """Amounts, or their cents, without their sign."""
    cents = (one.cents if isinstance(one, Money) else one for one in amounts)
    return {f"€{abs(one)}" for one in cents if one}


def text_terms(*texts: str | None) -> set[str]:
    """The words of a text that others wrote, and what may be a reference in it."""
    found: dict[str, None] = {}
    for text in texts:
        pieces = [*words_of(text or ""), *references_in((text or "")[:140])]
        found |= dict.fromkeys(pieces[:MOST_OF_A_TEXT])
    return _short_enough(found)


def _short_enough(terms: Iterable[str]) -> set[str]:
    return {term[:LONGEST] for term in terms if term}


def _dialled(phone: str) -> str:
    """The digits of a telephone number; empty if it is none."""
    national = _FRANCE.sub("0", phone.strip())
    digits = _SIGNS_OF_PHONES.sub("", national).removeprefix("+")
    plain = digits.isascii() and digits.isdigit()
    return digits if plain and _LEAST_PHONE <= len(digits) <= _MOST_PHONE else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search asks for: `whole` are terms that it names, `beginnings` those that it begins;
    `words` begin a term each, where there are several. `identifies`: it looks like a number or an
    e-mail address, and what it names whole may be shown at once.
    """

    whole: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    identifies: bool = False

    def __bool__(self) -> bool:
        return bool(self.whole or self.beginnings or self.words)


def read_asked(typed: str) -> Asked:
    """How a search is compared with the terms."""
    typed = typed.strip()[:MOST_TYPED]
    words = words_of(typed)[:MOST_WORDS]
    key = "".join(words)[:LONGEST]
    email = typed.casefold()[:LONGEST] if "@" in typed and len(typed) > LEAST_PART else ""
    numeric = key.isascii() and any(sign.isdigit() for sign in key)
    phone = _dialled(typed) if numeric else ""
    amounts = _amounts(typed)
    whole = [key, *_named(words), phone, email, *amounts]
    least = LEAST_PART if numeric else LEAST_BEGINNING
    beginnings = [key if len(key) >= least and not email else "", phone, email]
    return Asked(
        tuple(dict.fromkeys(filter(None, whole))),
        tuple(dict.fromkeys(filter(None, beginnings))),
        tuple(word[:LONGEST] for word in words)
        if len(words) > 1 and not (email or amounts)
        else (),
        numeric or bool(email),
    )


def _named(words: list[str]) -> list[str]:
    """The terms of the numbers that a short form names: « FA 12 » is "fa12", « 2026-12 » is
    "2026000012", « 000012 » is "12".
    """
    found = _SHORT.fullmatch(" ".join(words))
    if found is None:
        return []
    series, year, serial = found.groups()
    return [f"{series or ''}{year}{serial:0>6}" if year else f"{series or ''}{serial}"]


def _amounts(typed: str) -> list[str]:
    """The term of an amount: « 1 234,56 », "1234.56", « 1 234 € »; a plain number is none."""
    found = _AMOUNT.fullmatch(" ".join(typed.casefold().split()))
    if found is None:
        return []
    euros, cents, currency = found.groups()
    digits = re.sub(r"\D", "", euros)
    amount = int(digits) * 100 + int(cents or 0)
    return [f"€{amount}"] if amount and (cents or currency or digits != euros) else []
