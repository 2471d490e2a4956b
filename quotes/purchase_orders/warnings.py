"""Signals to look at before an original is recorded; they never block, a person decides."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from quotes.purchase_orders.references import previous_use, use_elsewhere
from quotes.quotes.models import Quote, QuoteLine
from shop.core.money import Money, Rate
from shop.core.parties import parties_from
from shop.core.text import paris_day
from shop.organisations.models import Organisation
from shop.settings.settings import settings_known
from shop.settings.vat import changes_after
from shop.verification.signal_rules import (
    RATE_CHANGED,
    REFERENCE_AGAIN,
    REFERENCE_ELSEWHERE,
    Signal,
    first_large,
)
from shop.verification.signals import signals_on


def warnings_on(
    session: Session,
    quote: Quote,
    organisation: Organisation,
    *,
    reference: str,
    alert: Money,
    at: datetime,
) -> list[Signal]:
    """The signals about a body and its quote. `reference` as on the document or its copy, or empty;
    `alert`: a first order above it, excluding VAT, is a signal.
    """
    delivery = parties_from(quote.parties).delivery
    ordered = session.scalar(
        select(Order.id).where(Order.organisation_id == organisation.id).limit(1)
    )
    return [
        *first_large(quote.excluding, ordered_before=ordered is not None, alert=alert),
        *_changed_rates(session, quote, at),
        *_same_reference(session, organisation.id, reference.strip()),
        *signals_on(session, organisation, deliveries=[delivery.postal_code], at=at),
    ]


def _changed_rates(session: Session, quote: Quote, at: datetime) -> list[Signal]:
    """The rates of its lines that changed since it was drawn."""
    today = paris_day(at)
    known = changes_after(settings_known(session), paris_day(quote.issued_at))
    changes = [change for change in known if change.since <= today]
    if not changes:
        return []
    rates = set(session.scalars(select(QuoteLine.vat_rate).where(QuoteLine.quote_id == quote.id)))
    return [
        Signal(
            RATE_CHANGED,
            {"before": Rate(one.before), "after": Rate(one.after), "day": one.since},
        )
        for one in changes
        if one.before in rates
    ]


def _same_reference(session: Session, organisation_id: int, reference: str) -> list[Signal]:
    """Where this purchase-order number was used before: by this body, by another one."""
    if not reference:
        return []
    signals = []
    number = previous_use(session, organisation_id, reference)
    if number is not None:
        signals.append(Signal(REFERENCE_AGAIN, {"reference": reference, "number": number}))
    return [*signals, *used_elsewhere(session, organisation_id, reference)]


def used_elsewhere(session: Session, organisation_id: int | None, reference: str) -> list[Signal]:
    """The information that another body's purchase order bore this number; nothing if none did."""
    other = use_elsewhere(session, organisation_id, reference) if organisation_id else None
    if other is None:
        return []
    facts = {"reference": reference, "body": other[0], "number": other[1]}
    return [Signal(REFERENCE_ELSEWHERE, facts, informs=True)]
