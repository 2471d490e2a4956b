"""The kinds of e-mails about sales, from the quote to the money given back. Pure."""

from shop.core.errors import N_
from shop.emails.kind_rules import (
    ACCOUNTS,
    BUYER,
    CALLER,
    CONSUMER,
    SERVICE,
    SIGNATORY,
    TYPED,
    Kind,
    KindGroup,
    fixed,
)

QUOTE = KindGroup(
    "devis",
    N_("Quote and purchase order"),
    (
        Kind("quote_issued", BUYER, N_("a quote is drawn or renewed")),
        Kind("scan_received", BUYER, N_("a copy of the purchase order arrives")),
        Kind("signed_quote_received", BUYER, N_("the signed quote arrives alone")),
        Kind("purchase_order_refused", BUYER, N_("the purchase order is refused")),
        Kind("order_confirmed", BUYER, N_("the original of the purchase order is recorded")),
        Kind("quote_cancelled", BUYER, N_("the quote is cancelled")),
        Kind("quote_expired", BUYER, N_("the last day of the quote has passed")),
        Kind("quote_copied", TYPED, N_("the buyer sends a copy of the quote")),
        Kind("signatory_link", SIGNATORY, N_("the buyer asks a person to sign")),
        fixed("quote_acknowledged", BUYER, N_("the person who signs has read the quote")),
        Kind("documents_wanted", BUYER, N_("documents are wanted before a first order")),
    ),
)
ORDER = KindGroup(
    "commande",
    N_("Order and delivery"),
    (
        Kind("payment_link", CALLER, N_("the office draws a sale by telephone or e-mail")),
        fixed("payment_link_revoked", CALLER, N_("the office revokes a payment link")),
        Kind("card_order_confirmed", BUYER, N_("a payment by card succeeds")),
        fixed("card_refunded", BUYER, N_("a payment by card makes no order")),
        Kind("order_link", TYPED, N_("somebody asks for the link of their order")),
        Kind("order_amended", BUYER, N_("what was agreed is changed")),
        fixed("delivery_sent", BUYER, N_("goods are shipped or ready for collection")),
        Kind("delivery_corrected", BUYER, N_("a delivery note is corrected")),
        fixed(
            "delivery_reserved", N_("the shop"), N_("a delivery is acknowledged with reservations")
        ),
        Kind("cancellation_asked", BUYER, N_("the buyer asks to cancel")),
        Kind("cancellation_refused", BUYER, N_("the office refuses to cancel")),
        fixed("order_cancelled", BUYER, N_("the order or a part of it is cancelled")),
        Kind("order_reopened", BUYER, N_("cancelled goods are to be delivered after all")),
        Kind("back_in_stock", N_("whoever asked to be told"), N_("a product is in stock again")),
        fixed("question_acknowledged", TYPED, N_("somebody asks a question")),
        fixed("question_answered", TYPED, N_("the office answers a question")),
    ),
)
INVOICE = KindGroup(
    "facture",
    N_("Invoice and payment"),
    (
        Kind("invoice_issued", BUYER, N_("an invoice is issued")),
        Kind("invoice_sent_to_service", SERVICE, N_("the office sends the invoice")),
        Kind("invoice_copied", N_("the addresses in copy"), N_("an invoice leaves")),
        Kind("invoice_available", BUYER, N_("an invoice leaves by another way than an e-mail")),
        Kind("invoice_forwarded", TYPED, N_("a client forwards an invoice")),
        Kind("invoice_replaced", BUYER, N_("a wrong invoice is replaced")),
        fixed("invoice_to_complete", BUYER, N_("an invoice is refused for a missing number")),
        fixed("invoice_completed", ACCOUNTS, N_("the buyer gives the missing number")),
        fixed("invoice_objected", BUYER, N_("an invoice is contested or suspended")),
        fixed("objection_answered", ACCOUNTS, N_("the buyer answers about a contested invoice")),
        fixed("objection_ended", BUYER, N_("an objection to an invoice is settled")),
        fixed("reminder", BUYER, N_("an invoice is overdue, at each level")),
        Kind("payment_received", BUYER, N_("a payment is recorded")),
        Kind("payment_taken_off", BUYER, N_("a payment is moved to another invoice")),
        Kind("credit_kept", BUYER, N_("a transfer exceeds what was due")),
        Kind("credit_returned", BUYER, N_("held money is given back")),
    ),
)
RETURN = KindGroup(
    "retour",
    N_("Return, withdrawal and refund"),
    (
        Kind("return_asked", BUYER, N_("the buyer asks to return goods")),
        Kind("return_accepted", BUYER, N_("the office accepts a return")),
        Kind("return_refused", BUYER, N_("the office refuses a return")),
        Kind("return_received", BUYER, N_("returned goods are counted")),
        Kind("return_ended", BUYER, N_("a return is settled")),
        fixed("withdrawal_acknowledged", CONSUMER, N_("a consumer withdraws")),
        fixed("withdrawal_answered", CONSUMER, N_("the office answers a withdrawal")),
        fixed("withdrawal_refunded", CONSUMER, N_("the refund of a withdrawal is made")),
        Kind("credit_note_issued", BUYER, N_("a credit note is issued")),
        Kind("credit_note_sent_to_service", SERVICE, N_("a credit note is issued")),
        Kind("credit_refunded", BUYER, N_("the refund of a credit note is made")),
        fixed(
            "card_refund_made", BUYER, N_("a payment by card is refunded on the processor’s site")
        ),
    ),
)
