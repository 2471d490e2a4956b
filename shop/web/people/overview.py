"""The content of the account page: the person, their organisation, and the state of its
verification.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.clients.account_managers import account_manager_of
from shop.core.parties import Contact
from shop.members.models import Membership
from shop.members.team import Joining, joining_of
from shop.organisations.addresses import AddressChoices, address_choices
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import Verification
from shop.register.rules import Nature
from shop.verification.evidence_letters import last_letter, may_send_letter
from shop.verification.models import EvidenceFile
from shop.verification.verification import open_transitions
from shop.web.kit.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Account:
    """`situation` is a key of the template's sentences: self, staff, private, joining, or a
    verification.

    `letter`: the last one that the person sent to show that they buy for the organisation.
    """

    organisation: Organisation | None
    siret: str
    situation: str
    addresses: AddressChoices
    letter: EvidenceFile | None
    may_send_letter: bool
    may_ask_change: bool
    joining: Joining | None
    manager: Contact | None


def account_of(session: Session, viewer: Viewer) -> Account:
    """The account page of a signed-in person."""
    row = session.execute(
        select(Organisation, Membership.is_in, Establishment.siret)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .where(Membership.user_id == viewer.user_id)
        .limit(1)
    ).first()
    organisation = row[0] if row else None
    waits = row is not None and not row[1]
    by = viewer.actor
    acts = (
        {transition.name for transition in open_transitions(organisation, by)}
        if organisation
        else set()
    )
    private = organisation is not None and organisation.nature is Nature.PRIVATE
    may_send = organisation is not None and may_send_letter(organisation, waits=waits, by=by)
    return Account(
        organisation,
        row[2] if row else "",
        _situation(organisation, waiting=waits, staff=viewer.is_staff),
        address_choices(session, viewer),
        last_letter(session, organisation.id, viewer.user_id) if organisation else None,
        may_send and not private,
        "ask_change" in acts and not waits and not private,
        joining_of(session, viewer.user_id),
        None if organisation is None or waits else account_manager_of(session, organisation),
    )


def _situation(organisation: Organisation | None, *, waiting: bool, staff: bool) -> str:
    if organisation is None:
        return "staff" if staff else "self"
    if waiting:
        return "joining"
    if organisation.nature is Nature.PRIVATE:
        return "private"
    return Verification(organisation.verification).value.lower()
