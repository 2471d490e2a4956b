"""Deposits of the demonstration on Chorus Pro: one that its worker makes, two made by hand."""

from datetime import datetime

from checkout.deposits.deposits import (
    MadeByHand,
    get_deposit,
    note_status,
    record_deposit,
    request_deposit,
)
from checkout.deposits.telling import NotedStatus
from shop.core.actors import Actor
from shop.core.text import paris_day
from shop.storage.db import Database

#: The flow numbers that the portal showed.
FLOW, REFUSED_FLOW = "CPP0011117000000000425903", "CPP0011117000000000431188"


def ask_deposit(database: Database, number: str, *, by: Actor, at: datetime) -> None:
    """The worker deposits it on the local Chorus Pro, once the demonstration runs."""
    with database.transaction() as session:
        request_deposit(session, number, by=by, at=at)


def deposit_by_hand(
    database: Database, number: str, moments: tuple[datetime, datetime], *, by: Actor
) -> None:
    """Somebody deposited it on the portal, and noted what the portal showed later."""
    _by_hand(database, number, FLOW, moments, "MISE_A_DISPOSITION", by=by)


def refuse_by_hand(
    database: Database, number: str, moments: tuple[datetime, datetime], reason: str, *, by: Actor
) -> None:
    """The same, of one that its recipient refused later for that reason."""
    _by_hand(database, number, REFUSED_FLOW, moments, "REJETEE", reason, by=by)


def _by_hand(
    database: Database,
    number: str,
    flow: str,
    moments: tuple[datetime, datetime],
    code: str,
    reason: str = "",
    *,
    by: Actor,
) -> None:
    deposited, noted = moments
    with database.transaction() as session:
        made = MadeByHand(flow, paris_day(deposited))
        deposit_id = record_deposit(session, number, made, by=by, at=deposited).id
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        status = NotedStatus(code, paris_day(noted), reason)
        note_status(session, deposit, order, status, by=by, at=noted)
