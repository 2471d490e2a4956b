"""What the page of an invoice shows the accounting staff: its forms, and its file on the way."""

from typing import Any

from sqlalchemy.orm import Session

from checkout.batches.sendings import preparation_of
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import Sending
from checkout.web.invoices.forms import (
    ForwardForm,
    InterruptionForm,
    MistakeForm,
    ReceiptForm,
    ResumptionForm,
    SendForm,
)
from shop.core.parties import Parties
from shop.core.stored_facts import facts_in
from shop.organisations.rules import FileForm
from shop.web.kit.forms import ShopForm
from shop.web.kit.site import written


def period_forms(invoice: Invoice) -> dict[str, ShopForm]:
    """The forms of what the payment period is counted from, with what is recorded of it."""
    return {
        "forward": ForwardForm(formdata=None, prefix="forward"),
        "receipt": ReceiptForm(formdata=None, prefix="receipt"),
        "interruption": InterruptionForm(
            formdata=None,
            prefix="interruption",
            notified_on=invoice.interrupted_on,
            reason=invoice.interruption_reason,
        ),
        "mistake": MistakeForm(formdata=None, prefix="mistake"),
        "resumption": ResumptionForm(
            formdata=None, prefix="resumption", completed_on=invoice.resumed_on
        ),
    }


def send_form(parties: Parties, sending: Sending | None, wished: FileForm) -> SendForm:
    """The form with the address that is known of the paying service, and the file it is sent."""
    service = parties.paying_service
    known = sending.to if sending else service.email if service else ""
    return SendForm(formdata=None, to=known, file_form=wished.value)


def preparation_shown(session: Session, invoice: Invoice) -> dict[str, Any]:
    """The file that the worker prepares, if any, and why it could not."""
    item = preparation_of(session, invoice)
    failed = item is not None and item.is_done
    reason = written(item.sentence, facts_in(item.facts)) if item and failed else ""
    return {"preparation": item, "not_made": reason}
