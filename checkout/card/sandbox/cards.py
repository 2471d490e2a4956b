"""The test cards and their results, as in Stripe's test mode."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decline:
    """Why the bank declines; the message is the English sentence of the API."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    number: str
    exp_month: int
    exp_year: int
    name: str = ""

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def brand(self) -> str:
        first = self.number[:2]
        if first in ("34", "37"):
            return "amex"
        return {"4": "visa", "5": "mastercard", "2": "mastercard"}.get(first[:1], "unknown")

    @property
    def needs_authentication(self) -> bool:
        return self.number in AUTHENTICATED

    @property
    def decline(self) -> Decline | None:
        if self.number in ACCEPTED or self.number in AUTHENTICATED:
            return None
        return DECLINES.get(self.number, NOT_A_TEST_CARD)


@dataclass
class CardRefused(Exception):
    """The typed card is not valid: `fields` says which field and why (a code)."""

    fields: dict[str, str] = field(default_factory=dict)


#: Cards of which the payment succeeds and is disputed: the reason, and whether it is an inquiry.
DISPUTED = {
    "4000000000000259": ("fraudulent", False),
    "4000000000002685": ("product_not_received", False),
    "4000000000001976": ("fraudulent", True),
}
ACCEPTED = frozenset(
    {
        *DISPUTED,
        "4242424242424242",
        "4000056655665556",
        "4000002500000003",
        "5555555555554444",
        "2223003122003222",
        "5200828282828210",
        "378282246310005",
    }
)
AUTHENTICATED = frozenset({"4000002500003155", "4000002760003184", "4000000000003220"})
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
DECLINES = {
    "4000000000000002": Decline("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "4000000000000119": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
}
_NUMBERS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_fr": "4000002500000003",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000000000003220",
}


def named_card(payment_method: str, *, year: int) -> Card | None:
    """The card of one of the test payment methods of the API (`pm_card_visa`…)."""
    number = _NUMBERS.get(payment_method)
    return Card(number, 12, year + 1) if number else None


def luhn(number: str) -> bool:
    """The check digit of every card number (ISO/IEC 7812-1)."""
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def read_card(*, number: str, expiry: str, cvc: str, name: str, year: int, month: int) -> Card:
    """Read what a customer typed in the payment page; `year`, `month` are today's.

    Raises CardRefused with a code per field, before any authorisation.
    """
    wrong: dict[str, str] = {}
    digits = re.sub(r"[\s\u00a0\u202f-]", "", number)
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        wrong["cardNumber"] = "incomplete_number"
    elif not luhn(digits):
        wrong["cardNumber"] = "invalid_number"
    exp_month, exp_year = _read_expiry(expiry)
    if not exp_month:
        wrong["cardExpiry"] = "invalid_expiry"
    elif (exp_year, exp_month) < (year, month):
        wrong["cardExpiry"] = "past_expiry"
    elif exp_year > year + 50:
        wrong["cardExpiry"] = "invalid_expiry"
    if not re.fullmatch(r"[0-9]{4}" if digits[:2] in ("34", "37") else r"[0-9]{3}", cvc.strip()):
        wrong["cardCvc"] = "incomplete_cvc"
    if not name.strip():
        wrong["billingName"] = "missing_name"
    if wrong:
        raise CardRefused(wrong)
    return Card(digits, exp_month, exp_year, name.strip()[:200])


def _read_expiry(text: str) -> tuple[int, int]:
    """Month and four-digit year from « 12 / 34 », "12/2034" or "1234"; (0, 0) if unreadable."""
    found = re.fullmatch(r"\s*(\d{1,2})\s*[/ -]\s*(\d{4}|\d{2})\s*|\s*(\d{2})(\d{2})\s*", text)
    if not found:
        return 0, 0
    month, year = (int(part) for part in found.groups() if part)
    if not 1 <= month <= 12:
        return 0, 0
    return month, year if year > 99 else 2000 + year
