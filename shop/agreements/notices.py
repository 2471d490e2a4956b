"""The e-mail about an agreement that is in force."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.agreements.models import PriceAgreement
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.people.emails import post_to
from shop.people.models import User


def tell_administrators(
    session: Session, row: PriceAgreement, clients: Sequence[int], *, at: datetime
) -> None:
    """Tell the administrators of the organisations from when to when the prices apply."""
    statement = (
        select(User, Organisation.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id.in_(clients),
            Membership.administers,
            Membership.is_in,
            User.active,
        )
        .order_by(Membership.id)
    )
    for person, organisation in session.execute(statement).all():
        post_to(
            session,
            person,
            "price_agreement",
            at=at,
            organisation=organisation,
            reference=row.reference,
            title=row.title,
            starts_on=row.starts_on.isoformat(),
            ends_on=row.ends_on.isoformat(),
        )
