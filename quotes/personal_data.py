"""The personal data in `quotes/`, for the export. The law requires the shop to keep
issued quotes.
"""

from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from quotes.client_quotes.models import ClientQuote
from quotes.quotes.models import Quote
from quotes.signatories.models import SignatoryLink
from shop.cart.models import Cart
from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso


def _quotes(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Quote).where(Quote.user_id == who.user_id).order_by(Quote.id))
    return [
        {
            "number": row.number,
            "issued_at": iso(row.issued_at),
            "valid_until": row.valid_until.isoformat(),
            "stage": row.stage.value,
            "parties": row.parties,
            "accepted_by": row.accepted_by,
            "accepted_at": iso(row.accepted_at),
            "including_vat_cents": row.including.cents,
        }
        for row in rows
    ]


def _in_preparation(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(_prepared_for(who).order_by(ClientQuote.id))
    return [{"opened_at": iso(row.opened_at), "words": row.words} for row in rows]


def _signatory_links(session: Session, who: Subject) -> list[dict[str, Any]]:
    """Of their quotes: whom the links were made for. A person who signs has no account."""
    rows = session.execute(
        select(Quote.number, SignatoryLink)
        .join(Quote, Quote.id == SignatoryLink.quote_id)
        .where(Quote.user_id == who.user_id)
        .order_by(SignatoryLink.id)
    )
    return [
        {
            "quote": number,
            "name": row.name,
            "email": row.email,
            "message": row.message,
            "created_at": iso(row.created_at),
            "by_name": row.by_name,
            "last_day": row.last_day.isoformat(),
            "withdrawn_at": iso(row.revoked_at),
        }
        for number, row in rows
    ]


def _erase_preparations(session: Session, who: Subject) -> None:
    carts = _prepared_for(who).with_only_columns(ClientQuote.cart_id)
    session.execute(delete(Cart).where(Cart.id.in_(carts)))


def _prepared_for(who: Subject) -> Select[ClientQuote]:
    return select(ClientQuote).where(ClientQuote.user_id == who.user_id)


HOLDINGS = (
    Holding("quotes", N_("Your quotes."), _quotes),
    Holding(
        "signatory_links",
        N_("The links that were made of your quotes for the person who signs."),
        _signatory_links,
    ),
    Holding(
        "quotes_in_preparation",
        N_("Quotes that we are preparing for you."),
        _in_preparation,
        _erase_preparations,
    ),
)
