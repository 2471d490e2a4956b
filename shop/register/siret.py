"""SIRET and SIREN numbers: read as people type them, checked, formatted.

SIREN: 9 digits of a legal unit. SIRET: those 9 and 5 of the establishment. python-stdnum checks
their last digit: Luhn, except the establishments of La Poste (SIREN 356 000 000), whose digits add
up to a multiple of five. Typed separators and the sentence for each mistake are handled here:
stdnum says only that a number is not valid, and removes spaces and dots but no other separator.
Pure rules.
"""

import re

from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from shop.core.errors import N_, DomainError

#: Separators between the digits: any space (U+00A0 and U+202F too), dots, hyphens, slashes.
_BETWEEN = re.compile(r"[\s\u00a0\u202f\u2007\u2009\u200b.,/_\-\u2010-\u2015\u2212]+")
_NAME_BEFORE = re.compile(r"^\s*(?:n[°o]\s*)?sire[tn]\s*(?:n[°o])?\s*:?", re.IGNORECASE)


class SiretMistake(DomainError):
    """What is wrong with a typed number, in a sentence that helps to correct it."""

    sentence = N_("This SIRET number is not valid.")
    status = 422


class SiretMissing(SiretMistake):
    sentence = N_("Enter the SIRET number of your establishment: 14 digits.")


class SiretNotDigits(SiretMistake):
    sentence = N_(
        "A SIRET number contains digits only. Check “%(found)s”: the letters O and I are often "
        "typed for 0 and 1."
    )


class SirenTyped(SiretMistake):
    sentence = N_(
        "These 9 digits are a SIREN number. Add the 5 digits of your establishment to make the"
        " SIRET."
    )


class SiretTooShort(SiretMistake):
    sentence = N_("A SIRET number has 14 digits: %(missing)s missing.")


class SiretTooLong(SiretMistake):
    sentence = N_("A SIRET number has 14 digits: %(extra)s too many.")


class SiretCheckWrong(SiretMistake):
    sentence = N_(
        "The check digit of this SIRET number is not correct: one digit is probably wrong, or "
        "two are swapped."
    )


def compact(typed: str) -> str:
    """The number without separators."""
    return _BETWEEN.sub("", _NAME_BEFORE.sub("", typed or ""))


def read_siret(typed: str) -> str:
    """The 14 digits of a SIRET in any usual form. Raises the SiretMistake that says why not."""
    number = compact(typed)
    if not number:
        raise SiretMissing
    if not _only_digits(number):
        raise SiretNotDigits(found=re.sub(r"[0-9]", "", number)[:20])
    if len(number) == 9:
        raise SirenTyped
    if len(number) < 14:
        raise SiretTooShort(missing=14 - len(number))
    if len(number) > 14:
        raise SiretTooLong(extra=len(number) - 14)
    if not is_siret(number):
        raise SiretCheckWrong
    return number


def is_siret(number: str) -> bool:
    """Whether these are 14 digits without separators, with the right check digit."""
    return _only_digits(number) and bool(stdnum_siret.is_valid(number))


def is_siren(number: str) -> bool:
    """Whether these are 9 digits without separators, with the right check digit."""
    return _only_digits(number) and bool(stdnum_siren.is_valid(number))


def siren_of(siret: str) -> str:
    """The legal unit of an establishment."""
    return siret[:9]


def grouped(number: str) -> str:
    """« 216 100 404 00017 », with no-break spaces, as it is printed on documents."""
    parts = [number[:3], number[3:6], number[6:9], number[9:]]
    return "\u00a0".join(part for part in parts if part)


def _only_digits(number: str) -> bool:
    return number.isascii() and number.isdigit()
