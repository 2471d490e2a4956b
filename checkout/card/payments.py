"""Card payments before the processor's page: stored before it is called, one row per checkout.

The network is never called under a lock: `open_page()` writes, calls the processor, then writes its
answer.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    PaymentGateway,
    PaymentRequest,
    SessionNotOpen,
    Started,
)
from checkout.card.models import CardPayment
from checkout.card.procedure import PROCEDURE, Outcome, PaymentState, is_awaited, is_over
from checkout.card.rules import (
    LEAST_TO_OPEN,
    STILL_OPEN,
    CardUnavailable,
    PaymentInProgress,
    closes_at,
    ensure_chargeable,
    payment_lines,
)
from checkout.card.settlement import FINAL, Settlement, settle
from checkout.drafts.drafts import CheckoutReady
from shop.cart.contents import ensure_orderable
from shop.core.sales import Sale, line_from
from shop.letterheads.letterheads import current_letterhead
from shop.settings.validity import payment_page_time_at
from shop.storage.db import Database, locking


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the processor redirects the customer, and the name of a sale shown as one line."""

    success_url: str
    cancel_url: str
    one_line: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The payment page for the customer; or the outcome of an earlier one."""

    reference: str
    url: str = ""
    settled: Settlement | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A stored payment; `stale` is the session of a page to close before another one is opened."""

    payment: CardPayment
    stale: str | None = None


def open_page(
    database: Database,
    gateway: PaymentGateway,
    ready: Callable[[Session], CheckoutReady],
    addresses: Addresses,
    *,
    at: datetime,
) -> Opened:
    """The payment page of a checkout: the open one, or a new one when the sale changed.

    Raises what `ready` and `start_payment()` raise, CardUnavailable, PaymentInProgress.
    """
    with database.transaction() as session:
        prepared = start_payment(session, ready(session), at=at)
    if prepared.stale is not None:
        settled = _close(database, gateway, prepared.stale, at=at)
        if settled is not None:
            return Opened(prepared.payment.reference, settled=settled)
        with database.transaction() as session:
            prepared = start_payment(session, ready(session), at=at, closed=prepared.stale)
    payment = prepared.payment
    if payment.session_url:
        return Opened(payment.reference, payment.session_url)
    started = _start(gateway, payment, addresses)
    with database.transaction() as session:
        keep_page(session, payment.id, payment.attempt, started)
    return Opened(payment.reference, started.url)


def start_payment(
    session: Session,
    ready: CheckoutReady,
    *,
    at: datetime,
    closed: str | None = None,
) -> Prepared:
    """Freeze the sale to be paid. Raises OutOfStock, AmountTooSmall, AmountTooLarge before any
    payment, and NoLetterhead: the payment makes an invoice.

    A checkout has one row: the same sale gets its open page again, a changed one counts another
    attempt, once its outdated page is `closed`.
    """
    ensure_orderable(ready.goods.contents)
    ensure_chargeable(ready.sale.totals.including)
    current_letterhead(session)
    payment = _latest(session, ready.cart_id)
    if payment is None or PROCEDURE.find("reopen", payment.state) is None:
        payment = CardPayment(
            reference=secrets.token_urlsafe(24),
            attempt=0,
            guest_key=secrets.token_urlsafe(32),
            cart_id=ready.cart_id,
            payment_link_id=ready.link_id,
        )
        session.add(payment)
    elif not _needs_new_page(payment, ready.sale, at):
        _follow(payment, ready.sale)
        return Prepared(payment)
    elif is_awaited(payment.state) and payment.session_id not in (None, closed):
        return Prepared(payment, stale=payment.session_id)
    _freeze(payment, ready.sale, payment_page_time_at(session, at), at=at)
    _follow(payment, ready.sale)
    payment.attempt += 1
    session.flush()
    return Prepared(payment)


def keep_page(session: Session, payment_id: int, attempt: int, started: Started) -> None:
    """Store the page that the processor opened for an attempt."""
    payment = session.scalars(
        locking(session, select(CardPayment).where(CardPayment.id == payment_id))
    ).one()
    if payment.attempt == attempt and is_awaited(payment.state):
        payment.session_id = started.session_id
        payment.session_url = started.url
        payment.expires_at = started.expires_at


def find_payment(session: Session, session_id: str) -> CardPayment | None:
    """The payment of a processor's session."""
    return session.scalar(select(CardPayment).where(CardPayment.session_id == session_id))


def payments_of_link(session: Session, link_id: int) -> list[CardPayment]:
    """The payments that began from a payment link, the newest first."""
    statement = select(CardPayment).where(CardPayment.payment_link_id == link_id)
    return list(session.scalars(statement.order_by(CardPayment.id.desc())))


def _latest(session: Session, cart_id: int) -> CardPayment | None:
    statement = (
        select(CardPayment)
        .where(CardPayment.cart_id == cart_id)
        .order_by(CardPayment.id.desc())
        .limit(1)
    )
    return session.scalar(locking(session, statement))


def _needs_new_page(payment: CardPayment, sale: Sale, at: datetime) -> bool:
    """Whether the page has closed, is about to, or shows another sale than this one."""
    left = payment.expires_at - at
    if is_over(payment.state):
        return True
    if left < (STILL_OPEN if payment.session_id else LEAST_TO_OPEN):
        return True
    return not (
        payment.lines == [line.to_json() for line in sale.lines]
        and payment.amount == sale.totals.including
        and (payment.email, payment.language) == (sale.buyer.email, sale.buyer.language)
    )


def _freeze(payment: CardPayment, sale: Sale, open_for: timedelta, *, at: datetime) -> None:
    payment.state = PaymentState(PROCEDURE.first("start"))
    payment.amount = sale.totals.including
    payment.session_id = payment.session_url = None
    payment.created_at, payment.expires_at = at, closes_at(at, open_for)


def _follow(payment: CardPayment, sale: Sale) -> None:
    """Write the sale. While a page is open, addresses and people may change, but not prices."""
    payment.expected_on = sale.expected_on
    for column, value in sale.to_json().items():
        setattr(payment, column, value)


def _close(
    database: Database, gateway: PaymentGateway, session_id: str, *, at: datetime
) -> Settlement | None:
    """Close an outdated page; one that had closed before may have been paid, and is settled."""
    try:
        gateway.expire(session_id)
    except SessionNotOpen:
        settled = settle(database, gateway, session_id, at=at)
        if settled.outcome is Outcome.PROCESSING:
            raise PaymentInProgress from None
        return settled if settled.outcome in FINAL else None
    except CardProcessorRefused:
        return None  # the processor does not have that page any more: nobody can pay it
    except CardProcessorError as error:
        raise CardUnavailable from error
    return None


def _start(gateway: PaymentGateway, payment: CardPayment, addresses: Addresses) -> Started:
    request = PaymentRequest(
        reference=payment.reference,
        attempt=payment.attempt,
        lines=payment_lines(
            [line_from(line) for line in payment.lines], payment.amount, addresses.one_line
        ),
        email=payment.email,
        language=payment.language,
        success_url=addresses.success_url,
        cancel_url=addresses.cancel_url,
        expires_at=payment.expires_at,
    )
    try:
        return gateway.start(request)
    except CardProcessorError as error:
        raise CardUnavailable from error
