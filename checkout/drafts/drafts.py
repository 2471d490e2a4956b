"""The checkout in progress: the data of the five steps, and the complete sale.

`ready_draft()` checks all five steps again: both ways to pay use its result.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, or_, select, text, update
from sqlalchemy.orm import Session

from checkout.drafts.goods import Goods, goods_of
from checkout.drafts.models import Draft
from checkout.drafts.parties import is_complete, parties_of_now
from checkout.drafts.rules import Progress, SaleChanged, Stop, ensure_reachable
from checkout.drafts.seal import seal_of
from checkout.drafts.shipping import (
    Offer,
    ensure_offered,
    ensure_reaches,
    find_offer,
    offers,
    reaches,
    shipping_line,
)
from shop.cart.models import Cart, CartLine
from shop.core.actors import Actor
from shop.core.alphabet import ensure_printable
from shop.core.errors import N_, DomainError
from shop.core.parties import Parties, parties_from
from shop.core.rights import BUY, may
from shop.core.sales import PICK_UP, Buyer, Sale, SaleLine, contents_of, price_basis, wanted
from shop.members.buying import as_known_now
from shop.organisations.models import Organisation
from shop.register.rules import Nature
from shop.settings.closings import closed_at
from shop.settings.tariffs import Tariff, tariff_at
from shop.storage.db import locking


class MayNotBuy(DomainError):
    sentence = N_(
        "You have read-only access in this organisation. Ask its administrator to make you a buyer."
    )
    status = 403


def ensure_may_buy(by: Actor) -> None:
    """A member of an organisation buys for it with the right to. Raises MayNotBuy."""
    if by.organisation_id is not None and not may(by, BUY):
        raise MayNotBuy


@dataclass(frozen=True, slots=True)
class CheckoutReady:
    """A complete sale that needs only its proof; its lines end with the shipping line.

    `seal` identifies exactly this content: a form with another one was made from an older cart.
    `draft_token` stays the same for one checkout, so that a double press is one sale. `link_id`:
    the payment link that it is paid from.
    """

    draft_token: str
    seal: str
    cart_id: int
    goods: Goods
    offer: Offer
    sale: Sale
    link_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """The data of a step's page; what is not entered yet is empty.

    `lines` are the goods, and the shipping once it is chosen.
    """

    cart_id: int | None
    draft: Draft | None
    goods: Goods
    lines: tuple[SaleLine, ...]
    offers: tuple[Offer, ...]
    offer: Offer | None
    parties: Parties | None
    email: str
    progress: Progress
    tariff: Tariff


_BEGIN = text(
    "INSERT INTO drafts (cart_id, token, email, parties, shipping, title, touched_at)"
    " VALUES (:cart_id, :token, '', '{}', '', '', :at) ON CONFLICT (cart_id) DO NOTHING"
).bindparams(bindparam("at", type_=Draft.touched_at.type))


def find_draft(session: Session, cart_id: int, *, by: Actor, lock: bool = False) -> Draft | None:
    """The cart's checkout, unless it is another person's: a shared computer must not show
    addresses.
    """
    statement = select(Draft).where(Draft.cart_id == cart_id)
    draft = session.scalar(locking(session, statement) if lock else statement)
    if draft is not None and draft.user_id is not None and draft.user_id != by.user_id:
        return None
    return draft


def ensure_draft(session: Session, cart_id: int, *, by: Actor, at: datetime) -> Draft:
    """The cart's checkout, locked; created if there is none, once for a double press.

    It is kept at sign-in.
    """
    draft = find_draft(session, cart_id, by=by, lock=True)
    if draft is None:
        session.execute(
            delete(Draft)
            .where(Draft.cart_id == cart_id, Draft.user_id.is_distinct_from(by.user_id))
            .where(Draft.user_id.is_not(None))
            .execution_options(synchronize_session=False)
        )
        fresh = {"cart_id": cart_id, "token": secrets.token_urlsafe(32), "at": at}
        session.execute(_BEGIN, fresh)
        begun = select(Draft).where(Draft.cart_id == cart_id)
        draft = session.scalars(locking(session, begun)).one()
    draft.user_id = by.user_id
    draft.touched_at = at
    session.flush()
    return draft


def set_guest(draft: Draft, email: str) -> None:
    """Step 2 without an account: the address for e-mails. A contact person who had the former one
    has the new one.
    """
    if draft.parties and draft.email:
        parties = parties_from(draft.parties)
        if parties.contact.email == draft.email:
            own = replace(parties.contact, email=email)
            draft.parties = replace(parties, contact=own).to_json()
    draft.email = email


def set_addresses(draft: Draft, parties: Parties, *, title: str = "") -> None:
    """Step 3. The organisation's name and codes are added when the sale is complete."""
    draft.parties = parties.to_json()
    draft.title = title


def set_pick_up(draft: Draft, *, is_pick_up: bool) -> None:
    """Step 3 says whether the goods are collected; if not any more, step 4 asks again."""
    if is_pick_up:
        draft.shipping = PICK_UP
    elif draft.shipping == PICK_UP:
        draft.shipping = ""


def set_shipping(draft: Draft, key: str, choices: tuple[Offer, ...]) -> None:
    """Step 4. Raises UnknownShipping."""
    draft.shipping = ensure_offered(key, choices).method.key


def checkout_state(
    session: Session,
    cart_id: int | None,
    *,
    names: Mapping[str, str],
    by: Actor,
    at: datetime,
    lock: bool = False,
) -> CheckoutState:
    """The checkout of a cart for that person, in three statements, or four.

    `names` are the names of the ways of delivery in the language of the sale.
    """
    draft = None if cart_id is None else find_draft(session, cart_id, by=by, lock=lock)
    goods = goods_of(session, cart_id, by=by, at=at)
    parties = parties_from(draft.parties) if draft is not None and draft.parties else None
    tariff, there = tariff_at(session, at), parties.delivery if parties else None
    choices = offers(
        weight_g=goods.weight_g,
        bulky=goods.contents.bulky,
        lead_days=goods.lead_days,
        territory=tariff.bound_for(there),
        closed=closed_at(session, at),
        at=at,
    )
    email = by.email or (draft.email if draft is not None else "")
    offer, lines = find_offer(draft.shipping, choices) if draft else None, goods.lines
    if offer is not None:
        lines = (*lines, shipping_line(offer, names[offer.method.key], price_basis(by)))
    progress = Progress(
        has_goods=bool(goods.lines),
        identified=bool(email),
        addressed=parties is not None
        and draft is not None
        and reaches(draft.shipping, parties.delivery, tariff)
        and is_complete(parties, _may_be_public(session, by)),
        shipped=offer is not None,
    )
    read = (cart_id, draft, goods, lines, choices, offer, parties, email, progress)
    return CheckoutState(*read, tariff)


def ready_draft(
    session: Session,
    cart_id: int | None,
    *,
    names: Mapping[str, str],
    language: str,
    by: Actor,
    at: datetime,
    seal: str | None = None,
    lock: bool = False,
) -> CheckoutReady:
    """The sale of the five steps. With `seal`, exactly the one that the buyer saw.

    Raises StepMissing (with the first missing step), PlaceNotServed, MayNotBuy, SaleChanged,
    LettersNotPrinted. `names` as in `checkout_state()`, in the `language` that the buyer reads.
    A service passes `lock=True`, a page does not.
    """
    state = checkout_state(session, cart_id, names=names, by=by, at=at, lock=lock)
    if state.parties is not None and state.draft is not None:
        ensure_reaches(state.draft.shipping, state.parties.delivery, state.tariff)
    ensure_reachable(Stop.PAYMENT, state.progress)
    ensure_may_buy(by)
    assert state.draft and state.parties and state.offer and state.cart_id is not None
    parties = as_known_now(session, parties_of_now(state.parties, by), by.establishment_id)
    buyer = Buyer(state.email, language, by.user_id, by.organisation_id)
    way, title, day = state.offer.method.key, state.draft.title, state.offer.expected_on
    sale = Sale(state.lines, parties, way, buyer, title=title, expected_on=day)
    if lock:
        ensure_printable(parties.to_json(), title, contents_of(sale.lines))
    found = seal_of(state.draft.token, sale)
    if seal not in (None, found):
        raise SaleChanged
    return CheckoutReady(
        draft_token=state.draft.token,
        seal=found,
        cart_id=state.cart_id,
        goods=state.goods,
        offer=state.offer,
        sale=sale,
    )


def lock_draft(session: Session, cart: Select[Any]) -> None:
    """Lock a cart's checkout, if it still exists; `cart` selects the cart's id.

    Every service takes its locks in this order: the draft, the card payment, the stock, the number.
    """
    session.execute(locking(session, select(Draft.id).where(Draft.cart_id.in_(cart))))


def close_draft(
    session: Session, cart_id: int, lines: Sequence[SaleLine], *, user_id: int | None
) -> None:
    """End the checkout after the sale, and remove what was sold from the buyer's cart.

    What another tab added meanwhile stays, also units of the same product. A buyer who has signed
    in elsewhere meanwhile has another cart by now, into which this one was merged.
    """
    sold = wanted(lines)
    if sold:
        # A cart without owner belongs to any guest: only a person has a second one.
        of_buyer = Cart.id == cart_id
        if user_id is not None:
            of_buyer = or_(of_buyer, Cart.user_id == user_id)
        carts = select(Cart.id).where(of_buyer)
        units = case(sold, value=CartLine.product_id)
        bought = CartLine.cart_id.in_(carts), CartLine.product_id.in_(sold)
        ended = (
            delete(CartLine)
            .where(*bought, CartLine.quantity <= units)
            .returning(CartLine.product_id)
            .execution_options(synchronize_session=False)
        )
        if set(session.scalars(ended)) != set(sold):
            session.execute(
                update(CartLine)
                .where(*bought, CartLine.quantity > units)
                .values(quantity=CartLine.quantity - units)
                .execution_options(synchronize_session=False)
            )
    session.execute(
        delete(Draft).where(Draft.cart_id == cart_id).execution_options(synchronize_session=False)
    )


def _may_be_public(session: Session, by: Actor) -> bool:
    """Whether the person buys for what may be a public body: only that has a paying service."""
    if by.organisation_id is None:
        return False
    return session.get_one(Organisation, by.organisation_id).nature is not Nature.PRIVATE
