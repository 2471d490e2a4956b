"""Reads the facts behind signals of fraud, for the office; they never block."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from shop.members.domain_rules import domain_of, is_free_mail, is_shared
from shop.members.models import Membership, ProvenDomain
from shop.organisations.models import Address, Establishment, Organisation
from shop.people.models import User
from shop.register.models import PublicBody
from shop.signin.attempts import registrations_around
from shop.storage.journal import JournalEntry
from shop.verification.models import VerificationDecision
from shop.verification.signal_rules import (
    KnownDomain,
    Signal,
    attempt_signals,
    departement,
    domain_signals,
    far_deliveries,
)

#: The age of free and shared domains is not a signal.
LONG_KNOWN = datetime.min.replace(tzinfo=UTC)


def signals_on(
    session: Session,
    organisation: Organisation,
    *,
    deliveries: Iterable[str] | None = None,
    at: datetime,
) -> list[Signal]:
    """The signals about a body. `deliveries`: postal codes (None: those of its address book)."""
    if deliveries is None:
        deliveries = _delivery_codes(session, organisation.id)
    members = session.execute(
        select(User.email, User.created_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.id)
    ).all()
    own, known = _proven(session, organisation.id)
    addresses = [email for email, _since in members]
    return [
        *far_deliveries(_departements(session, organisation), deliveries),
        *domain_signals(_first_seen(session, addresses), own=own, known=known, at=at),
        *_attempts(session, organisation.id, addresses),
    ]


def _departements(session: Session, organisation: Organisation) -> set[str]:
    """The départements of the body by the register and by its letterheads."""
    headers = session.scalars(
        select(Establishment.header).where(Establishment.organisation_id == organisation.id)
    )
    places = {departement(str(header.get("postal_code") or "")) for header in headers}
    listed = session.execute(
        select(PublicBody.departement, PublicBody.postal_code).where(
            PublicBody.siren == organisation.siren
        )
    ).first()
    if listed:
        places |= {listed.departement, departement(listed.postal_code)}
    return places


def _delivery_codes(session: Session, organisation_id: int) -> list[str]:
    contents = session.scalars(
        select(Address.content).where(
            Address.organisation_id == organisation_id, Address.kind == "delivery"
        )
    )
    return [str(content.get("postal_code") or "") for content in contents]


def _proven(session: Session, organisation_id: int) -> tuple[list[str], list[KnownDomain]]:
    """The domains proven for this body, and all that are proven: an imitation of its own is a
    request to join it.
    """
    own: list[str] = []
    known: list[KnownDomain] = []
    rows = session.execute(
        select(ProvenDomain.organisation_id, ProvenDomain.domain, Organisation.name)
        .join(Organisation, Organisation.id == ProvenDomain.organisation_id)
        .order_by(ProvenDomain.domain)
    )
    for owner, domain, name in rows:
        if owner == organisation_id:
            own.append(domain)
        known.append(KnownDomain(domain, name))
    return own, known


def _first_seen(session: Session, addresses: Iterable[str]) -> dict[str, datetime]:
    """The domains of these addresses, each with the moment when the shop first saw it: the first
    account there. Free and shared ones count as old.
    """
    domains = {domain_of(email): email.rpartition("@")[2] for email in addresses if email}
    own = {
        domain: written
        for domain, written in domains.items()
        if domain and not is_free_mail(domain) and not is_shared(domain)
    }
    seen = {domain: LONG_KNOWN for domain in domains if domain and domain not in own}
    if own:
        rows = session.execute(
            select(User.email, User.created_at).where(or_(*map(_at_domain, own.values())))
        )
        for email, since in rows:
            domain = domain_of(email)
            seen[domain] = min(seen.get(domain, since), since)
    return seen


def _at_domain(domain: str) -> ColumnElement[bool]:
    return User.email.endswith(f"@{domain}", autoescape=True)


def _attempts(session: Session, organisation_id: int, addresses: list[str]) -> list[Signal]:
    """The attempts of the latest member: a person who registers many accounts comes again and
    again.
    """
    refused = session.scalar(
        select(func.count(VerificationDecision.id)).where(
            VerificationDecision.organisation_id == organisation_id,
            VerificationDecision.act == "refuse",
        )
    )
    turned_away = session.scalars(
        select(JournalEntry.facts).where(
            JournalEntry.subject == f"organisation:{organisation_id}",
            JournalEntry.act == "remove_member",
        )
    )
    near = registrations_around(session, addresses[-1]) if addresses else None
    return attempt_signals(
        registrations=near.registrations if near else 0,
        sirets=near.sirets if near else 0,
        refusals=(refused or 0) + sum(facts.get("was_in") is False for facts in turned_away),
    )
