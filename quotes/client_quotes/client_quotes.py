"""The services of a quote that the office draws for a client: begun, filled, issued, given up.

The goods are in a cart without an owner, the addresses and the way of delivery in its checkout:
`ready_draft()` composes the sale for the contact, as when they buy, and `issue_quote()` issues it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import CheckoutReady, CheckoutState, checkout_state, ready_draft
from checkout.drafts.rules import SaleChanged
from checkout.drafts.seal import seal_of
from quotes.client_quotes.adjustments import adjustments_of, ensure_granted
from quotes.client_quotes.limits import limits_at
from quotes.client_quotes.models import ClientQuote
from quotes.client_quotes.rules import (
    LONGEST_WORDS,
    ContactMayNotBuy,
    PreparationOver,
    QuoteLimits,
    WordsTooLong,
    ensure_months,
    last_day_in,
)
from quotes.procedure import PROCEDURE
from quotes.quotes.contents import Drawn
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.cart.carts import new_token
from shop.cart.models import Cart
from shop.core.actors import Actor
from shop.core.alphabet import ensure_printable
from shop.core.rights import BUY, may
from shop.core.sales import contents_of
from shop.core.text import paris_day
from shop.members.buying import lock_organisation
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.organisations.rules import ensure_quote_way
from shop.people.models import User
from shop.settings.validity import quote_months_at
from shop.storage.db import locking
from shop.storage.journal import record


@dataclass(frozen=True, slots=True)
class Prepared:
    """A quote in preparation with the client and the contact, who buys as `buyer`."""

    row: ClientQuote
    organisation: Organisation
    contact: User
    buyer: Actor
    token: str


def buyers_of(session: Session, organisation_id: int) -> list[User]:
    """The members who may buy, by name: one of them is the contact of a quote."""
    rows = session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.is_in,
            Membership.administers | Membership.buys,
            User.active,
        )
        .order_by(User.name_key, User.id)
    )
    return list(rows)


def prepared_for(session: Session, organisation_id: int) -> list[tuple[ClientQuote, str]]:
    """The quotes in preparation for a client, each with the name of its contact."""
    rows = session.execute(
        select(ClientQuote, User.name)
        .join(User, User.id == ClientQuote.user_id)
        .where(ClientQuote.organisation_id == organisation_id)
        .order_by(ClientQuote.id)
    )
    return [(row, name) for row, name in rows]


def begin_client_quote(
    session: Session, organisation: Organisation, user_id: int, *, by: Actor, at: datetime
) -> ClientQuote:
    """Begin a quote for a verified public body and one of its buyers.

    Raises NotAllowed, QuoteWayClosed, OrganisationNotVerified, ContactMayNotBuy.
    """
    PROCEDURE.ensure("issue", None, by)
    ensure_quote_way(organisation.nature, organisation.verification)
    if user_id not in {one.id for one in buyers_of(session, organisation.id)}:
        raise ContactMayNotBuy
    cart = Cart(token=new_token(), user_id=None, created_at=at, touched_at=at)
    session.add(cart)
    session.flush()
    row = ClientQuote(
        cart_id=cart.id,
        organisation_id=organisation.id,
        user_id=user_id,
        opened_at=at,
        by_name=by.name,
        months=min(quote_months_at(session, at), limits_at(session, at).months),
    )
    session.add(row)
    session.flush()
    subject = f"organisation:{organisation.id}"
    record(session, subject, "prepare_quote", by=by, at=at, contact=user_id)
    return row


def get_client_quote(
    session: Session, client_quote_id: int, *, by: Actor, lock: bool = False
) -> Prepared:
    """A quote in preparation. Raises NotAllowed, PreparationOver, ContactMayNotBuy."""
    PROCEDURE.ensure("issue", None, by)
    statement = select(ClientQuote).where(ClientQuote.id == client_quote_id)
    row = session.scalar(locking(session, statement) if lock else statement)
    if row is None:
        raise PreparationOver
    found = session.execute(
        select(User, Membership, Organisation, Cart.token)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Cart, Cart.id == row.cart_id)
        .where(User.id == row.user_id, Organisation.id == row.organisation_id, User.active)
    ).first()
    if found is None:
        raise ContactMayNotBuy
    contact, membership, organisation, token = found
    buyer = member_actor(contact, membership)
    if not may(buyer, BUY):
        raise ContactMayNotBuy
    return Prepared(row, organisation, contact, buyer, token)


def set_offer(prepared: Prepared, *, months: int, words: str, limits: QuoteLimits) -> None:
    """The validity and the words for the client. Raises ValidityTooLong, WordsTooLong."""
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise WordsTooLong(most=LONGEST_WORDS)
    prepared.row.months, prepared.row.words = ensure_months(months, limits), words


def state_of(
    session: Session,
    prepared: Prepared,
    names: Mapping[str, str],
    *,
    at: datetime,
    lock: bool = False,
) -> CheckoutState:
    """What is known of the sale, with what is granted; `names` as in `checkout_state()`."""
    cart_id, by = prepared.row.cart_id, prepared.buyer
    state = checkout_state(session, cart_id, names=names, by=by, at=at, lock=lock)
    granted = adjustments_of(session, prepared.row)
    return replace(state, lines=granted.applied(state.lines))


def ready_client_quote(
    session: Session,
    prepared: Prepared,
    names: Mapping[str, str],
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
        prepared.row.cart_id,
        names=names,
        language=prepared.contact.language,
        by=prepared.buyer,
        at=at,
        lock=lock,
    )
    granted = adjustments_of(session, prepared.row)
    sale = replace(ready.sale, lines=granted.applied(ready.sale.lines))
    found = seal_of(ready.draft_token, sale)
    if seal not in (None, found):
        raise SaleChanged
    if lock:
        ensure_printable(contents_of(sale.lines), prepared.row.words)
    return replace(ready, sale=sale, seal=found)


def drawn_of(session: Session, prepared: Prepared, *, at: datetime) -> Drawn:
    """What the office decides of the quote, if it is issued now."""
    row = prepared.row
    until = last_day_in(row.months, paris_day(at))
    granted = adjustments_of(session, row).to_json()
    return Drawn(prepared.contact.name, until, row.words, granted)


def issue_client_quote(
    session: Session, prepared: Prepared, ready: CheckoutReady, *, by: Actor, at: datetime
) -> Quote:
    """Issue the quote that was prepared, and end its preparation. Raises as `issue_quote()`,
    DiscountTooHigh where whoever issues it may not grant what a colleague did, ValidityTooLong.
    """
    limits = limits_at(session, at)
    ensure_granted(adjustments_of(session, prepared.row), limits, by=by)
    ensure_months(prepared.row.months, limits)
    locked = lock_organisation(session, prepared.organisation.id)
    quote = issue_quote(
        session,
        ready.sale,
        draft_token=ready.draft_token,
        source=drawn_of(session, prepared, at=at),
        locked=locked,
        by=by,
        at=at,
    )
    give_up(session, prepared)
    return quote


def give_up(session: Session, prepared: Prepared) -> None:
    """Delete what was prepared: the row, its cart and its checkout."""
    session.execute(delete(ClientQuote).where(ClientQuote.id == prepared.row.id))
    session.execute(delete(Cart).where(Cart.id == prepared.row.cart_id))
