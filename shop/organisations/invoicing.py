"""How an organisation receives its invoices: set by its administrators, or by the sales staff."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, MEMBER_ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.organisations.models import InvoiceCopy, InvoicingWish, Organisation
from shop.organisations.rules import Invoicing, distinct_copies
from shop.storage.journal import record


def invoicing_of(session: Session, organisation_id: int | None) -> Invoicing:
    """How an organisation receives its invoices; by default for a private customer."""
    if organisation_id is None:
        return Invoicing()
    wish = session.get(InvoicingWish, organisation_id)
    copies = session.scalars(
        select(InvoiceCopy.email)
        .where(InvoiceCopy.organisation_id == organisation_id)
        .order_by(InvoiceCopy.id)
    )
    told = Invoicing() if wish is None else Invoicing(wish.form, wish.announces)
    return Invoicing(told.form, told.announces, tuple(copies))


def set_invoicing(
    session: Session, organisation: Organisation, wanted: Invoicing, *, by: Actor, at: datetime
) -> None:
    """Say how an organisation (locked) receives its next invoices. The journal is never deleted: it
    has the number of the addresses, not the addresses. Raises NotAllowed, TooManyCopies.
    """
    own = by.has(MEMBER_ADMIN) and by.organisation_id == organisation.id
    if not own and not by.has(SALES, SALES_ADMIN, ADMIN):
        raise NotAllowed(act="set_invoicing")
    copies = distinct_copies(wanted.copies)
    wish = session.get(InvoicingWish, organisation.id)
    if wish is None:
        wish = InvoicingWish(organisation_id=organisation.id)
        session.add(wish)
    wish.form, wish.announces = wanted.form, wanted.announces
    session.execute(delete(InvoiceCopy).where(InvoiceCopy.organisation_id == organisation.id))
    session.add_all(InvoiceCopy(organisation_id=organisation.id, email=email) for email in copies)
    session.flush()
    record(
        session,
        f"organisation:{organisation.id}",
        "set_invoicing",
        by=by,
        at=at,
        form=wanted.form,
        announces=wanted.announces,
        copies=len(copies),
    )
