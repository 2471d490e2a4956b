"""A payment link once it is sent: sent again, opened, paid, revoked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutReady, ready_draft
from checkout.drafts.granting_rules import ensure_within
from checkout.drafts.seal import seal_of
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.preparation import (
    CLIENT,
    Preparing,
    discounts_of,
    most_discount,
    subject_of,
)
from checkout.payment_links.procedure import PROCEDURE
from checkout.payment_links.rules import (
    LinkClientErased,
    LinkNotPayable,
    LinkRateChanged,
    NoSuchLink,
    RevocationReasonMissing,
    last_day_after,
)
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.errors import NotFound
from shop.core.sales import SaleLine, line_from
from shop.core.text import one_line, paris_day
from shop.settings.settings import settings_known
from shop.settings.vat import vat_moves_on
from shop.storage.db import get_locked
from shop.storage.outbox import post
from shop.storage.transitions import advance


def send_link(
    session: Session, found: Preparing, ready: CheckoutReady, *, by: Actor, at: datetime
) -> PaymentLink:
    """Freeze the sale that was prepared and send its link. Raises NotAllowed, IllegalTransition,
    DiscountTooHigh where whoever sends it may not grant what a colleague did.
    """
    row = found.row
    transition = PROCEDURE.ensure("send_link", row.state, by)
    granted, most = discounts_of(session, row), most_discount(session, by=by, at=at)
    for one in granted.values():
        ensure_within(one.discount, one.reason, most)
    row.lines = [line.to_json() for line in ready.sale.lines]
    row.amount = ready.sale.totals.including
    row.sent_at, row.last_day = at, last_day_after(row.days, paris_day(at))
    _tell(session, row, "payment_link", at=at)
    facts: dict[str, Any] = {"amount": row.amount.cents, "last_day": row.last_day.isoformat()}
    if granted:
        facts["discounts"] = {str(key): [one.discount, one.reason] for key, one in granted.items()}
    if row.shipping_price is not None:
        facts["shipping"] = [row.shipping_price.cents, row.shipping_reason]
    advance(session, subject_of(row), transition, by=by, at=at, **facts)
    return row


def send_link_again(session: Session, link_id: int, *, by: Actor, at: datetime) -> PaymentLink:
    """Send the e-mail again, with a new last day as far from today as the first was. Raises
    NotAllowed, NotFound, IllegalTransition, LinkClientErased, LinkRateChanged.
    """
    row = get_locked(session, PaymentLink, link_id)
    transition = PROCEDURE.ensure("send_link_again", row.state, by)
    if not row.email:
        raise LinkClientErased
    ensure_rates_of_today(session, map(line_from, row.lines or ()), at=at)
    row.last_day = last_day_after(row.days, paris_day(at))
    _tell(session, row, "payment_link", at=at)
    last_day = row.last_day.isoformat()
    advance(session, subject_of(row), transition, by=by, at=at, last_day=last_day)
    return row


def revoke_link(
    session: Session, link_id: int, reason: str, *, by: Actor, at: datetime
) -> PaymentLink:
    """Nobody pays from the link any more: a payment that is under way is refunded. Raises
    NotAllowed, NotFound, IllegalTransition, RevocationReasonMissing.
    """
    row = get_locked(session, PaymentLink, link_id)
    transition = PROCEDURE.ensure("revoke_link", row.state, by)
    told = one_line(reason)
    if not told:
        raise RevocationReasonMissing
    _tell(session, row, "payment_link_revoked", at=at)
    advance(session, subject_of(row), transition, by=by, at=at, reason=told)
    return row


def get_link(session: Session, link_id: int) -> PaymentLink:
    """Raises NotFound."""
    row = session.get(PaymentLink, link_id)
    if row is None:
        raise NotFound
    return row


def link_of_token(session: Session, token: str) -> PaymentLink:
    """The link that was sent with a token. Raises NoSuchLink."""
    row = session.scalar(select(PaymentLink).where(PaymentLink.token == token))
    if row is None or row.is_prepared:
        raise NoSuchLink
    return row


def sale_of_link(
    session: Session,
    row: PaymentLink,
    names: Mapping[str, str],
    *,
    at: datetime,
    lock: bool = False,
) -> CheckoutReady:
    """The sale that a link promised, with today's stock. Raises LinkNotPayable, LinkRateChanged, as
    `ready_draft()`.
    """
    if not row.is_payable(paris_day(at)) or row.lines is None:
        raise LinkNotPayable
    lines = tuple(map(line_from, row.lines))
    ensure_rates_of_today(session, lines, at=at)
    ready = ready_draft(
        session, row.cart_id, names=names, language=row.language, by=CLIENT, at=at, lock=lock
    )
    sale = replace(ready.sale, lines=lines)
    return replace(ready, sale=sale, seal=seal_of(ready.draft_token, sale), link_id=row.id)


def open_link(
    session: Session, token: str, names: Mapping[str, str], version: int, *, at: datetime
) -> CheckoutReady:
    """The client has accepted the terms of sale of that version and pays: the sale to be paid.

    The checkout is locked before the link, as where the payment is settled. Raises NoSuchLink, and
    as `sale_of_link()`.
    """
    ready = sale_of_link(session, link_of_token(session, token), names, at=at, lock=True)
    row = get_locked(session, PaymentLink, ready.link_id)
    session.refresh(row)
    if not row.is_payable(paris_day(at)):
        raise LinkNotPayable
    transition = PROCEDURE.find("open_link", row.state)
    if transition is not None:
        advance(session, subject_of(row), transition, by=CLIENT, at=at, version=version)
    return ready


def lock_link(session: Session, link_id: int) -> PaymentLink:
    """The link of a payment, locked."""
    return get_locked(session, PaymentLink, link_id)


def pay_link(session: Session, row: PaymentLink, order_number: str, *, at: datetime) -> None:
    """The payment became an order. Raises IllegalTransition."""
    transition = PROCEDURE.ensure("pay_link", row.state, THE_PROCESSOR)
    row.order_number = order_number
    advance(session, subject_of(row), transition, by=THE_PROCESSOR, at=at, number=order_number)


def ensure_rates_of_today(session: Session, lines: Iterable[SaleLine], *, at: datetime) -> None:
    """The rate of VAT is that of the day of the payment: a link that was sent before it changed is
    no longer paid. Raises LinkRateChanged.
    """
    former = vat_moves_on(settings_known(session), paris_day(at))
    if any(line.vat_rate in former for line in lines):
        raise LinkRateChanged


def _tell(session: Session, row: PaymentLink, template: str, *, at: datetime) -> None:
    """E-mail the client, unless they were erased."""
    if not row.email:
        return
    assert row.amount is not None and row.last_day is not None
    post(
        session,
        template,
        to=row.email,
        language=row.language,
        at=at,
        name=row.name,
        amount=row.amount.cents,
        last_day=row.last_day.isoformat(),
        token=row.token,
        words=row.words.splitlines(),
    )
