"""What a draft of an agreement gives, and to whom: its conditions and its organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.agreements.agreements import ready, subject_of
from shop.agreements.models import AgreementClient, PriceAgreement, PriceCondition
from shop.agreements.rules import (
    MOST_CLIENTS,
    MOST_CONDITIONS,
    Condition,
    ConditionThere,
    TooManyClients,
    TooManyConditions,
    ensure_condition,
    ensure_lower,
)
from shop.catalogue.models import Category, Product
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.organisations.organisations import get_organisation
from shop.storage.transitions import advance


def add_client(
    session: Session, agreement_id: int, organisation_id: int, *, by: Actor, at: datetime
) -> None:
    """The agreement is for this organisation too; adding it twice adds it once. Raises NotAllowed,
    NotFound, IllegalTransition, TooManyClients.
    """
    row, transition = ready(session, agreement_id, "change_agreement", by)
    organisation = get_organisation(session, organisation_id)
    if session.get(AgreementClient, (row.id, organisation.id)) is not None:
        return
    if _count(session, AgreementClient, row) >= MOST_CLIENTS:
        raise TooManyClients(most=MOST_CLIENTS)
    session.add(AgreementClient(agreement_id=row.id, organisation_id=organisation.id))
    facts: dict[str, Any] = {"reference": row.reference, "added": organisation.customer_code}
    advance(session, subject_of(row), transition, by=by, at=at, **facts)


def remove_client(
    session: Session, agreement_id: int, organisation_id: int, *, by: Actor, at: datetime
) -> None:
    """The agreement is not for this organisation. Raises NotAllowed, NotFound,
    IllegalTransition.
    """
    row, transition = ready(session, agreement_id, "change_agreement", by)
    client = session.get(AgreementClient, (row.id, organisation_id))
    if client is None:
        raise NotFound
    session.delete(client)
    code = get_organisation(session, organisation_id).customer_code
    facts: dict[str, Any] = {"reference": row.reference, "removed": code}
    advance(session, subject_of(row), transition, by=by, at=at, **facts)


def add_condition(
    session: Session, agreement_id: int, asked: Condition, *, by: Actor, at: datetime
) -> PriceCondition:
    """Add a condition. Raises NotAllowed, NotFound, IllegalTransition, TooManyConditions,
    ConditionThere, PriceNotLower, and as `ensure_condition()`.
    """
    row, transition = ready(session, agreement_id, "change_agreement", by)
    ensure_condition(asked)
    _ensure_goods(session, asked)
    if _count(session, PriceCondition, row) >= MOST_CONDITIONS:
        raise TooManyConditions(most=MOST_CONDITIONS)
    same = select(PriceCondition.id).where(
        PriceCondition.agreement_id == row.id,
        PriceCondition.category_id.is_not_distinct_from(asked.category_id),
        PriceCondition.product_id.is_not_distinct_from(asked.product_id),
        PriceCondition.from_quantity == asked.from_quantity,
    )
    if session.scalar(same) is not None:
        raise ConditionThere
    condition = PriceCondition(
        agreement_id=row.id,
        category_id=asked.category_id,
        product_id=asked.product_id,
        from_quantity=asked.from_quantity,
        discount=asked.discount,
        price=asked.price,
    )
    session.add(condition)
    session.flush()
    facts: dict[str, Any] = {"reference": row.reference, "condition": _told(condition)}
    advance(session, subject_of(row), transition, by=by, at=at, **facts)
    return condition


def remove_condition(
    session: Session, agreement_id: int, condition_id: int, *, by: Actor, at: datetime
) -> None:
    """Take a condition out of a draft. Raises NotAllowed, NotFound, IllegalTransition."""
    row, transition = ready(session, agreement_id, "change_agreement", by)
    condition = session.get(PriceCondition, condition_id)
    if condition is None or condition.agreement_id != row.id:
        raise NotFound
    facts: dict[str, Any] = {"reference": row.reference, "removed_condition": _told(condition)}
    session.delete(condition)
    advance(session, subject_of(row), transition, by=by, at=at, **facts)


def _ensure_goods(session: Session, asked: Condition) -> None:
    for kind, key in ((Category, asked.category_id), (Product, asked.product_id)):
        if key is not None and session.get(kind, key) is None:
            raise NotFound
    if asked.price is not None:
        product = session.get_one(Product, asked.product_id)
        ensure_lower(asked.price, public=product.unit_price, kept=product.eco_fee)


def _count(session: Session, kind: Any, row: PriceAgreement) -> int:
    statement = select(func.count()).select_from(kind).where(kind.agreement_id == row.id)
    return int(session.scalar(statement) or 0)


def _told(condition: PriceCondition) -> dict[str, int | None]:
    """For the journal; a price in ten-thousandths of a euro."""
    return {
        "category": condition.category_id,
        "product": condition.product_id,
        "from": condition.from_quantity,
        "discount": condition.discount,
        "price": condition.price.tenthousandths if condition.price else None,
    }
