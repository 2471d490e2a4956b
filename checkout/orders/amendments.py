"""Amendments: what was agreed in an order changes, with its reason, until the first invoice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.orders.models import Order, OrderAmendment, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.orders.progress import subject_of
from checkout.orders.rules import (
    Changes,
    Terms,
    amended,
    differences,
    ensure_not_invoiced,
    ensure_reason,
)
from shop.core.actors import Actor
from shop.core.parties import parties_from
from shop.core.sales import line_of, sale_totals
from shop.core.workflow import Transition
from shop.organisations.models import Organisation
from shop.organisations.rules import ensure_delay
from shop.register.legal import USUAL_DELAY
from shop.register.legal_categories import decide
from shop.storage.transitions import advance


def amend_order(
    session: Session, order: Order, *, changes: Changes, reason: str, by: Actor, at: datetime
) -> OrderAmendment:
    """Change what the documents to come of an order are composed from; its state stays.

    The database takes such a change with its amendment only, and none once an invoice exists.
    Raises NotAllowed, IllegalTransition, OrderInvoiced, DelayTooLong, and the refusals of
    `amended()` and `ensure_reason()`.
    """
    transition = PROCEDURE.ensure("amend", order.stage, by)
    told = ensure_reason(reason)
    return _amend(session, order, transition, changes, told, by=by, at=at)


def preview_amendment(
    session: Session, order: Order, *, changes: Changes, reason: str, by: Actor
) -> Terms:
    """The terms after an amendment that is not recorded. Raises as `amend_order()`."""
    PROCEDURE.ensure("amend", order.stage, by)
    ensure_reason(reason)
    _before, after = _considered(session, order, lines_of(session, order.id), changes)
    return after


def may_amend(order: Order, by: Actor, *, invoiced: bool) -> bool:
    """Whether this person may amend the order: before the first invoice."""
    names = {one.name for one in PROCEDURE.open_transitions(order.stage, by)}
    return "amend" in names and not invoiced


def tell_references(
    session: Session, order: Order, *, engagement: str, service_code: str, by: Actor, at: datetime
) -> OrderAmendment:
    """The buyer, or the office for them, gives the numbers by which the payer pays: they are on the
    invoices to come. A service code without a paying service is not kept.

    Raises NotAllowed, IllegalTransition, OrderInvoiced, CommitmentNumberNeeded, NothingAmended.
    """
    transition = PROCEDURE.ensure("tell_references", order.stage, by)
    changes = Changes(parties=parties_from(order.parties).with_service_code(service_code))
    if engagement or order.engagement:
        changes["engagement"] = engagement
    return _amend(session, order, transition, changes, "", by=by, at=at)


def may_tell_references(order: Order, by: Actor, *, invoiced: bool) -> bool:
    """Whether this person may still give the payer's numbers: before the first invoice."""
    names = {one.name for one in PROCEDURE.open_transitions(order.stage, by)}
    return "tell_references" in names and not invoiced


def _amend(
    session: Session,
    order: Order,
    transition: Transition,
    changes: Changes,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> OrderAmendment:
    """Write an amendment, what it changes, and the journal."""
    lines = lines_of(session, order.id)
    before, after = _considered(session, order, lines, changes)
    old, new = differences(before, after)
    amendment = OrderAmendment(
        order_id=order.id,
        at=at,
        user_id=by.user_id,
        by_name=by.name,
        reason=reason,
        before=old,
        after=new,
    )
    session.add(amendment)
    session.flush()
    _write(session, order, lines, after, amendment)
    facts: dict[str, Any] = {"amendment": amendment.id, "changed": sorted(new)}
    if reason:
        facts["reason"] = reason
    advance(session, subject_of(order), transition, by=by, at=at, **facts)
    return amendment


def _considered(
    session: Session, order: Order, lines: Sequence[OrderLine], changes: Changes
) -> tuple[Terms, Terms]:
    """The terms as they stand, and after the changes. Raises the refusals of `amend_order()`."""
    ensure_not_invoiced(sum(line.invoiced for line in lines))
    before = terms_of(order, lines)
    after = amended(before, changes, origin=order.origin)
    _ensure_delay(session, order, before, after)
    return before, after


def terms_of(order: Order, lines: Sequence[OrderLine]) -> Terms:
    """The terms of an order as they stand."""
    return Terms(
        parties=parties_from(order.parties),
        shipping=order.shipping,
        purchase_order=order.purchase_order,
        purchase_order_date=order.purchase_order_date,
        engagement=order.engagement,
        payment_delay_days=order.payment_delay_days,
        unit_prices={line.position: line.unit_price for line in lines},
        eco_fees={line.position: line.eco_fee for line in lines},
    )


def _ensure_delay(session: Session, order: Order, before: Terms, after: Terms) -> None:
    """A new payment delay is at most the one of the buyer's legal category. Raises
    DelayTooLong."""
    if after.payment_delay_days == before.payment_delay_days:
        return
    most = USUAL_DELAY
    if order.organisation_id is not None:
        organisation = session.get_one(Organisation, order.organisation_id)
        most = decide(organisation.legal_category).payment_delay_days
    ensure_delay(after.payment_delay_days, most=most)


def _write(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    after: Terms,
    amendment: OrderAmendment,
) -> None:
    """Write the order first: its lines may bear the amendment that their order bears."""
    repriced = [line for line in lines if after.unit_prices[line.position] != line.unit_price]
    sold = [
        replace(line_of(line), unit_price=after.unit_prices[line.position])
        if line in repriced
        else line_of(line)
        for line in lines
    ]
    totals = sale_totals(sold)
    order.amendment_id = amendment.id
    for field in amendment.after.keys() - {"unit_prices"}:
        setattr(order, field, amendment.after[field])
    order.excluding, order.vat_total = totals.excluding, totals.vat_total
    order.including = totals.including
    session.flush()
    for line in repriced:
        line.amendment_id = amendment.id
        line.unit_price = after.unit_prices[line.position]
        # The price agreed instead is none of the list, nor of a price agreement.
        line.list_price, line.discount, line.agreement = None, 0, ""
        line.amount = line.unit_price.times(line.quantity)
    session.flush()
