"""The addresses that receive copies of invoices, as personal data: for the export and erasure."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.organisations.models import InvoiceCopy, Organisation
from shop.privacy.holdings import Holding, Subject


def _copies(session: Session, who: Subject) -> list[dict[str, Any]]:
    names = session.scalars(
        select(Organisation.name)
        .join(InvoiceCopy, InvoiceCopy.organisation_id == Organisation.id)
        .where(InvoiceCopy.email == who.email)
        .order_by(InvoiceCopy.id)
    )
    return [{"organisation": name} for name in names]


def _erase_copies(session: Session, who: Subject) -> None:
    session.execute(delete(InvoiceCopy).where(InvoiceCopy.email == who.email))


HOLDINGS = (
    Holding(
        "invoice_copies",
        N_("Organisations that have their invoices copied to your address."),
        _copies,
        _erase_copies,
    ),
)
