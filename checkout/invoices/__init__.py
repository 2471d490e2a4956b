"""Invoices: issued once, sent to the paying service, and the days from which they are due."""

#: Journal entries outside the tables of transitions: entry and meaning.
JOURNALLED = {
    "acknowledge_delivery": "the recipient acknowledges a delivery, whole or with reservations",
    "forward_invoice": "a reader of a dossier has an invoice sent to an address of their choice",
    "record_signed_note": "a signed delivery note came back: its day, with reservations or none",
    "record_acceptance": "the buyer's body told its acceptance of a delivery",
    "record_delivery_receipt": "the recipient says on which day a delivery was received",
    "record_invoice_receipt": "the day on which the paying service received an invoice",
}
