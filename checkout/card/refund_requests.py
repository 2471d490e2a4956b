"""Refunds that the shop ordered in part of a card payment, of withdrawals and of credit notes:
requested once each, however often the worker runs.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal

from checkout.card.gateway import CardProcessorRefused, PaymentGateway
from checkout.card.reversals import look_at_reversals
from shop.core.money import Money
from shop.storage.db import Database

log = logging.getLogger("comptoir.card")


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund to request: the id of its row, the proof of the order (the processor's payment), the
    amount, and the prefix of the key.
    """

    row_id: int
    proof: str
    amount: Money
    prefix: str

    @property
    def payment_intent(self) -> str:
        return self.proof.partition(":")[2]

    @property
    def key(self) -> str:
        """The key under which the processor makes the refund once, however often it is asked."""
        return f"{self.prefix}{self.row_id}"


def key_of_row(prefix: str, row_id: Any) -> ColumnElement[str]:
    """`RefundRequest.key` in a statement."""
    return literal(prefix).concat(cast(row_id, String))


def request_refunds(
    database: Database,
    gateway: PaymentGateway,
    requests: Iterable[RefundRequest],
    refuse: Callable[[int, str], None],
    *,
    at: datetime,
    stopping: Callable[[], bool],
) -> int:
    """Request each refund that the processor does not know; how many were requested.

    One that the processor refuses goes to `refuse()`, by the id of its row, and does not delay the
    others. Raises CardProcessorUnavailable.
    """
    requested = 0
    for one in requests:
        if stopping():
            break
        try:
            if gateway.find_refund(one.payment_intent, key=one.key) is None:
                gateway.refund(
                    one.payment_intent,
                    amount=one.amount.cents,
                    reason="requested_by_customer",
                    key=one.key,
                )
            look_at_reversals(database, gateway, one.payment_intent, at=at)
            requested += 1
        except CardProcessorRefused as refusal:
            log.exception("the refund %s was refused", one.key)
            refuse(one.row_id, str(refusal))
    return requested
