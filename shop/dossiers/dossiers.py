"""Dossiers: opened with the first document of a sale, read by its buyer and by the shop only."""

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.folding import fold_name
from shop.core.sales import Sale
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.storage.journal import JournalEntry


def open_dossier(
    session: Session, number: str, sale: Sale, *, at: datetime, guest_key: str | None = None
) -> Dossier:
    """A new dossier, with the number of the document that opens it."""
    dossier = Dossier(
        number=number,
        title=sale.title,
        parties_key=_parties_key(sale),
        opened_at=at,
        organisation_id=sale.buyer.organisation_id,
        establishment_id=sale.parties.establishment_id,
        user_id=sale.buyer.user_id,
        email=sale.buyer.email,
        language=sale.buyer.language,
        guest_key=guest_key,
    )
    session.add(dossier)
    session.flush()
    return dossier


def _parties_key(sale: Sale) -> str:
    """The names by which the office finds it: the buyer, the place, the contact, the title."""
    header, delivery = sale.parties.header, sale.parties.delivery
    names = (header.name, header.unit, delivery.name, sale.parties.contact.name, sale.title)
    return " ".join(filter(None, dict.fromkeys(map(fold_name, names))))[:400]


def may_read(dossier: Dossier, by: Actor, guest_key: str | None = None) -> bool:
    """Whether the actor may read it: the staff, the members of the organisation that buys (some of
    them of one establishment only), else the person who bought, or a guest with the key of the
    order. A person who leaves an organisation can no longer read its documents, their own included.
    """
    if by.is_staff:
        return True
    if dossier.organisation_id is not None:
        own = not by.confined or by.establishment_id == dossier.establishment_id
        return by.organisation_id == dossier.organisation_id and own
    if by.user_id is not None and by.user_id == dossier.user_id:
        return True
    if not guest_key or not dossier.guest_key:
        return False
    return compare_digest(guest_key.encode(), dossier.guest_key.encode())


def key_for_links(dossier: Dossier) -> str:
    """The key for links in e-mails; "" for an organisation, whose members sign in."""
    return "" if dossier.organisation_id is not None else dossier.guest_key or ""


def readable_by(by: Actor) -> ColumnElement[bool]:
    """The dossiers of the actor's lists: those of their organisation that they may read, and those
    they bought before or without one. The staff have other lists.
    """
    mine = (Dossier.user_id == by.user_id) & Dossier.organisation_id.is_(None)
    if by.organisation_id is None:
        return mine
    ours = Dossier.organisation_id == by.organisation_id
    if by.confined:
        ours &= Dossier.establishment_id == by.establishment_id
    return mine | ours


def get_dossier(
    session: Session, number: str, *, by: Actor, guest_key: str | None = None
) -> Dossier:
    """The dossier of that number, for an actor who may read it. Raises NotFound for all others: a
    stranger does not learn that it exists.
    """
    dossier = session.scalar(select(Dossier).where(Dossier.number == number))
    if dossier is None or not may_read(dossier, by, guest_key):
        raise NotFound(number=number)
    return dossier


def papers_of(session: Session, dossier_id: int) -> Sequence[Paper]:
    """Its issued documents, oldest first."""
    return session.scalars(
        select(Paper).where(Paper.dossier_id == dossier_id).order_by(Paper.id)
    ).all()


def files_of(session: Session, dossier_id: int) -> Sequence[StoredFile]:
    """Its stored files (without their bytes), oldest first."""
    return session.scalars(
        select(StoredFile).where(StoredFile.dossier_id == dossier_id).order_by(StoredFile.id)
    ).all()


def journal_of(session: Session, dossier_id: int) -> Sequence[JournalEntry]:
    """Its journal, newest first."""
    return session.scalars(
        select(JournalEntry)
        .where(JournalEntry.dossier_id == dossier_id)
        .order_by(JournalEntry.id.desc())
    ).all()


def contents_of(session: Session, paper_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The contents that documents were issued with, by the id of the document."""
    rows = session.execute(select(Paper.id, Paper.content).where(Paper.id.in_(paper_ids)))
    return {row.id: row.content for row in rows}


def content_of(session: Session, paper_id: int) -> dict[str, Any]:
    """The content that a document was issued with."""
    return session.scalars(select(Paper.content).where(Paper.id == paper_id)).one()
