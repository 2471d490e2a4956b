"""The invoices, credit notes, payments and the balance of a client, in its record."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.invoices.models import Invoice
from checkout.invoices.rules import Settled, settled
from checkout.ledger.clients import (
    credit_notes_of_client,
    invoices_of_client,
    payments_of_client,
)
from checkout.payments.models import Payment
from checkout.receivables.receivables import owed_by
from checkout.receivables.rules import Age
from checkout.transfers.balances import balance_of_client
from shop.clients.keys import Client
from shop.core.money import Money, total
from shop.ops.clock import today
from shop.storage.paging import Page, Place, page_of
from shop.web.kit.client_sections import ClientRow, ClientSection, dossier_url


def figures(session: Session, client: Client) -> list[tuple[str, Money]]:
    """What the client owes, what of it is late, and what the shop has of its money."""
    owed, balance = owed_by(session, client, today()), balance_of_client(session, client)
    late = total([amount for age, amount in owed.items() if age is not Age.NOT_DUE])
    return [
        (_("Left to pay"), total(list(owed.values()))),
        (_("Overdue"), late),
        (_("Credit kept"), balance.held),
        (_("To be paid back"), balance.owed),
    ]


def _invoices(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    rows = page_of(session, invoices_of_client(client, today()), place, size=size)
    return rows.of(lambda row: _invoice(*row))


def _invoice(invoice: Invoice, dossier: str) -> ClientRow:
    kind, words = {
        Settled.PAID: ("good", _("paid")),
        Settled.CREDITED: ("plain", _("credited")),
        Settled.LATE: ("bad", _("overdue")),
        Settled.DUE: ("info", _("unpaid")),
    }[
        settled(
            invoice.including,
            invoice.paid,
            invoice.credited,
            payable_by=invoice.late_after,
            today=today(),
        )
    ]
    url = dossier_url(dossier)
    state = (kind, words)
    return ClientRow(invoice.number, invoice.issued_on, url, dossier, state, invoice.including)


def _credit_notes(
    session: Session, client: Client, place: Place, size: int | None
) -> Page[ClientRow]:
    rows = page_of(session, credit_notes_of_client(client, today()), place, size=size)
    return rows.of(lambda row: _credit_note(*row))


def _credit_note(note: CreditNote, invoice: str, dossier: str) -> ClientRow:
    about = f"{invoice} · {note.reason}" if note.reason else invoice
    return ClientRow(
        note.number, note.issued_on, dossier_url(dossier), about, amount=-note.including
    )


def _payments(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    rows = page_of(session, payments_of_client(client, today()), place, size=size)
    return rows.of(lambda row: _payment(*row))


def _payment(payment: Payment, invoice: str, dossier: str) -> ClientRow:
    way = _("Card") if payment.method == "card" else _("Transfer")
    about = " · ".join(filter(None, (way, payment.reference)))
    return ClientRow(
        invoice, payment.received_on, dossier_url(dossier), about, amount=payment.amount
    )


CLIENT_SECTIONS = (
    ClientSection(
        "factures",
        _l("Invoices"),
        _l("No invoice yet."),
        _l("Invoice"),
        _invoices,
        30,
        _l("Total incl. VAT"),
    ),
    ClientSection(
        "avoirs",
        _l("Credit notes"),
        _l("No credit note yet."),
        _l("Credit note"),
        _credit_notes,
        40,
        _l("Total incl. VAT"),
    ),
    ClientSection(
        "reglements",
        _l("Payments"),
        _l("No payment yet."),
        _l("Invoice"),
        _payments,
        50,
        _l("Amount"),
    ),
)
