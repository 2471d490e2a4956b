"""The sentences of the journal, by entry: the title, the rest with its facts, what a fact adds."""

from shop.core.errors import N_
from shop.web.dossiers import portal_sentences

#: What is added to an act that the table of duties gives to another person.
BY_ONE = N_("One person did both acts, as a setting of the shop allows.")
#: act → (title, the rest of the sentence). Facts are inserted as %(fact)s; amounts are in cents.
SENTENCES: dict[str, tuple[str, str]] = {
    **portal_sentences.SENTENCES,
    "issue": (N_("Quote issued"), ""),
    "prepare_order_form": (N_("Purchase order to print filled in"), N_("%(reference)s")),
    "share_quote": (
        N_("Link for the person who signs created"),
        N_("For %(recipient)s, valid until %(last_day)s inclusive."),
    ),
    "send_copies": (N_("Copies of the quote sent"), N_("To %(recipients)s.")),
    "acknowledge_quote": (
        N_("The person who signs says that they have read the quote"),
        N_("By the link that was made for them. It is not an order."),
    ),
    "revoke_link": (N_("Link for the person who signs withdrawn"), N_("For %(recipient)s.")),
    "receive_scan": (N_("Copy of the purchase order received"), N_("%(reference)s")),
    "record_original": (
        N_("Original recorded"),
        N_("Purchase order %(reference)s. Order %(order)s created."),
    ),
    "accept_difference": (
        N_("Purchase order of another amount accepted"),
        N_("%(amount)s. %(reason)s"),
    ),
    "honour_late": (
        N_("Late original accepted"),
        N_("Purchase order %(reference)s, order %(order)s. Reason: %(reason)s"),
    ),
    "refuse_purchase_order": (N_("Purchase order refused"), N_("Reason: %(reason)s")),
    "log_original": (
        N_("Original received and kept, documents are awaited."),
        N_("We have your purchase order; documents are wanted before it is recorded."),
    ),
    "log_signed_quote": (
        N_("Signed quote received"),
        N_("This is not an order: the signed and stamped quote alone is not enough. %(note)s"),
    ),
    "cancel": (N_("File cancelled"), ""),
    "lapse": (N_("Quote expired"), ""),
    "give_up": (N_("Original awaited no longer"), N_("Reason: %(reason)s")),
    "renew": (N_("Quote renewed"), N_("New quote: %(number)s.")),
    "place_order": (N_("Order paid by card"), N_("Order %(number)s.")),
    "amend": (N_("Order amended"), N_("Reason: %(reason)s")),
    "tell_references": (N_("Payer’s numbers given"), ""),
    "issue_delivery_note": (N_("Delivery note issued"), N_("%(number)s")),
    "correct_delivery_note": (
        N_("Delivery note corrected"),
        N_("%(note)s, by contrary delivery note %(number)s. Reason: %(reason)s"),
    ),
    "issue_invoice": (N_("Invoice issued"), N_("%(number)s")),
    "answer_refusal": (
        N_("Refused invoice: the buyer gave what was missing"),
        N_("%(number)s: %(value)s"),
    ),
    "answer_objection": (
        N_("Contested or suspended invoice: the buyer has answered"),
        N_("%(number)s: %(answer)s"),
    ),
    "replace_invoice": (
        N_("Invoice corrected"),
        N_("%(number)s: invoice %(replaced_by)s takes its place. Reason: %(reason)s"),
    ),
    "issue_credit_note": (
        N_("Credit note issued"),
        N_("%(number)s of invoice %(invoice)s: %(amount)s. Reason: %(reason)s"),
    ),
    "settle_order": (N_("Order settled"), N_("Credit notes took the last amount to pay.")),
    "open_credit_refund": (N_("Refund to make"), N_("%(amount)s, credit note %(number)s.")),
    "order_card_refund": (
        N_("Refund of a credit note ordered"),
        N_("%(amount)s, to the card that paid."),
    ),
    "complete_card_refund": (N_("Credit note refunded"), N_("%(amount)s, %(reference)s")),
    "note_refund_elsewhere": (
        N_("Credit note refunded"),
        N_("%(amount)s, made at the card processor: %(reference)s"),
    ),
    "fail_card_refund": (
        N_("Refund of a credit note failed"),
        N_("%(amount)s, to be refunded by bank transfer. %(reference)s"),
    ),
    "order_transfer": (N_("Transfer of a refund ordered"), N_("%(amount)s, to be confirmed.")),
    "confirm_transfer": (N_("Credit note refunded"), N_("%(amount)s, %(reference)s")),
    "send_back_transfer": (N_("Transfer of a refund sent back"), N_("Reason: %(reason)s")),
    "send_invoice_file": (
        N_("Sending of the PDF to the paying service requested"),
        N_("%(number)s, to %(to)s."),
    ),
    "note_sent_file": (N_("PDF sent to the paying service"), N_("%(number)s, to %(to)s.")),
    "prepare_invoice_file": (N_("PDF for the paying service prepared"), N_("%(number)s")),
    "forward_invoice_file": (
        N_("PDF forwarded to the paying service by the shop"),
        N_("%(number)s, on %(forwarded_on)s."),
    ),
    "forward_invoice": (N_("Copy of the invoice sent by e-mail"), N_("%(number)s, to %(to)s.")),
    "record_delivery_receipt": (
        N_("Delivery received"),
        N_("%(number)s, received on %(received_on)s."),
    ),
    "record_signed_note": (
        N_("Signed delivery note returned"),
        N_("%(number)s, signed on %(signed_on)s."),
    ),
    "record_acceptance": (
        N_("Delivery accepted by the body"),
        N_("%(number)s, accepted on %(accepted_on)s."),
    ),
    "acknowledge_delivery": (
        N_("Delivery acknowledged by its recipient"),
        N_("%(number)s, in the capacity of: %(capacity)s. Reservations: %(reservations)s."),
    ),
    "record_invoice_receipt": (
        N_("Invoice received by the paying service"),
        N_("%(number)s, received on %(received_on)s."),
    ),
    "interrupt_payment": (
        N_("Payment period interrupted by the body"),
        N_("%(number)s, notified on %(notified_on)s. Reason: %(reason)s"),
    ),
    "resume_payment": (
        N_("Payment period runs again"),
        N_("%(number)s, everything received by the body on %(completed_on)s."),
    ),
    "cancel_interruption": (
        N_("Interruption recorded by mistake"),
        N_("%(number)s: it counts no more. Reason: %(reason)s"),
    ),
    "deposit_invoice": (N_("Invoice deposited on a platform"), N_("%(number)s, on %(told_on)s.")),
    "receive_invoice": (N_("Invoice received by a platform"), N_("%(number)s, on %(told_on)s.")),
    "make_available": (
        N_("Invoice made available to its recipient"),
        N_("%(number)s, on %(told_on)s."),
    ),
    "take_in_charge": (
        N_("Invoice taken in charge by its recipient"),
        N_("%(number)s, on %(told_on)s."),
    ),
    "accept_invoice": (
        N_("Invoice accepted by its recipient"),
        N_("%(number)s, on %(told_on)s. %(reason)s"),
    ),
    "dispute_invoice": (
        N_("Invoice contested by its recipient"),
        N_("%(number)s, on %(told_on)s. Reason: %(reason)s"),
    ),
    "end_dispute": (N_("Dispute of an invoice ended"), N_("%(number)s. %(reason)s")),
    "refuse_invoice": (
        N_("Invoice refused by its buyer"),
        N_("%(number)s, on %(told_on)s. Reason: %(reason)s"),
    ),
    "reject_invoice": (
        N_("Invoice rejected by a platform"),
        N_("%(number)s, on %(told_on)s. Reason: %(reason)s"),
    ),
    "announce_payment": (
        N_("Payment announced by the recipient"),
        N_("%(number)s, on %(told_on)s."),
    ),
    "collect_invoice": (N_("Invoice collected"), N_("%(number)s")),
    "reopen_invoice": (
        N_("Invoice to be paid again"),
        N_("%(number)s: a payment was taken off it."),
    ),
    "correct_status": (
        N_("Status of an invoice taken back"),
        N_("%(number)s: it was recorded by mistake. %(reason)s"),
    ),
    "no_reader": (
        N_("E-mail not sent"),
        N_("No member of this organisation has access to it any longer: call the organisation."),
    ),
    "attach_withdrawal": (
        N_("Withdrawal of the consumer"),
        N_("Stated by %(name)s for order %(order)s."),
    ),
    "specify_withdrawal": (N_("Quantities of the withdrawal recorded"), ""),
    "answer_withdrawal": (N_("Statement of withdrawal answered"), N_("%(answer)s")),
    "refund_withdrawal": (N_("Withdrawal refunded"), N_("%(amount)s, %(reference)s")),
    "ask_question": (N_("Question asked"), ""),
    "answer_question": (N_("Question answered"), ""),
    "close_question": (N_("Question closed without an answer"), N_("Reason: %(reason)s")),
    "order_withdrawal_refund": (
        N_("Refund of the withdrawal ordered"),
        N_("%(amount)s, to the card that paid."),
    ),
    "complete_withdrawal_refund": (N_("Withdrawal refunded"), N_("%(amount)s, %(reference)s")),
    "fail_withdrawal_refund": (
        N_("Refund of the withdrawal failed"),
        N_("%(amount)s, to be refunded by bank transfer. %(reference)s"),
    ),
    "email_refused": (
        N_("E-mail not delivered"),
        N_("The mail server of %(to)s refuses this address."),
    ),
    "email_sent_again": (N_("E-mail sent again"), N_("To %(to)s; before: %(before)s.")),
    "start_refund": (
        N_("Refund to the card under way"),
        N_("%(amount)s, made at the card processor: %(reversal)s."),
    ),
    "complete_refund": (
        N_("Refunded to the card"),
        N_("%(amount)s, made at the card processor: %(reversal)s."),
    ),
    "undo_refund": (
        N_("Refund to the card failed"),
        N_("%(amount)s came back to the shop: %(reversal)s."),
    ),
    "open_dispute": (N_("Payment disputed with the bank"), N_("%(amount)s, %(reversal)s.")),
    "lose_dispute": (
        N_("Dispute lost"),
        N_("The bank gave %(amount)s back to the customer: %(reversal)s."),
    ),
    "win_dispute": (N_("Dispute closed in favour of the shop"), N_("%(amount)s, %(reversal)s.")),
    "note_reversal": (N_("Refund or dispute noted"), N_("%(amount)s, %(reversal)s.")),
    "cancel_units": (
        N_("Goods cancelled before they were shipped"),
        N_("%(units)s"),
    ),
    "cancel_order": (N_("Order cancelled"), N_("%(units)s")),
    "reopen_units": (
        N_("Goods to be delivered after all"),
        N_("%(units)s. Reason: %(reason)s"),
    ),
    "void_order": (N_("Order void"), N_("All goods came back before they were invoiced.")),
    "deliver_again": (N_("Goods to be delivered again"), N_("%(units)s")),
    "ask_return": (N_("Return requested"), N_("%(number)s")),
    "take_return_back": (N_("Request of return taken back"), N_("%(number)s")),
    "refuse_return": (N_("Return refused"), N_("%(number)s. Reason: %(reason)s")),
    "accept_return": (N_("Return accepted"), N_("%(number)s")),
    "receive_return": (N_("Returned goods received"), N_("%(number)s: %(units)s")),
    "settle_return": (N_("Return settled"), N_("%(number)s. %(credit_notes)s")),
    "replace_return": (N_("Returned goods to be delivered again"), N_("%(number)s")),
    "end_order": (N_("Order ended"), N_("Nothing is left to deliver or to invoice.")),
    "ask_cancellation": (N_("Cancellation requested"), N_("Reason: %(reason)s")),
    "take_cancellation_back": (N_("Request of cancellation taken back"), ""),
    "refuse_cancellation": (N_("Cancellation refused"), N_("Reason: %(reason)s")),
    "accept_cancellation": (N_("Request of cancellation accepted"), ""),
    "decide_cancellation": (N_("Cancellation decided by the shop"), N_("Reason: %(reason)s")),
    "reopen_cancellation": (N_("Cancellation undone"), N_("Reason: %(reason)s")),
    "close_order": (N_("Order closed"), N_("Nothing is left to prepare.")),
    "record_payment": (N_("Payment received"), N_("%(amount)s, %(reference)s")),
    "correct_payment": (
        N_("Payment taken off the invoice"),
        N_("%(amount)s, %(reference)s, invoice %(number)s. Reason: %(reason)s"),
    ),
    "send_reminder": (
        N_("Reminder of an overdue invoice sent"),
        N_("No. %(level)s of invoice %(number)s, to %(to)s: %(amount)s."),
    ),
    "switch_reminders": (
        N_("Reminders switched off or on"),
        N_("Invoice %(number)s. Reason: %(reason)s"),
    ),
    "hold_transfer": (N_("Money kept as a credit"), N_("%(amount)s, %(reference)s")),
    "allot_transfer": (N_("Credit used otherwise"), N_("%(amount)s. Reason: %(reason)s")),
    "order_transfer_back": (
        N_("Return of a credit ordered"),
        N_("%(amount)s, to be confirmed. Reason: %(reason)s"),
    ),
    "confirm_return": (N_("Credit given back"), N_("%(amount)s, %(reference)s")),
    "send_back_return": (N_("Return of a credit sent back"), N_("Reason: %(reason)s")),
}

#: The facts that are ISO days.
DAYS = frozenset(
    {"received_on", "notified_on", "completed_on", "forwarded_on", "told_on", "on", "last_day"}
)
#: What a fact of an entry adds, when it says so: (act, fact, its value, None without the fact) →
#: sentence with its facts.
ADDED: dict[tuple[str, str, bool | str | None], str] = {
    **portal_sentences.ADDED,
    ("receive_scan", "again", False): N_("Goods set aside."),
    ("receive_scan", "again", True): N_("It replaces the copy received before."),
    ("cancel", "released", True): N_("Goods set aside are released."),
    ("cancel_units", "ground", "withdrawal"): N_("Reason: withdrawal stated on %(reference)s."),
    ("cancel_units", "ground", "refund"): N_(
        "Reason: the card payment was given back, %(reference)s."
    ),
    ("cancel_units", "ground", "credit"): N_("Reason: %(reference)s"),
    ("cancel_units", "ground", "decision"): N_("Reason: %(reference)s"),
    ("cancel_order", "ground", "decision"): N_("Reason: %(reference)s"),
    ("cancel_units", "ground", None): N_("Reason: %(reason)s"),  # an entry of an earlier version
    ("lapse", "released", True): N_("Goods set aside are released."),
}
