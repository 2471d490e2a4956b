"""From when on a thing that has not left counts as unsent. Values only."""

from datetime import timedelta
from enum import StrEnum


class UnsentKind(StrEnum):
    """What has not left. Refunds are told apart by what orders them: a card payment without an
    order, a credit note, a withdrawal.
    """

    EMAIL = "email"
    DOCUMENT = "document"
    DEPOSIT = "deposit"
    INVOICE = "invoice"
    CARD_REFUND = "card_refund"
    CREDIT_REFUND = "credit_refund"
    WITHDRAWAL_REFUND = "withdrawal_refund"


class Awaited(StrEnum):
    """Whom an unsent thing awaits. ADDRESS: another address for an e-mail. ORDER: the order of a
    refund; PROCESSOR: the card processor; TRANSFER: a transfer, as the card did not take it;
    SECOND: the second person of a transfer.
    """

    ADDRESS = "address"
    ORDER = "order"
    PROCESSOR = "processor"
    TRANSFER = "transfer"
    SECOND = "second"


#: How long a thing may be on its way. A refund has no such time: it counts while it is owed.
EMAIL_AFTER = timedelta(minutes=10)
DOCUMENT_AFTER = timedelta(minutes=10)
DEPOSIT_AFTER = timedelta(hours=1)
INVOICE_AFTER = timedelta(days=1)
