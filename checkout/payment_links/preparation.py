"""A sale for a private person before its link is sent: begun, filled, given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import (
    CheckoutReady,
    CheckoutState,
    checkout_state,
    ensure_draft,
    ready_draft,
    set_guest,
)
from checkout.drafts.granting_rules import (
    ShippingReasonMissing,
    at_including,
    ensure_within,
    less_including,
)
from checkout.drafts.rules import SaleChanged
from checkout.drafts.seal import seal_of
from checkout.payment_links.models import PaymentLink, PaymentLinkLine
from checkout.payment_links.procedure import PROCEDURE
from checkout.payment_links.rules import USUAL_DAYS, LinkGone, ensure_offer
from shop.cart.carts import new_token
from shop.cart.models import Cart
from shop.catalogue.models import Product
from shop.core.actors import CUSTOMER, Actor
from shop.core.alphabet import ensure_printable
from shop.core.money import Money
from shop.core.sales import SaleLine, contents_of
from shop.core.text import paris_day
from shop.settings.settings import settings_known
from shop.settings.table_rules import QUOTES
from shop.storage.db import locking
from shop.storage.transitions import Subject, begin

#: Whoever pays from a link: nobody's account.
CLIENT = Actor("", frozenset({CUSTOMER}))
#: The longest detail of a line.
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Wording:
    """What a sale says in the language of the client: the names of the ways of delivery, and the
    sentence of a discount, from the price before it and its basis points.
    """

    names: Mapping[str, str]
    discount: Callable[[Money, int], str]


@dataclass(frozen=True, slots=True)
class Discount:
    """In basis points, and why."""

    discount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Preparing:
    """A link that is prepared, with the token of its cart."""

    row: PaymentLink
    cart_id: int
    token: str


def subject_of(row: PaymentLink) -> Subject:
    """The link in the journal."""
    return Subject(row, "state", f"payment_link:{row.id}")


def prepare_link(
    session: Session, name: str, email: str, language: str, *, by: Actor, at: datetime
) -> PaymentLink:
    """Begin a sale for a private person. Raises NotAllowed."""
    transition = PROCEDURE.ensure("prepare_link", None, by)
    cart = Cart(token=new_token(), user_id=None, created_at=at, touched_at=at)
    session.add(cart)
    session.flush()
    row = PaymentLink(
        token=new_token(),
        state=PROCEDURE.first("prepare_link"),
        cart_id=cart.id,
        name=name,
        email=email,
        language=language,
        days=USUAL_DAYS,
        begun_at=at,
        by_name=by.name,
    )
    session.add(row)
    session.flush()
    set_guest(ensure_draft(session, cart.id, by=CLIENT, at=at), email)
    begin(session, subject_of(row), transition, by=by, at=at, name=name)
    return row


def get_prepared(session: Session, link_id: int, *, by: Actor, lock: bool = False) -> Preparing:
    """A link that is not sent yet. Raises NotAllowed, LinkGone."""
    PROCEDURE.ensure("send_link", PROCEDURE.first("prepare_link"), by)
    statement = select(PaymentLink).where(PaymentLink.id == link_id)
    row = session.scalar(locking(session, statement) if lock else statement)
    if row is None or not row.is_prepared or row.cart_id is None:
        raise LinkGone
    return Preparing(row, row.cart_id, session.get_one(Cart, row.cart_id).token)


def most_discount(session: Session, *, by: Actor, at: datetime) -> int:
    """The greatest discount that a person may grant, in basis points: that of quotes."""
    limits = settings_known(session).on(QUOTES, paris_day(at))
    return limits["administrators"] if by.has("admin") else limits["discount"]


def set_link_discounts(
    session: Session,
    row: PaymentLink,
    granted: Mapping[str, Discount],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The discounts of lines by their references; 0 takes one off. Raises DiscountTooHigh,
    DiscountReasonMissing.
    """
    most = most_discount(session, by=by, at=at)
    for one in granted.values():
        ensure_within(one.discount, one.reason, most)
    asked = select(Product.sku, Product.id).where(Product.sku.in_(granted))
    ids = dict(session.execute(asked).all())
    session.execute(
        delete(PaymentLinkLine).where(
            PaymentLinkLine.payment_link_id == row.id,
            PaymentLinkLine.product_id.in_(ids.values()),
        )
    )
    session.add_all(
        PaymentLinkLine(
            payment_link_id=row.id, product_id=ids[sku], discount=one.discount, reason=one.reason
        )
        for sku, one in granted.items()
        if sku in ids and one.discount
    )
    session.flush()


def discounts_of(session: Session, row: PaymentLink) -> dict[int, Discount]:
    """What was granted, by product."""
    rows = session.scalars(
        select(PaymentLinkLine)
        .where(PaymentLinkLine.payment_link_id == row.id)
        .order_by(PaymentLinkLine.id)
    )
    return {one.product_id: Discount(one.discount, one.reason) for one in rows}


def set_link_offer(
    row: PaymentLink, *, days: int, words: str, price: Money | None, reason: str
) -> None:
    """How long it may be paid, the words for the client, the delivery price by hand including VAT.
    Raises DaysNotPossible, LinkWordsTooLong, ShippingReasonMissing.
    """
    words = words.strip()
    ensure_offer(days, words)
    if price is not None and not reason:
        raise ShippingReasonMissing
    row.days, row.words = days, words
    row.shipping_price = price
    row.shipping_reason = reason if price is not None else ""


def link_state(
    session: Session, found: Preparing, wording: Wording, *, at: datetime, lock: bool = False
) -> CheckoutState:
    """What is known of the sale, with what is granted."""
    state = checkout_state(session, found.cart_id, names=wording.names, by=CLIENT, at=at, lock=lock)
    granted = discounts_of(session, found.row)
    return replace(state, lines=_granted(state.lines, found.row, granted, wording))


def ready_link(
    session: Session,
    found: Preparing,
    wording: Wording,
    *,
    seal: str | None = None,
    at: datetime,
    lock: bool = False,
) -> CheckoutReady:
    """The complete sale, with what is granted; with `seal`, exactly the one that was read. Raises
    as `ready_draft()`.
    """
    ready = ready_draft(
        session,
        found.cart_id,
        names=wording.names,
        language=found.row.language,
        by=CLIENT,
        at=at,
        lock=lock,
    )
    granted = discounts_of(session, found.row)
    lines = _granted(ready.sale.lines, found.row, granted, wording)
    sale = replace(ready.sale, lines=lines)
    known = seal_of(ready.draft_token, sale)
    if seal not in (None, known):
        raise SaleChanged
    if lock:
        ensure_printable(contents_of(lines), found.row.words)
    return replace(ready, sale=sale, seal=known, link_id=found.row.id)


def drop_link(session: Session, found: Preparing) -> None:
    """Delete what was prepared: the row, its cart and its checkout."""
    session.execute(delete(PaymentLink).where(PaymentLink.id == found.row.id))
    session.execute(delete(Cart).where(Cart.id == found.cart_id))


def _granted(
    lines: tuple[SaleLine, ...],
    row: PaymentLink,
    granted: Mapping[int, Discount],
    wording: Wording,
) -> tuple[SaleLine, ...]:
    return tuple(_line(line, row, granted.get(line.product_id or 0), wording) for line in lines)


def _line(line: SaleLine, row: PaymentLink, granted: Discount | None, wording: Wording) -> SaleLine:
    if line.is_shipping:
        by_hand = row.shipping_price
        return line if by_hand is None else at_including(line, by_hand)
    if granted is None or line.unit_including is None:
        return line
    told = wording.discount(line.unit_including, granted.discount)
    detail = f"{told}. {line.detail}" if line.detail else told
    return replace(less_including(line, granted.discount), detail=detail[:_LONGEST_DETAIL])
