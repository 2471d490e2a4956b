"""The conditions that apply to an organisation on a day: read in one statement."""

from datetime import date

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from shop.agreements.models import AgreementClient, PriceAgreement, PriceCondition
from shop.agreements.rules import NO_CONDITIONS, Condition

_DAY = bindparam("day", type_=PriceAgreement.starts_on.type)
_IN_FORCE = (
    select(
        PriceAgreement.reference,
        PriceCondition.discount,
        PriceCondition.price,
        PriceCondition.category_id,
        PriceCondition.product_id,
        PriceCondition.from_quantity,
    )
    .join(PriceAgreement, PriceAgreement.id == PriceCondition.agreement_id)
    .join(AgreementClient, AgreementClient.agreement_id == PriceAgreement.id)
    .where(
        AgreementClient.organisation_id == bindparam("organisation_id"),
        PriceAgreement.is_signed,
        PriceAgreement.starts_on <= _DAY,
        PriceAgreement.ends_on >= _DAY,
    )
    .order_by(PriceAgreement.id, PriceCondition.id)
)


def conditions_in_force(
    reader: Connection | Session, organisation_id: int | None, day: date
) -> tuple[Condition, ...]:
    """The conditions of the signed agreements of an organisation on a Paris day, in the order of
    the agreements; none for a person without an organisation, who is not asked about.
    """
    if organisation_id is None:
        return NO_CONDITIONS
    asked = {"organisation_id": organisation_id, "day": day}
    return tuple(Condition(*row) for row in reader.execute(_IN_FORCE, asked))
