"""The signed copies of a price agreement: the files that clients signed, as they were received."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shop.agreements.agreements import clients_of, ready, subject_of
from shop.agreements.models import AgreementCopy, PriceAgreement
from shop.agreements.rules import NotItsClient
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import SIGNED_AGREEMENT, get_file, keep_file
from shop.storage.transitions import advance


def attach_copy(
    session: Session,
    agreement_id: int,
    organisation_id: int,
    file: StoredFile,
    *,
    by: Actor,
    at: datetime,
) -> AgreementCopy:
    """Attach what an organisation has signed; an earlier copy stays. Raises NotAllowed, NotFound,
    IllegalTransition, NotItsClient.
    """
    row, transition = ready(session, agreement_id, "attach_copy", by)
    if organisation_id not in clients_of(session, row.id):
        raise NotItsClient
    copy = AgreementCopy(
        agreement_id=row.id,
        organisation_id=organisation_id,
        file_id=file.id,
        attached_at=at,
        by_name=by.name,
    )
    session.add(copy)
    session.flush()
    facts: dict[str, Any] = {"organisation": organisation_id, "sha256": file.sha256}
    advance(session, subject_of(row), transition, by=by, at=at, reference=row.reference, **facts)
    return copy


def keep_copy(
    session: Session, data: bytes, filename: str, media_type: str, *, by: Actor, at: datetime
) -> StoredFile:
    """Store the file of a signed copy."""
    return keep_file(
        session,
        data,
        kind=SIGNED_AGREEMENT,
        filename=filename,
        media_type=media_type,
        by=by,
        at=at,
    )


def copies_of(session: Session, agreement_id: int) -> list[tuple[AgreementCopy, StoredFile]]:
    """The copies of an agreement with their files, the newest first."""
    statement = _copies().where(AgreementCopy.agreement_id == agreement_id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def own_copies(
    session: Session, organisation_id: int | None
) -> list[tuple[AgreementCopy, StoredFile, PriceAgreement]]:
    """What an organisation has signed, the newest first: at most the newest fifty."""
    if organisation_id is None:
        return []
    statement = (
        _copies()
        .add_columns(PriceAgreement)
        .join(PriceAgreement, PriceAgreement.id == AgreementCopy.agreement_id)
        .where(AgreementCopy.organisation_id == organisation_id)
        .limit(50)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def copy_file(session: Session, copy_id: int, *, by: Actor) -> StoredFile:
    """The file of a copy, for the office and for the members of the organisation that signed it.
    Raises NotFound.
    """
    copy = session.get(AgreementCopy, copy_id)
    if copy is None:
        raise NotFound
    if not by.is_staff and copy.organisation_id != by.organisation_id:
        raise NotFound
    return get_file(session, copy.file_id)


def _copies() -> Select[AgreementCopy, StoredFile]:
    return (
        select(AgreementCopy, StoredFile)
        .join(StoredFile, StoredFile.id == AgreementCopy.file_id)
        .order_by(AgreementCopy.id.desc())
    )
