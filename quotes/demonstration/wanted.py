"""Documents that a client gave before its first order: one filed on paper, one waived. The setting
that wants them stays off. Made by calling the services.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from shop.core.actors import SALES_ADMIN, Actor
from shop.wanted_documents.documents import tick_document, waive_document
from shop.wanted_documents.rules import Wanted

CLERK = Actor("Nadia Benali", frozenset({SALES_ADMIN}))
PLACE, REASON = "Classeur Clients 2, onglet B", "Le maire signe lui-même les bons de commande"


def fill_wanted(session: Session, organisation_id: int, *, at: datetime) -> None:
    """Tick the registration, waive the delegation of signature."""
    registration, delegation = Wanted.REGISTRATION, Wanted.DELEGATION
    tick_document(session, organisation_id, registration, PLACE, None, by=CLERK, at=at)
    waive_document(session, organisation_id, delegation, REASON, by=CLERK, at=at)
