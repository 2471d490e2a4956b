"""The e-mail domains that the shop has seen to be a body's own.

A person with a confirmed address at one of them may be let in by the body's own administrator;
the office decides on anybody else.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError
from shop.members.domain_rules import domain_of, ensure_own, folded_domain
from shop.members.models import Membership, ProvenDomain
from shop.members.procedure import DOMAINS
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.journal import record


class NobodyThere(DomainError):
    """No member has answered an e-mail at this domain: nothing ties it to the body."""

    sentence = N_("No member of this organisation has a confirmed address at %(domain)s.")
    status = 422


class NoSource(DomainError):
    sentence = N_(
        "Say where you found this domain: the organisation's website, an official directory…"
    )
    status = 422


def is_proven(session: Session, organisation_id: int, email: str) -> bool:
    """Whether this address stands at a domain proven for that body.

    An account whose address nobody has confirmed yet does not count; an address without an account
    does, because the invitation sent to it confirms it.
    """
    if _find(session, organisation_id, domain_of(email)) is None:
        return False
    account = session.execute(
        select(User.is_confirmed).where(User.email == email.strip().casefold())
    ).first()
    return account is None or account.is_confirmed


def prove_domain(
    session: Session,
    organisation: Organisation,
    domain: str,
    *,
    source: str,
    by: Actor,
    at: datetime,
) -> ProvenDomain:
    """The office has seen that this domain is the body's; `source` says where it found that.

    Raises NotAllowed, IllegalTransition, NotAnOwnDomain, NoSource, NobodyThere.
    """
    transition = DOMAINS.ensure("prove_domain", organisation.verification, by)
    domain = folded_domain(domain)
    _ensure_provable(session, organisation, domain, source)
    known = _find(session, organisation.id, domain)
    if known is not None:
        return known
    proven = ProvenDomain(
        organisation_id=organisation.id,
        domain=domain,
        proven_at=at,
        by_name=by.name,
        source=source.strip()[:300],
    )
    session.add(proven)
    record(
        session,
        f"organisation:{organisation.id}",
        transition.name,
        by=by,
        at=at,
        domain=domain,
        found=proven.source,
    )
    return proven


def withdraw_domain(
    session: Session, organisation: Organisation, domain: str, *, by: Actor, at: datetime
) -> None:
    """This domain no longer proves anything for the body; current members stay.

    Raises NotAllowed, IllegalTransition.
    """
    transition = DOMAINS.ensure("withdraw_domain", organisation.verification, by)
    proven = _find(session, organisation.id, folded_domain(domain))
    if proven is None:
        return
    session.delete(proven)
    record(
        session,
        f"organisation:{organisation.id}",
        transition.name,
        by=by,
        at=at,
        domain=proven.domain,
    )


def proven_domains(session: Session, organisation_id: int) -> list[ProvenDomain]:
    """The domains proven for a body, in the order in which they came."""
    return list(
        session.scalars(
            select(ProvenDomain)
            .where(ProvenDomain.organisation_id == organisation_id)
            .order_by(ProvenDomain.id)
        )
    )


def confirmed_domains(session: Session, organisation_id: int) -> frozenset[str]:
    """The domains of its members' confirmed addresses; of those who ask to join, too."""
    addresses = session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            User.is_confirmed,
            User.active,
        )
    )
    return frozenset(map(domain_of, addresses))


def _ensure_provable(
    session: Session, organisation: Organisation, domain: str, source: str
) -> None:
    """Raises NotAnOwnDomain, NoSource, NobodyThere."""
    ensure_own(domain)
    if not source.strip():
        raise NoSource
    if domain not in confirmed_domains(session, organisation.id):
        raise NobodyThere(domain=domain)


def _find(session: Session, organisation_id: int, domain: str) -> ProvenDomain | None:
    return session.scalar(
        select(ProvenDomain).where(
            ProvenDomain.organisation_id == organisation_id, ProvenDomain.domain == domain
        )
    )
