"""The path of the person who signs, in the demonstration: the purchase order filled in from the
quote, a link for the mayor who has read it, and one that was withdrawn.
"""

from collections.abc import Callable
from datetime import datetime

from quotes.order_forms.order_forms import prepare_order_form
from quotes.order_forms.rules import Filled
from quotes.quotes.copies import send_copies
from quotes.quotes.records import get_quote
from quotes.signatories.links import acknowledge_quote, revoke_link, share_quote
from quotes.signatories.rules import Recipient
from shop.core.actors import Actor
from shop.storage.db import Database

_MAYOR = Recipient(
    "Hélène Vasseur",
    "maire@ville.example",
    "Bonjour Madame la Maire,\nvoici le devis dont nous avons parlé en commission.",
)
_DEPUTY = Recipient("Bernard Aubry")
_FILLED = Filled(engagement="2026-004512", signatory_name=_MAYOR.name, signatory_capacity="Maire")


def prepare_signing(
    database: Database, number: str, after: Callable[[float], datetime], *, by: Actor
) -> None:
    """After a signed quote was not enough: `after` gives the moments, in days after the quote."""
    with database.transaction() as session:
        quote = get_quote(session, number, by=by)
        prepare_order_form(session, quote, _FILLED, by=by, at=after(2))
        wrong = share_quote(session, quote, _DEPUTY, by=by, at=after(2))
        revoke_link(session, quote, wrong.link.id, by=by, at=after(2.1))
        send_copies(session, quote, ["elus@ville.example"], by=by, at=after(2.1))
        token = share_quote(session, quote, _MAYOR, by=by, at=after(2.1)).token
    with database.transaction() as session:
        acknowledge_quote(session, token, by=Actor("", frozenset()), at=after(3))
