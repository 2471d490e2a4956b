"""The invoices, credit notes and payments of a client, for its record."""

from datetime import date

from sqlalchemy import select

from checkout.credits.models import CreditNote
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import by_payment
from checkout.orders.models import Order
from checkout.payments.models import Payment
from shop.clients.keys import Client
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import Listing


def invoices_of_client(client: Client, today: date) -> Listing:
    """Invoice and number of the dossier, the newest first."""
    return Listing(
        select(Invoice, Dossier.number)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(client.owns(Order)),
        (Invoice.id.desc(),),
        Invoice.number,
        (by_payment(today), by_period(Invoice.issued_on, today)),
        (
            Sort("number", N_("Invoice"), (Invoice.number,)),
            Sort("date", N_("Date"), (Invoice.issued_on,)),
            Sort("due", N_("Due on"), (Invoice.payable_by,)),
            Sort("total", N_("Total incl. VAT"), (Invoice.including,)),
        ),
        "-date",
    )


def credit_notes_of_client(client: Client, today: date) -> Listing:
    """Credit note, number of its invoice, number of the dossier, the newest first."""
    return Listing(
        select(CreditNote, Invoice.number, Dossier.number)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(client.owns(Order)),
        (CreditNote.id.desc(),),
        CreditNote.number,
        (by_period(CreditNote.issued_on, today),),
        (
            Sort("number", N_("Credit note"), (CreditNote.number,)),
            Sort("date", N_("Date"), (CreditNote.issued_on,)),
            Sort("total", N_("Total incl. VAT"), (CreditNote.including,)),
        ),
        "-date",
    )


def payments_of_client(client: Client, today: date) -> Listing:
    """Payment, number of its invoice, number of the dossier, the newest first."""
    methods = (
        Choice("transfer", N_("Transfer"), Payment.method == "transfer"),
        Choice("card", N_("Card"), Payment.method == "card"),
    )
    return Listing(
        select(Payment, Invoice.number, Dossier.number)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(client.owns(Order)),
        (Payment.id.desc(),),
        Payment.id,
        (Filter("way", N_("Payment"), methods), by_period(Payment.received_on, today)),
        (
            Sort("date", N_("Date"), (Payment.received_on,)),
            Sort("amount", N_("Amount"), (Payment.amount,)),
        ),
        "-date",
    )
