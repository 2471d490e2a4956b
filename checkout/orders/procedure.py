"""The states of an order: the table that quotes and card orders share.

    – ── place_order ──> ORDERED

    ORDERED ── issue_delivery_note ──> DELIVERED ── issue_invoice ──> INVOICED
                                   │                                     │
                                   └── close_order ──> PAID <── record_payment, settle_order

    ORDERED ── cancel_order ──> CANCELLED          nothing of it was delivered
    ORDERED ── cancel_units ──> DELIVERED          the rest is not delivered any more
    DELIVERED ── reopen_units ──> ORDERED          it is, after all
    DELIVERED ── correct_delivery_note ──> ORDERED  a delivery note was wrong
    DELIVERED ── end_order ──> INVOICED            what was delivered is invoiced already
    DELIVERED ── void_order ──> CANCELLED          all of it came back before it was invoiced
    DELIVERED, INVOICED, PAID ── deliver_again ──> ORDERED

An order paid by card is invoiced and paid as a whole before anything is delivered: its state says
what is delivered, and closes with the last delivery or the last cancelled unit (`cancel_units`).
A credit note (`issue_credit_note`) leaves the state, unless it takes the last amount to pay. A
transfer that was booked on it by mistake is taken off (`correct_payment`): PAID is INVOICED again.
A part delivered or invoiced is a document: the state changes when nothing is left.
One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import (
    ACCOUNTANT,
    ACCOUNTING,
    ADMIN,
    BUYER,
    CLOCK,
    LOGISTICS,
    MEMBER_ADMIN,
    PROCESSOR,
    SALES,
    SALES_ADMIN,
)
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class OrderStage(StrEnum):
    """The states of an order. A part delivered or invoiced is a document; the state changes when
    nothing is left.
    """

    ORDERED = "ORDERED"
    DELIVERED = "DELIVERED"
    INVOICED = "INVOICED"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


class Origin(StrEnum):
    """The origin of an order: a card payment, or a quote whose original was received."""

    CARD = "card"
    QUOTE = "quote"


_ORDERED, _DELIVERED = OrderStage.ORDERED, OrderStage.DELIVERED
_INVOICED, _PAID = OrderStage.INVOICED, OrderStage.PAID
_CANCELLED = OrderStage.CANCELLED
#: Orders of which nothing is left to deliver, to invoice, to pay, for the reports.
SHIPPED, BILLED, SETTLED = (_DELIVERED, _INVOICED, _PAID), (_INVOICED, _PAID), (_PAID,)

PROCEDURE = Procedure(
    "order",
    (
        Transition(
            (),
            "place_order",
            _ORDERED,
            roles(PROCESSOR, SALES_ADMIN, ADMIN),
            "the proof: the card payment, or the conformity record of the original",
        ),
        Transition(
            (_ORDERED,),
            "issue_delivery_note",
            _DELIVERED,
            roles(LOGISTICS, ADMIN),
            "the delivery note (BL); the state changes when everything is shipped",
            N_("Issue the delivery note"),
        ),
        Transition(
            (_ORDERED, _DELIVERED),
            "issue_invoice",
            _INVOICED,
            roles(ACCOUNTING, ADMIN, PROCESSOR),
            "the invoice (FA): of the whole order when it is paid by card, else of what is "
            "delivered and not invoiced yet",
            N_("Issue the invoice"),
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID),
            "send_invoice_file",
            None,
            roles(ACCOUNTING, ADMIN),
            "one file to the paying service: invoice, copy of the purchase order, delivery notes",
            N_("Send the PDF to the paying service"),
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID),
            "prepare_invoice_file",
            None,
            roles(ACCOUNTING, ADMIN),
            "the same file, which the staff forward themselves: by post, through Chorus Pro",
            N_("Prepare the PDF"),
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID),
            "forward_invoice_file",
            None,
            roles(ACCOUNTING, ADMIN),
            "the day on which the staff forwarded it: the payment period is counted from it",
            N_("Record the sending"),
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID, _CANCELLED),
            "note_sent_file",
            None,
            roles(CLOCK),
            "the moment at which the mail server accepted the file: the payment period is counted "
            "from it",
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED),
            "record_payment",
            _PAID,
            roles(ACCOUNTING, ADMIN, PROCESSOR),
            "the payment: amount, day, reference; the state changes when all invoices are paid",
            N_("Record a bank transfer"),
        ),
        Transition(
            (_PAID,),
            "correct_payment",
            _INVOICED,
            roles(ACCOUNTING, ADMIN),
            "the payment taken off an invoice, the reason: the order is to be paid again",
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED),
            "correct_payment",
            None,
            roles(ACCOUNTING, ADMIN),
            "the payment taken off an invoice, the reason",
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID, _CANCELLED),
            "issue_credit_note",
            None,
            roles(ACCOUNTING, ADMIN),
            "the credit note (AV) of all or part of an invoice: number, date and reason "
            "(CGI 272-1, 289 I-5)",
            N_("Issue the credit note"),
        ),
        Transition(
            (_INVOICED,),
            "settle_order",
            _PAID,
            roles(CLOCK),
            "credit notes took the last amount to pay of an order that is delivered and invoiced",
        ),
        Transition(
            (_ORDERED,),
            "cancel_units",
            _DELIVERED,
            roles(ACCOUNTING, SALES_ADMIN, ADMIN, CLOCK),
            "the reason, the units withdrawn or refunded before they were shipped; the state "
            "changes when nothing is left to deliver",
        ),
        Transition(
            (_ORDERED,),
            "cancel_order",
            _CANCELLED,
            roles(ACCOUNTING, SALES_ADMIN, ADMIN),
            "the reason, all units of the order: none was delivered",
        ),
        Transition(
            (_ORDERED, _DELIVERED),
            "reopen_units",
            _ORDERED,
            roles(ACCOUNTING, SALES_ADMIN, ADMIN),
            "the reason, the cancelled units that are to be delivered after all: their stock is "
            "reserved again",
        ),
        Transition(
            (_ORDERED, _DELIVERED),
            "correct_delivery_note",
            _ORDERED,
            roles(LOGISTICS, SALES_ADMIN, ADMIN),
            "the contrary delivery note (BL), its reason, the units that did not leave: they are "
            "in stock and reserved again; never what is invoiced",
        ),
        Transition(
            (_DELIVERED,),
            "end_order",
            _INVOICED,
            roles(CLOCK),
            "nothing is left to deliver or to invoice: what was delivered is invoiced",
        ),
        Transition(
            (_DELIVERED,),
            "void_order",
            _CANCELLED,
            roles(CLOCK),
            "all goods came back before they were invoiced, and nothing else is to be invoiced",
        ),
        Transition(
            (_ORDERED, _DELIVERED, _INVOICED, _PAID),
            "deliver_again",
            _ORDERED,
            roles(LOGISTICS, SALES_ADMIN, ADMIN),
            "the units that came back and are delivered again, reserved in stock",
        ),
        Transition(
            (_DELIVERED,),
            "close_order",
            _PAID,
            roles(CLOCK),
            "nothing is left to deliver of an order that was invoiced and paid before",
        ),
        Transition(
            (_ORDERED, _DELIVERED),
            "amend",
            None,
            roles(SALES_ADMIN, ACCOUNTING, ADMIN),
            "the reason, the values before and after; never once an invoice exists",
        ),
        Transition(
            (_ORDERED, _DELIVERED),
            "tell_references",
            None,
            roles(BUYER, MEMBER_ADMIN, ACCOUNTANT, SALES, SALES_ADMIN, ACCOUNTING, ADMIN),
            "the commitment number and the service code as the payer gives them, the values before "
            "and after; never once an invoice exists",
        ),
    ),
)
