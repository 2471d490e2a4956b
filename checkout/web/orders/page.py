"""The data of the page of a card order, read in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import notes_of, receipts_of
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice
from checkout.orders.consumers import is_consumers
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE, OrderStage, Origin
from checkout.web.deliveries.shown import (
    DeliveryShown,
    delivery_shown,
    is_stopped,
    station_words,
    told_of,
)
from checkout.web.invoices.paid_copies import paid_copies_of
from checkout.web.orders.sessions import key_of
from checkout.web.steps.pick_up import destination_of
from checkout.web.steps.sums import Sums, sums_of
from checkout.withdrawals.periods import last_day_from
from checkout.withdrawals.rules import is_within
from shop.core.parties import Parties, parties_from
from shop.core.sales import line_of
from shop.core.text import day_full
from shop.dossiers.dossiers import journal_of
from shop.dossiers.models import Dossier
from shop.ops.clock import today
from shop.web.dossiers.journal import JournalLine, journal_lines
from shop.web.dossiers.page import Document, Station, documents_of
from shop.web.kit.facts import fact
from shop.web.kit.site import current_language

DONE, NOW, NEXT, OVER = "done", "now", "next", "over"
#: The steps order, delivery note and invoice in each state; the card has paid already.
STATIONS = {
    OrderStage.ORDERED: (DONE, NOW, NEXT),
    OrderStage.DELIVERED: (DONE, DONE, NOW),
    OrderStage.INVOICED: (DONE, DONE, DONE),
    OrderStage.PAID: (DONE, DONE, DONE),
    OrderStage.CANCELLED: (DONE, OVER, OVER),
}


@dataclass(frozen=True, slots=True)
class OrderPage:
    """`cancelled`: units of goods that are not delivered any more, by SKU."""

    order: Order
    dossier: Dossier
    state: tuple[str, str]
    stations: list[Station]
    documents: list[Document]
    journal: list[JournalLine]
    sums: Sums
    cancelled: dict[str, int]
    parties: Parties
    destination: tuple[str, list[str]]
    delivery: DeliveryShown
    may_withdraw: bool
    may_cancel: bool
    may_return: bool


def read_order(session: Session, order: Order, dossier: Dossier) -> OrderPage:
    """The data of the whole page, for a person who may read it."""
    lines, notes = lines_of(session, order.id), notes_of(session, order.id)
    receipts = receipts_of(session, order.id)
    told = told_of(session, order.id)
    standing = told.standing(notes)
    awaited = any(note.id not in receipts for note in standing)
    journal, invoices = journal_of(session, dossier.id), invoices_of(session, order.id)
    parties = parties_from(order.parties)
    delivery = delivery_shown(order, notes, receipts, told)
    return OrderPage(
        order=order,
        dossier=dossier,
        state=state_of(order, awaited=awaited),
        stations=_stations(order, standing, invoices, to_collect=delivery.is_to_collect),
        documents=_documents(session, order, dossier, invoices),
        journal=journal_lines(journal),
        sums=sums_of([line_of(line) for line in lines], language=order.language),
        cancelled={line.sku: line.cancelled for line in lines if line.cancelled},
        parties=parties,
        destination=destination_of(order.shipping, parties),
        delivery=delivery,
        may_cancel=may_cancel(order),
        may_return=delivery.has_goods,
        may_withdraw=is_consumers(order)
        and is_within(today(), last_day_from(order, lines, standing, receipts, journal)),
    )


def state_of(order: Order, *, overdue: bool = False, awaited: bool = False) -> tuple[str, str]:
    """The kind and the words of a state, or that an invoice is `overdue`. An order by card is paid
    from the start; one made from a purchase order is paid when the transfers have come in. What was
    paid by card is complete when nothing is `awaited`: the receipt of each delivery is recorded.
    """
    if overdue:
        return "bad", _("Invoice overdue")
    by_card, ready = order.origin is Origin.CARD, order.is_collected
    if order.disputed:
        return "bad", _("Payment disputed with the bank")
    if order.is_reversed:
        return "warn", fact(_("Refunded"), order.is_reversed)
    return {
        OrderStage.CANCELLED: ("bad", _("Order cancelled")),
        OrderStage.ORDERED: ("info", _("Paid, being prepared") if by_card else _("Being prepared")),
        OrderStage.DELIVERED: (
            "good",
            _("Ready for collection, invoice to follow")
            if ready
            else _("Shipped, invoice to follow"),
        ),
        OrderStage.INVOICED: (
            (
                "good",
                _("Ready for collection and invoiced") if ready else _("Shipped and invoiced"),
            )
            if by_card
            else ("info", _("Invoiced, awaiting payment"))
        ),
        OrderStage.PAID: (
            (
                "info",
                _("Paid, ready for collection") if ready else fact(_("Paid and shipped"), awaited),
            )
            if by_card and awaited
            else ("good", _("Complete"))
        ),
    }[order.stage]


def may_cancel(order: Order) -> bool:
    """Whether the buyer of an organisation may ask to cancel what is left of the order."""
    return not is_consumers(order) and PROCEDURE.find("cancel_units", order.stage) is not None


def _stations(
    order: Order, notes: Sequence[DeliveryNote], invoices: Sequence[Invoice], *, to_collect: bool
) -> list[Station]:
    language = current_language()
    paid = [
        fact(_("Paid by card"), order.proof),
        day_full(order.ordered_at, language),
        order.number,
    ]
    sent = station_words(order)
    if notes:
        sent = delivery_words(order, notes)
    billed = [_("Nothing to follow") if STATIONS[order.stage][2] == OVER else _("After delivery")]
    if invoices:
        billed = [
            fact(_("Invoice issued"), invoices[-1].issued_on),
            day_full(invoices[-1].issued_on, language),
            invoices[-1].number,
        ]
    names = (_("ORDER"), _("DELIVERY NOTE"), _("INVOICE"))
    told = (paid, sent, billed)
    ordered, delivery, invoice = STATIONS[order.stage]
    if not notes and is_stopped(order):
        delivery = OVER
    elif to_collect and delivery == DONE:
        delivery = NOW
    if invoices and invoice in (NEXT, OVER):
        invoice = DONE  # an order paid by card is invoiced when it is paid
    return [
        Station(name, status, words)
        for name, status, words in zip(names, (ordered, delivery, invoice), told, strict=True)
    ]


def _documents(
    session: Session, order: Order, dossier: Dossier, invoices: Sequence[Invoice]
) -> list[Document]:
    key = key_of(order.number)
    documents = documents_of(session, dossier, guest_key=key)
    documents += paid_copies_of(dossier, order, invoices, guest_key=key)
    _paid, delivery, invoice = STATIONS[order.stage]
    if delivery not in (DONE, OVER) and not order.is_reversed:
        about = (
            _("Handed over with the goods and sent by e-mail")
            if order.is_collected
            else _("Enclosed with the parcels and sent by e-mail")
        )
        documents.append(Document(_("Delivery note"), about))
    if invoice not in (DONE, OVER) and not invoices and not order.is_reversed:
        documents.append(Document(_("Invoice"), _("Issued after delivery, marked as paid")))
    return documents


def delivery_words(order: Order, notes: Sequence[DeliveryNote]) -> list[str]:
    """The words of the delivery step once a note stands."""
    on = notes[-1].shipped_on
    shipped = fact(
        ngettext("%(num)d delivery shipped", "%(num)d deliveries shipped", len(notes)), on
    )
    return [
        fact(_("Ready for collection"), on) if order.is_collected else shipped,
        _("on %(day)s", day=day_full(on, current_language())),
        notes[-1].number,
    ]
