"""Organisations: their establishments, and the terms agreed with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed, NotFound
from shop.core.rights import ADMINISTER, KEEP_ADDRESSES, ensure_may, may
from shop.organisations.models import Establishment, Organisation
from shop.register.embedded import find_body
from shop.storage.db import locking
from shop.storage.journal import record


class AlreadyMember(DomainError):
    sentence = N_("You already belong to an organisation: one account buys for one organisation.")


class AddedMeanwhile(Changed):
    sentence = N_(
        "Somebody has registered this organisation or establishment at the same time: send the "
        "form again."
    )


class SiretElsewhere(DomainError):
    sentence = N_(
        "This SIRET belongs to another organisation that is registered here: please call us."
    )


class Foreign(NotFound):
    """It belongs to another organisation: answered as if it did not exist, and written to the
    journal.
    """

    suspicious = True


def add_once(session: Session, row: Organisation | Establishment) -> None:
    """Raises AddedMeanwhile when a colleague registers the same one at the same time."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AddedMeanwhile from error


def ensure_establishment(
    session: Session,
    organisation: Organisation,
    siret: str,
    *,
    name: str = "",
    header: dict[str, Any] | None = None,
    named_by_id: int | None = None,
    at: datetime,
) -> Establishment:
    """The establishment of that SIRET, added to its organisation if it does not exist yet.

    `header` has the keys of parties.Place; `named_by_id` as in models.Establishment. Raises
    AddedMeanwhile, SiretElsewhere.
    """
    known = session.scalar(select(Establishment).where(Establishment.siret == siret))
    if known is not None:
        if known.organisation_id != organisation.id:
            raise SiretElsewhere
        return known
    body = find_body(session, organisation.siren)
    called = name.strip() or organisation.name
    place = {"name": called, "line1": "", "postal_code": body.postal_code if body else ""}
    establishment = Establishment(
        organisation_id=organisation.id,
        siret=siret,
        name=called,
        header=place | {"city": ""} | (header or {}),
        named_by_id=named_by_id,
        created_at=at,
    )
    add_once(session, establishment)
    return establishment


def change_header(
    session: Session,
    establishment: Establishment,
    header: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Change the letterhead address of future quotes; issued documents are not changed.

    The name stays: changing it re-opens the verification. Raises NotAllowed.
    """
    ensure_may(by, KEEP_ADDRESSES)
    own = may(by, ADMINISTER) or not by.confined or by.establishment_id == establishment.id
    if by.organisation_id != establishment.organisation_id or not own:
        raise NotAllowed(act="change_header")
    establishment.header = header | {"name": establishment.name}
    record(
        session,
        f"organisation:{establishment.organisation_id}",
        "change_header",
        by=by,
        at=at,
        siret=establishment.siret,
    )


def find_organisation(session: Session, siren: str) -> Organisation | None:
    """The organisation of a SIREN, or None."""
    return session.scalar(select(Organisation).where(Organisation.siren == siren))


def establishments_of(session: Session, organisation_id: int) -> list[Establishment]:
    """Its establishments, in the order in which they were added."""
    return list(
        session.scalars(
            select(Establishment)
            .where(Establishment.organisation_id == organisation_id)
            .order_by(Establishment.id)
        )
    )


def get_establishment(
    session: Session, establishment_id: int, organisation_id: int
) -> Establishment:
    """An establishment of that organisation. Raises NotFound, Foreign."""
    establishment = session.get(Establishment, establishment_id)
    if establishment is None:
        raise NotFound
    if establishment.organisation_id != organisation_id:
        raise Foreign
    return establishment


def get_organisation(session: Session, organisation_id: int, *, lock: bool = False) -> Organisation:
    """An organisation by its id; `lock` it before changing it. Raises NotFound."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    organisation = session.scalar(locking(session, query) if lock else query)
    if organisation is None:
        raise NotFound
    return organisation
