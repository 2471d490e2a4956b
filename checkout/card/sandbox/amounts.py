"""Amounts: whole cents, between Stripe's minimum and maximum."""

from __future__ import annotations

from checkout.card.sandbox.errors import Refusal

CURRENCIES = {"eur": "€", "usd": "$", "gbp": "£", "chf": "CHF "}
MINIMUM_CENTS = 50
MAXIMUM_CENTS = 99_999_999


def ensure_currency(currency: str, param: str) -> str:
    """The currency in lower case, as Stripe returns it."""
    if currency.lower() not in CURRENCIES:
        raise Refusal(f"Invalid currency: {currency}.", param=param)
    return currency.lower()


def ensure_chargeable(cents: int, currency: str, param: str) -> None:
    """A charge is at least 0.50 € and at most eight digits of cents."""
    if cents < MINIMUM_CENTS:
        raise Refusal(
            f"Amount must be at least {written(MINIMUM_CENTS, currency)}.",
            code="amount_too_small",
            param=param,
        )
    if cents > MAXIMUM_CENTS:
        raise Refusal(
            f"Amount must be no more than {written(MAXIMUM_CENTS, currency)}.",
            code="amount_too_large",
            param=param,
        )


def written(cents: int, currency: str, language: str = "en") -> str:
    """1,788.00 € formatted for a French or an English reader."""
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    symbol = CURRENCIES[currency]
    if language == "fr":
        return f"{sign}{whole:,}".replace(",", "\u202f") + f",{rest:02d}\u00a0{symbol.strip()}"
    return f"{sign}{symbol}{whole:,}.{rest:02d}"
