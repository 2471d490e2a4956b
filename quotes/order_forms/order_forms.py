"""Fill in a purchase order from a quote. The worker renders its PDF as that of any document.

It is made of the frozen content of the quote, so that it says the same; what the shop knows of the
order stays what its office records of the original.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.order_forms.rules import Filled, number_of
from quotes.procedure import PROCEDURE
from quotes.quotes.models import Quote
from quotes.quotes.records import ensure_body_verified, ensure_still_valid, subject_of
from shop.core.actors import Actor
from shop.core.text import paris_day
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Paper
from shop.dossiers.papers import ORDER_FORM, issue_paper
from shop.storage.transitions import advance


def prepare_order_form(
    session: Session, quote: Quote, filled: Filled, *, by: Actor, at: datetime
) -> Paper:
    """A purchase order with these answers; the last one again where it has the same.

    Raises NotAllowed, IllegalTransition, QuoteExpired, TooManyOrderForms, and what
    `ensure_body_verified` raises.
    """
    transition = PROCEDURE.ensure("prepare_order_form", quote.stage, by)
    ensure_still_valid(quote, at)
    ensure_body_verified(session, quote)
    made = order_forms_of(session, quote)
    if made and filled_in(session, made[-1]) == filled:
        return made[-1]
    paper = add_order_form(session, quote, filled, made=len(made), at=at)
    advance(session, subject_of(quote), transition, by=by, at=at, reference=filled.reference)
    return paper


def ensure_order_form(session: Session, quote: Quote, *, at: datetime) -> Paper:
    """The last purchase order filled in from a quote; one with what the quote knows where there is
    none, for the page of the person who signs.
    """
    last = last_order_form(session, quote)
    if last is not None:
        return last
    return add_order_form(session, quote, known_of(session, quote), made=0, at=at)


def add_order_form(
    session: Session, quote: Quote, filled: Filled, *, made: int, at: datetime
) -> Paper:
    """The document, from the content of the quote. Raises TooManyOrderForms."""
    content: dict[str, Any] = content_of(session, quote.paper_id)
    return issue_paper(
        session,
        quote.dossier_id,
        ORDER_FORM,
        content
        | {
            "kind": ORDER_FORM,
            "number": number_of(quote.number, made),
            "issued_on": paris_day(at).isoformat(),
            "quoted_on": content["issued_on"],
            "filled": asdict(filled),
        },
        at=at,
    )


def order_forms_of(session: Session, quote: Quote) -> Sequence[Paper]:
    """The purchase orders filled in from a quote, oldest first."""
    return session.scalars(
        select(Paper)
        .where(Paper.dossier_id == quote.dossier_id, Paper.kind == ORDER_FORM)
        .order_by(Paper.id)
    ).all()


def last_order_form(session: Session, quote: Quote) -> Paper | None:
    """The newest of them."""
    return session.scalar(
        select(Paper)
        .where(Paper.dossier_id == quote.dossier_id, Paper.kind == ORDER_FORM)
        .order_by(Paper.id.desc())
        .limit(1)
    )


def filled_in(session: Session, paper: Paper) -> Filled:
    """What the buyer filled in of a purchase order."""
    return Filled(**content_of(session, paper.id)["filled"])


def known_of(session: Session, quote: Quote) -> Filled:
    """What the quote itself knows: the code of the paying service."""
    references = content_of(session, quote.paper_id)["references"]
    return Filled(service_code=references.get("service_code") or "")
