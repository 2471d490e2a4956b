"""The personal data in `quotes/`, for the export. The law requires the shop to keep
issued quotes.
"""

from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from quotes.client_quotes.models import ClientQuote
from quotes.quotes.models import Quote
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


def _erase_preparations(session: Session, who: Subject) -> None:
    carts = _prepared_for(who).with_only_columns(ClientQuote.cart_id)
    session.execute(delete(Cart).where(Cart.id.in_(carts)))


def _prepared_for(who: Subject) -> Select[ClientQuote]:
    return select(ClientQuote).where(ClientQuote.user_id == who.user_id)


HOLDINGS = (
    Holding("quotes", N_("Your quotes."), _quotes),
    Holding(
        "quotes_in_preparation",
        N_("Quotes that we are preparing for you."),
        _in_preparation,
        _erase_preparations,
    ),
)
