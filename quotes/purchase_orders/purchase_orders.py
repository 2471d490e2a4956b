"""Purchase orders: a copy reserves the goods, the original makes the order.

The original is recorded in `record_original()`.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.orders import Proof, PurchaseTerms, place_order
from checkout.orders.procedure import Origin
from checkout.orders.progress import promise_of
from checkout.receivables.holds import ensure_not_on_hold
from quotes.procedure import PROCEDURE
from quotes.purchase_orders.first_orders import ensure_documents
from quotes.purchase_orders.mistakes import mistakes_of
from quotes.purchase_orders.models import PurchaseOrder, PurchaseOrderScan
from quotes.purchase_orders.rules import (
    FIELDS,
    BodyNotVerified,
    Conformity,
    Told,
    ensure_no_mistake,
)
from quotes.quotes.models import Quote
from quotes.quotes.quotes import lapse_if_due
from quotes.quotes.records import (
    ensure_still_valid,
    expected_from,
    sale_of_quote,
    send_email,
    set_aside,
    subject_of,
)
from shop.core import series
from shop.core.actors import ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.core.workflow import Transition
from shop.dossiers.models import Dossier, StoredFile
from shop.organisations.models import Organisation
from shop.organisations.rules import is_public_body
from shop.settings import numbering
from shop.storage.db import locking
from shop.storage.journal import record as note
from shop.storage.transitions import advance


def receive_scan(
    session: Session,
    quote: Quote,
    scan: StoredFile,
    told: Told = Told(),
    *,
    by: Actor,
    at: datetime,
) -> None:
    """A copy of the purchase order arrived: the goods are reserved, nothing is sold. What its
    sender says of it is shown to the staff who record the original.

    Two scans for the last item: the first wins, the second is told (OutOfStock).
    """
    transition = PROCEDURE.ensure("receive_scan", quote.stage, by)
    ensure_still_valid(quote, at)
    _verified(session, quote)
    held = quote.holds_stock
    set_aside(session, quote, at=at)
    session.add(
        PurchaseOrderScan(
            quote_id=quote.id,
            file_id=scan.id,
            received_at=at,
            by_name=by.name,
            **asdict(told),
        )
    )
    send_email(session, quote, "scan_received", at=at, reference=told.reference)
    subject = subject_of(quote)
    advance(session, subject, transition, by=by, at=at, reference=told.reference, again=held)


def record_original(
    session: Session,
    quote: Quote,
    conformity: Conformity,
    scan: StoredFile,
    *,
    by: Actor,
    at: datetime,
) -> Order:
    """The shop holds the original: the conformity record is kept and the order placed.

    Raises the mistakes of `mistakes_of`, DocumentsMissing, ClientOnHold, QuoteExpired, OutOfStock.
    """
    transition = PROCEDURE.ensure("record_original", quote.stage, by)
    ensure_still_valid(quote, at)
    return _accept(session, quote, conformity, scan, transition, None, by=by, at=at)


def honour_late(
    session: Session,
    quote: Quote,
    conformity: Conformity,
    scan: StoredFile,
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> Order:
    """An original that came after the last day, accepted by the shop at the quote's prices if the
    stock allows. Raises the refusals of `record_original`."""
    lapse_if_due(session, quote, at=at)
    transition = PROCEDURE.ensure("honour_late", quote.stage, by)
    return _accept(session, quote, conformity, scan, transition, reason, by=by, at=at)


def refuse_purchase_order(
    session: Session, quote: Quote, *, reason: str, by: Actor, at: datetime
) -> None:
    """Refuse a document that does not conform, with a reason that the buyer is sent; the quote
    keeps its state."""
    transition = PROCEDURE.ensure("refuse_purchase_order", quote.stage, by)
    is_open = paris_day(at) <= quote.valid_until
    send_email(session, quote, "purchase_order_refused", at=at, reason=reason, is_open=is_open)
    advance(session, subject_of(quote), transition, by=by, at=at, reason=reason)


def log_signed_quote(session: Session, quote: Quote, *, note: str, by: Actor, at: datetime) -> None:
    """Record that a signed quote came in. It never makes an order: the buyer is told what does."""
    transition = PROCEDURE.ensure("log_signed_quote", quote.stage, by)
    send_email(session, quote, "signed_quote_received", at=at)
    advance(session, subject_of(quote), transition, by=by, at=at, note=note)


def _accept(
    session: Session,
    quote: Quote,
    conformity: Conformity,
    scan: StoredFile,
    transition: Transition,
    late_reason: str | None,
    *,
    by: Actor,
    at: datetime,
) -> Order:
    """The steps that every original takes, in time or late."""
    organisation = _verified(session, quote)
    ensure_not_on_hold(session, organisation.id, at=at)
    ensure_no_mistake(mistakes_of(session, quote, conformity, late_reason=late_reason, at=at))
    ensure_documents(session, organisation, at=at)
    _note_difference(session, quote, conformity, by=by, at=at)
    set_aside(session, quote, at=at)
    record = PurchaseOrder(
        quote_id=quote.id,
        organisation_id=organisation.id,
        file_id=scan.id,
        late_reason=late_reason or "",
        recorded_at=at,
        by_name=by.name,
        **{name: getattr(conformity, name) for name in FIELDS},
    )
    session.add(record)
    session.flush()
    order = _place(session, quote, record, organisation, at=at)
    send_email(session, quote, "order_confirmed", at=at, order=order.number, **promise_of(order))
    quote.original_id = record.id  # last: written together with `stage`
    facts: dict[str, Any] = {"reference": conformity.reference, "order": order.number}
    if late_reason:
        facts["reason"] = late_reason
    advance(session, subject_of(quote), transition, by=by, at=at, **facts)
    return order


def _note_difference(
    session: Session, quote: Quote, conformity: Conformity, *, by: Actor, at: datetime
) -> None:
    """Record that the original is for another amount. Raises NotAllowed for a difference that the
    shop's administrator alone accepts.
    """
    difference = conformity.amount - quote.including
    if not difference:
        return
    if not conformity.accepts(difference) and not by.has(ADMIN):
        raise NotAllowed
    note(
        session,
        f"quote:{quote.id}",
        "accept_difference",
        by=by,
        at=at,
        dossier_id=quote.dossier_id,
        amount=conformity.amount.cents,
        quoted=quote.including.cents,
        reason=conformity.difference_reason,
    )


def _place(
    session: Session,
    quote: Quote,
    record: PurchaseOrder,
    organisation: Organisation,
    *,
    at: datetime,
) -> Order:
    """The order of a quote, on the terms of its original; `record` is the proof."""
    sale = sale_of_quote(session, quote)
    parties = sale.parties.with_service_code(record.service_code)
    return place_order(
        session,
        numbering.take_number(session, series.ORDER, at=at),
        session.get_one(Dossier, quote.dossier_id),
        replace(sale, parties=parties, expected_on=expected_from(quote, paris_day(at))),
        Proof(Origin.QUOTE, str(record.id)),
        PurchaseTerms(
            quote_number=quote.number,
            purchase_order=record.reference,
            purchase_order_date=record.dated_on.isoformat(),
            purchase_order_file_id=record.file_id,
            purchase_order_amount=record.amount,
            engagement=record.engagement or None,
            payment_delay_days=organisation.payment_delay_days,
        ),
        at=at,
    )


def _verified(session: Session, quote: Quote) -> Organisation:
    """The body, locked, if it still is verified: a suspension stops every transition of its quotes,
    and two originals of one body take turns."""
    organisation = session.scalars(
        locking(session, select(Organisation).where(Organisation.id == quote.organisation_id))
    ).one()
    if not is_public_body(organisation.nature, organisation.verification):
        raise BodyNotVerified(organisation=organisation.name)
    return organisation
