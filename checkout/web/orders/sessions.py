"""The keys of a guest's orders, stored in their signed session, so that this browser may read them
again.
"""

from flask import session as cookie

from shop.web.kit.sessions import carry_over

ORDERS_KEY, CONFIRMED_KEY = "orders", "confirmed"
carry_over(ORDERS_KEY, CONFIRMED_KEY)
MOST_ORDERS = 10


def remember_order(number: str, guest_key: str, *, just_paid: bool = False) -> None:
    """Let this browser read that order; `just_paid` shows the thanks once."""
    known = {k: v for k, v in cookie.get(ORDERS_KEY, {}).items() if k != number}
    cookie[ORDERS_KEY] = dict([*known.items(), (number, guest_key)][-MOST_ORDERS:])
    if just_paid:
        cookie[CONFIRMED_KEY] = number


def key_of(number: str) -> str | None:
    """The key of an order in this browser, if any."""
    key: str | None = cookie.get(ORDERS_KEY, {}).get(number)
    return key


def take_thanks(number: str) -> bool:
    """True the first time that a just-paid order is shown."""
    if cookie.get(CONFIRMED_KEY) != number:
        return False
    cookie.pop(CONFIRMED_KEY)
    return True
