"""Create a link for the person who signs, read by it, record what its holder says, withdraw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quotes.order_forms.order_forms import ensure_order_form
from quotes.procedure import PROCEDURE as QUOTES
from quotes.quotes.models import Quote
from quotes.quotes.records import ensure_body_verified, ensure_still_valid, send_email, subject_of
from quotes.signatories.models import SignatoryLink, SignatoryOpening
from quotes.signatories.procedure import PROCEDURE
from quotes.signatories.rules import LATELY, LinkUnknown, Recipient, ensure_few, ensure_usable
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import paris_day
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import post
from shop.storage.transitions import advance


@dataclass(frozen=True, slots=True)
class Shared:
    """A new link and its token, which is known now only."""

    link: SignatoryLink
    token: str


def share_quote(
    session: Session, quote: Quote, recipient: Recipient, *, by: Actor, at: datetime
) -> Shared:
    """A link to the quote for the person who signs, valid until its last day, with a purchase order
    to print; sent by e-mail when their address is given.

    Raises NotAllowed, IllegalTransition, QuoteExpired, TooManyLinks, and what
    `ensure_body_verified` raises.
    """
    transition = QUOTES.ensure("share_quote", quote.stage, by)
    ensure_still_valid(quote, at)
    ensure_body_verified(session, quote)
    ensure_few(_open_or_new(session, quote, at=at))
    ensure_order_form(session, quote, at=at)
    token = token_urlsafe(32)
    link = SignatoryLink(
        quote_id=quote.id,
        token_digest=_digest(token),
        name=recipient.name,
        email=recipient.email,
        message=recipient.message,
        last_day=quote.valid_until,
        created_at=at,
        user_id=by.user_id,
        by_name=by.name,
    )
    session.add(link)
    session.flush()
    if recipient.email:
        _send(session, quote, link, token, at=at)
    day = quote.valid_until.isoformat()
    advance(
        session, subject_of(quote), transition, by=by, at=at, recipient=recipient.name, last_day=day
    )
    return Shared(link, token)


def link_of_token(session: Session, token: str, *, at: datetime) -> SignatoryLink:
    """The open link of that token. Raises LinkUnknown, LinkOver, LinkWithdrawn."""
    link = session.scalar(select(SignatoryLink).where(SignatoryLink.token_digest == _digest(token)))
    if link is None:
        raise LinkUnknown
    ensure_usable(link.state_at(at), link.last_day)
    return link


def acknowledge_quote(session: Session, token: str, *, by: Actor, at: datetime) -> SignatoryOpening:
    """The holder of the link says that they have read the quote: the buyer is told. Said again on
    the same day, the first one stays. Raises what `link_of_token` raises.
    """
    link = link_of_token(session, token, at=at)
    # The quote first, as every service locks it: one of two presses is recorded.
    quote = session.scalars(locking(session, select(Quote).where(Quote.id == link.quote_id))).one()
    day = paris_day(at)
    known = session.scalar(
        select(SignatoryOpening).where(
            SignatoryOpening.link_id == link.id, SignatoryOpening.day == day
        )
    )
    if known is not None:
        return known
    opening = SignatoryOpening(link_id=link.id, day=day, opened_at=at)
    session.add(opening)
    send_email(session, quote, "quote_acknowledged", at=at, signatory=link.name)
    record(
        session,
        subject_of(quote).name,
        "acknowledge_quote",
        by=replace(by, name=link.name),
        at=at,
        dossier_id=quote.dossier_id,
        link=link.id,
    )
    return opening


def revoke_link(
    session: Session, quote: Quote, link_id: int, *, by: Actor, at: datetime
) -> SignatoryLink:
    """Withdraw a link of a quote: its page opens no more. Raises NotFound, NotAllowed,
    IllegalTransition.
    """
    link = session.scalar(
        select(SignatoryLink).where(SignatoryLink.id == link_id, SignatoryLink.quote_id == quote.id)
    )
    if link is None:
        raise NotFound(number=quote.number)
    PROCEDURE.ensure("revoke_link", link.state_at(at), by)
    link.revoked_at, link.revoked_by = at, by.name
    record(
        session,
        subject_of(quote).name,
        "revoke_link",
        by=by,
        at=at,
        dossier_id=quote.dossier_id,
        recipient=link.name,
    )
    return link


def links_of(session: Session, quote_id: int) -> Sequence[SignatoryLink]:
    """The links of a quote, the newest first."""
    return session.scalars(
        select(SignatoryLink)
        .where(SignatoryLink.quote_id == quote_id)
        .order_by(SignatoryLink.id.desc())
    ).all()


def openings_of(session: Session, quote_id: int) -> Mapping[int, Sequence[datetime]]:
    """When the holders of the links of a quote said that they have read it, by link."""
    rows = session.execute(
        select(SignatoryOpening.link_id, SignatoryOpening.opened_at)
        .join(SignatoryLink, SignatoryLink.id == SignatoryOpening.link_id)
        .where(SignatoryLink.quote_id == quote_id)
        .order_by(SignatoryOpening.id)
    )
    found: dict[int, list[datetime]] = {}
    for link_id, opened_at in rows:
        found.setdefault(link_id, []).append(opened_at)
    return found


def _open_or_new(session: Session, quote: Quote, *, at: datetime) -> int:
    """The links of a valid quote that were not withdrawn, and those of the last day."""
    counted = select(func.count(SignatoryLink.id)).where(
        SignatoryLink.quote_id == quote.id,
        ~SignatoryLink.is_withdrawn | (SignatoryLink.created_at > at - LATELY),
    )
    return session.scalar(counted) or 0


def _send(session: Session, quote: Quote, link: SignatoryLink, token: str, *, at: datetime) -> None:
    post(
        session,
        "signatory_link",
        to=link.email,
        language=quote.language,
        at=at,
        dossier_id=quote.dossier_id,
        number=quote.number,
        body=quote.parties["header"]["name"],
        recipient=link.name,
        by_name=link.by_name,
        including=quote.including.cents,
        valid_until=link.last_day.isoformat(),
        words=link.message.splitlines(),
        token=token,
    )


def _digest(token: str) -> str:
    """How a token is stored: it is long and random, so that a plain digest is enough."""
    return sha256(token.encode()).hexdigest()
