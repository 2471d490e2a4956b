"""The journal of a client: the acts on the client itself, and those on its dossiers."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from shop.clients.keys import Client
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.journal import JournalEntry
from shop.storage.paging import Listing


def journal_of_client(client: Client, acts: Collection[str], today: date) -> Listing:
    """Entries with the number of their dossier, if any, the newest first; of those on the client
    itself, the named `acts`.
    """
    itself: Any = and_(JournalEntry.subject == client.subject, JournalEntry.act.in_(acts))
    of_dossiers = JournalEntry.dossier_id.in_(select(Dossier.id).where(client.owns(Dossier)))
    kinds = (
        Choice("files", N_("Files"), JournalEntry.dossier_id.is_not(None)),
        Choice("client", N_("The client itself"), JournalEntry.dossier_id.is_(None)),
    )
    return Listing(
        select(JournalEntry, Dossier.number)
        .outerjoin(Dossier, Dossier.id == JournalEntry.dossier_id)
        .where(or_(itself, of_dossiers)),
        (JournalEntry.id.desc(),),
        JournalEntry.id,
        (Filter("about", N_("About"), kinds), by_period(JournalEntry.at, today, moments=True)),
        (Sort("at", N_("Date"), (JournalEntry.at,)),),
        "-at",
    )
