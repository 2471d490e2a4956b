"""The life of an invoice in words: its states, and what was told of it."""

from collections.abc import Iterable

from flask_babel import gettext as _

from checkout.invoices.models import InvoiceEvent
from checkout.invoices.procedure import InvoiceState
from checkout.invoices.status_rules import TELLERS, Party
from shop.core.text import day
from shop.web.dossiers.journal import SENTENCES, JournalLine
from shop.web.kit.site import current_language


def state_words() -> dict[InvoiceState, str]:
    """The name of each state."""
    return {
        InvoiceState.ISSUED: _("Issued, nothing told yet"),
        InvoiceState.DEPOSITED: _("Deposited"),
        InvoiceState.RECEIVED: _("Received by the platform"),
        InvoiceState.AVAILABLE: _("Made available"),
        InvoiceState.IN_CHARGE: _("Taken in charge"),
        InvoiceState.ACCEPTED: _("Accepted"),
        InvoiceState.DISPUTED: _("Contested"),
        InvoiceState.SUSPENDED: _("Payment suspended"),
        InvoiceState.COMPLETED: _("Completed"),
        InvoiceState.REFUSED: _("Refused by the buyer"),
        InvoiceState.REJECTED: _("Rejected by a platform"),
        InvoiceState.PAYMENT_SENT: _("Payment announced"),
        InvoiceState.COLLECTED: _("Collected"),
        InvoiceState.REPLACED: _("Replaced"),
        InvoiceState.REVERSED: _("Reversed and replaced"),
    }


def event_words(events: Iterable[InvoiceEvent]) -> list[JournalLine]:
    """What was told of an invoice, as the lines of a journal."""
    parties = {
        Party.PLATFORM: _("told by a platform"),
        Party.RECIPIENT: _("told by the recipient"),
        Party.SHOP: "",
    }
    return [
        JournalLine(
            event.recorded_at,
            f"{_(SENTENCES[event.transition][0])}.",
            " ".join(
                part
                for part in (
                    day(event.told_on, current_language()),
                    parties[TELLERS.get(event.transition, Party.SHOP)],
                    f"({event.code})" if event.code else "",
                    f"· {event.reason}" if event.reason else "",
                )
                if part
            ),
            event.by_name,
            False,
        )
        for event in events
    ]
