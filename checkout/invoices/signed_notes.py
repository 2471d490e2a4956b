"""What comes back after a delivery: its note, signed by the recipient, and the acceptance by the
buyer's body (service fait), which is another thing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import note_of_order
from checkout.deliveries.models import DeliveryAcceptance, DeliveryNote, SignedDeliveryNote
from checkout.deliveries.rules import (
    SignedBefore,
    ensure_accepted_on,
    ensure_received_on,
    ensure_signatory,
)
from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.models import Order
from checkout.orders.orders import get_order
from checkout.orders.progress import subject_of
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.core.text import one_line, paris_day
from shop.documents.uploads import Upload
from shop.dossiers.papers import ACCEPTANCE, SIGNED_NOTE, keep_file
from shop.storage.journal import record


@dataclass(frozen=True, slots=True)
class SignedReturn:
    """What the recipient wrote on a delivery note; `reservations` "" for none."""

    signed_on: date
    signatory: str
    reservations: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the buyer's body told of its acceptance: the day, by whom, their reference, if any."""

    accepted_on: date
    accepted_by: str
    reference: str = ""


def record_signed_note(
    session: Session,
    names: tuple[str, str],
    told: SignedReturn,
    upload: Upload,
    *,
    by: Actor,
    at: datetime,
) -> SignedDeliveryNote:
    """Keep the signed delivery note that came back, once, with what it says. `names` are the
    numbers of the order and of the note. The day of signature is that of receipt, unless one was
    told before.

    Raises NotAllowed, NotFound, SignedBefore, SignatoryMissing, ReceivedBeforeShipped,
    ReceiptInFuture.
    """
    if not by.has(LOGISTICS, SALES_ADMIN, ADMIN):
        raise NotAllowed
    order, note = _locked(session, names, by)
    if session.get(SignedDeliveryNote, note.id) is not None:
        raise SignedBefore(number=note.number)
    signatory = ensure_signatory(told.signatory)
    ensure_received_on(told.signed_on, shipped_on=note.shipped_on, today=paris_day(at))
    made = SignedDeliveryNote(
        delivery_note_id=note.id,
        file_id=_kept(session, order, upload, SIGNED_NOTE, by=by, at=at),
        signed_on=told.signed_on,
        signatory=signatory,
        reservations=told.reservations.strip(),
        recorded_at=at,
        user_id=by.user_id,
        by_name=by.name,
    )
    session.add(made)
    facts = {"signed_on": told.signed_on.isoformat(), "reserved": bool(made.reservations)}
    _record(session, order, note, "record_signed_note", facts, by=by, at=at)
    record_delivery_receipt(session, note.number, order, told.signed_on, by=by, at=at)
    return made


def _kept(
    session: Session, order: Order, upload: Upload, kind: str, *, by: Actor, at: datetime
) -> int:
    """Store the file of that kind; its id."""
    return keep_file(
        session,
        upload.data,
        kind=kind,
        filename=upload.filename,
        media_type=upload.media_type,
        by=by,
        at=at,
        dossier_id=order.dossier_id,
    ).id


def record_acceptance(
    session: Session,
    names: tuple[str, str],
    told: Acceptance,
    upload: Upload | None = None,
    *,
    by: Actor,
    at: datetime,
) -> DeliveryAcceptance:
    """Note the acceptance of a delivery by the buyer's body, with its paper or e-mail, if any. Told
    again, the last one counts; the paper told before stays where there is no other. The journal
    keeps each. `names` are the numbers of the order and of the note. A private customer has no body
    that accepts: NotFound.

    Raises NotAllowed, NotFound, SignatoryMissing, AcceptedBeforeShipped, AcceptedInFuture.
    """
    if not by.has(LOGISTICS, SALES_ADMIN, ACCOUNTING, ADMIN):
        raise NotAllowed
    order, note = _locked(session, names, by)
    if order.organisation_id is None:
        raise NotFound(number=note.number)
    accepted_by = ensure_signatory(told.accepted_by)
    ensure_accepted_on(told.accepted_on, shipped_on=note.shipped_on, today=paris_day(at))
    file_id = _kept(session, order, upload, ACCEPTANCE, by=by, at=at) if upload else None
    made = session.get(DeliveryAcceptance, note.id)
    if made is None:
        made = DeliveryAcceptance(delivery_note_id=note.id)
        session.add(made)
    made.accepted_on, made.accepted_by = told.accepted_on, accepted_by
    made.reference = one_line(told.reference)
    if file_id is not None:
        made.file_id = file_id
    made.recorded_at, made.user_id, made.by_name = at, by.user_id, by.name
    facts = {"accepted_on": told.accepted_on.isoformat(), "reference": made.reference}
    _record(session, order, note, "record_acceptance", facts, by=by, at=at)
    return made


def _locked(session: Session, names: tuple[str, str], by: Actor) -> tuple[Order, DeliveryNote]:
    order = get_order(session, names[0], by=by)
    return order, note_of_order(session, order.id, names[1])


def _record(
    session: Session,
    order: Order,
    note: DeliveryNote,
    act: str,
    facts: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> None:
    record(
        session,
        subject_of(order).name,
        act,
        by=by,
        at=at,
        dossier_id=order.dossier_id,
        number=note.number,
        **facts,
    )
