"""What the account page shows: the person, his organisation, and how far its verification is."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.accounts.models import Membership
from shop.accounts.sessions import Viewer
from shop.organisations.addresses import AddressChoices, address_choices
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import Nature, Verification


@dataclass(frozen=True, slots=True)
class Account:
    """`standing` is a key of the template's sentences: self, private, joining or a verification."""

    organisation: Organisation | None
    siret: str
    standing: str
    addresses: AddressChoices


def account_of(session: Session, viewer: Viewer) -> Account:
    """The account page of a signed-in person."""
    row = session.execute(
        select(Organisation, Membership.approved_at, Establishment.siret)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .where(Membership.user_id == viewer.user_id)
        .limit(1)
    ).first()
    organisation = row[0] if row else None
    return Account(
        organisation,
        row[2] if row else "",
        _standing(organisation, waiting=row is not None and row[1] is None),
        address_choices(session, viewer),
    )


def _standing(organisation: Organisation | None, *, waiting: bool) -> str:
    if organisation is None:
        return "self"
    if waiting:
        return "joining"
    if organisation.nature is Nature.PRIVATE:
        return "private"
    return Verification(organisation.verification).value.lower()
