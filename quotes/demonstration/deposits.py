"""Deposits of the demonstration on Chorus Pro: one that its worker makes, one made by hand."""

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

#: The flow number that the portal showed.
FLOW = "CPP0011117000000000425903"


def ask_deposit(database: Database, number: str, *, by: Actor, at: datetime) -> None:
    """The worker deposits it on the local Chorus Pro, once the demonstration runs."""
    with database.transaction() as session:
        request_deposit(session, number, by=by, at=at)


def deposit_by_hand(
    database: Database, number: str, moments: tuple[datetime, datetime], *, by: Actor
) -> None:
    """Somebody deposited it on the portal, and noted what the portal showed later."""
    deposited, noted = moments
    with database.transaction() as session:
        made = MadeByHand(FLOW, paris_day(deposited))
        deposit_id = record_deposit(session, number, made, by=by, at=deposited).id
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        status = NotedStatus("MISE_A_DISPOSITION", paris_day(noted))
        note_status(session, deposit, order, status, by=by, at=noted)
