"""The status of each invoice for its buyer: since when, for which reason, and who acts next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.invoices.events import entries_of
from checkout.invoices.models import Invoice
from checkout.invoices.procedure import InvoiceState
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.web.corrections.words import state_words
from shop.core.text import day_full
from shop.web.kit.site import current_language

#: The kind of each state on a page.
KINDS = {
    InvoiceState.ISSUED: "info",
    InvoiceState.DEPOSITED: "info",
    InvoiceState.RECEIVED: "info",
    InvoiceState.AVAILABLE: "info",
    InvoiceState.IN_CHARGE: "info",
    InvoiceState.ACCEPTED: "good",
    InvoiceState.DISPUTED: "warn",
    InvoiceState.SUSPENDED: "warn",
    InvoiceState.COMPLETED: "info",
    InvoiceState.REFUSED: "bad",
    InvoiceState.REJECTED: "bad",
    InvoiceState.PAYMENT_SENT: "good",
    InvoiceState.COLLECTED: "good",
    InvoiceState.REPLACED: "plain",
    InvoiceState.REVERSED: "plain",
}


@dataclass(frozen=True, slots=True)
class Life:
    """An invoice as its buyer reads it: its status with its day and its reason, and what happens
    next.
    """

    number: str
    kind: str
    words: str
    since: date
    reason: str
    following: str


def lives_of(
    session: Session, order: Order, invoices: Sequence[Invoice], *, asked: str = ""
) -> list[Life]:
    """The lives of the invoices of an order, the newest first. `asked`: the number of the invoice
    about which this person is asked for something. Of an invoice paid by card nobody tells
    anything: it is left out.
    """
    if order.origin is Origin.CARD or not invoices:
        return []
    entries, names = entries_of(session, invoices), state_words()
    by_replaced = {one.replaces_id: one.number for one in invoices if one.replaces_id}
    lives = []
    for invoice in reversed(invoices):
        told = entries.get(invoice.id)
        lives.append(
            Life(
                number=invoice.number,
                kind=KINDS[invoice.state],
                words=names[invoice.state],
                since=told.told_on if told else invoice.issued_on,
                reason=told.reason if told else "",
                following=_("You give the number that we ask for above; then we correct it.")
                if invoice.number == asked
                else _following(invoice, by_replaced.get(invoice.id, "")),
            )
        )
    return lives


def _following(invoice: Invoice, replaced_by: str) -> str:
    """What happens next, and who does it."""
    if replaced_by:
        return _("Nothing: invoice %(number)s has taken its place.", number=replaced_by)
    if not invoice.is_due:
        return _("Nothing: nothing is left to pay of it.")
    return _STEPS[invoice.state](invoice)


def _by_day(invoice: Invoice) -> str:
    """The last day to pay, as the end of a sentence."""
    if invoice.payable_by is None:
        return ""
    told = day_full(invoice.payable_by, current_language())
    return " " + _("Last day to pay: %(day)s.", day=told)


def _issued(invoice: Invoice) -> str:
    if not invoice.is_sent:
        return _("We send it to the paying service.")
    return _("The paying service receives it and checks it.") + _by_day(invoice)


def _paying(invoice: Invoice) -> str:
    return _("The paying service pays it.") + _by_day(invoice)


def _on_its_way(_invoice: Invoice) -> str:
    return _("The platform passes it on to the paying service.")


def _checked(invoice: Invoice) -> str:
    return _("The paying service checks it, then accepts it.") + _by_day(invoice)


def _contested(_invoice: Invoice) -> str:
    return _("We settle what is contested with the paying service.")


def _suspended(_invoice: Invoice) -> str:
    return _("The paying service waits for what it asked for; no payment period runs until then.")


def _corrected(_invoice: Invoice) -> str:
    return _("We correct it and send it again; you have nothing to do.")


def _announced(_invoice: Invoice) -> str:
    return _("The payment has been ordered: we record it when it arrives at our bank.")


def _nothing(_invoice: Invoice) -> str:
    return _("Nothing: nothing is left to pay of it.")


_STEPS: dict[InvoiceState, Callable[[Invoice], str]] = {
    InvoiceState.ISSUED: _issued,
    InvoiceState.DEPOSITED: _on_its_way,
    InvoiceState.RECEIVED: _checked,
    InvoiceState.AVAILABLE: _checked,
    InvoiceState.IN_CHARGE: _checked,
    InvoiceState.ACCEPTED: _paying,
    InvoiceState.DISPUTED: _contested,
    InvoiceState.SUSPENDED: _suspended,
    InvoiceState.COMPLETED: _paying,
    InvoiceState.REFUSED: _corrected,
    InvoiceState.REJECTED: _corrected,
    InvoiceState.PAYMENT_SENT: _announced,
    InvoiceState.COLLECTED: _nothing,
    InvoiceState.REPLACED: _nothing,
    InvoiceState.REVERSED: _nothing,
}
