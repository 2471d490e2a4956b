"""The establishments of an organisation: an administrator adds those that buy."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed
from shop.core.parties import Place
from shop.core.rights import ADMINISTER, ensure_may
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import ensure_establishment
from shop.organisations.register_checks import keep_check
from shop.register.answers import RegisterAnswer, ensure_open
from shop.register.siret import read_siret, siren_of
from shop.storage.journal import record


class AnotherSiren(DomainError):
    sentence = N_(
        "This SIRET belongs to another legal unit: the SIRETs of your organisation begin with "
        "%(siren)s."
    )
    status = 422


class EstablishmentKnown(DomainError):
    sentence = N_("This establishment is already in the list, under the name %(name)s.")
    status = 422


def add_establishment(
    session: Session,
    organisation: Organisation,
    *,
    siret: str,
    header: Place,
    answer: RegisterAnswer | None = None,
    by: Actor,
    at: datetime,
) -> Establishment:
    """Add a place where the organisation works, of the same legal unit; `header` is its name and
    the letterhead address of its quotes. `answer` is what the register said of it, asked before the
    transaction.

    The caller holds the organisation. Raises NotAllowed, SiretMistake (UnitClosed and
    EstablishmentClosed too), AnotherSiren, EstablishmentKnown, AddedMeanwhile.
    """
    ensure_may(by, ADMINISTER)
    if by.organisation_id != organisation.id:
        raise NotAllowed(act="add_establishment")
    siret = read_siret(siret)
    _ensure_new(session, organisation, siret)
    if answer is not None:
        ensure_open(answer)
        keep_check(session, organisation, siret, answer, at=at)
    establishment = ensure_establishment(
        session, organisation, siret, name=header.name, header=asdict(header), at=at
    )
    record(
        session,
        f"organisation:{organisation.id}",
        "add_establishment",
        by=by,
        at=at,
        siret=siret,
        name=establishment.name,
    )
    return establishment


def _ensure_new(session: Session, organisation: Organisation, siret: str) -> None:
    """Of the organisation's legal unit, and not known yet. Raises AnotherSiren,
    EstablishmentKnown."""
    if siren_of(siret) != organisation.siren:
        raise AnotherSiren(siren=organisation.siren)
    known = session.scalar(select(Establishment).where(Establishment.siret == siret))
    if known is not None:
        raise EstablishmentKnown(name=known.name)
