"""No more units come back by contrary notes than a delivery note says, whoever writes them."""

import secrets
import threading

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from checkout.corrections.contrary_notes import correct_delivery_note
from checkout.deliveries.contrary_rules import MoreThanOnNote, NothingLeftOnNote
from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryNote
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.dossiers.papers import CONTRARY_NOTE, issue_paper
from shop.storage.db import Database
from tests.factories import AT, STORES
from tests.orders import deliver_all, locked_order, make_ordered

pytestmark = pytest.mark.each_database
#: The units of the first line of the order.
DELIVERED = 2


@pytest.fixture
def number(database: Database) -> str:
    """An order that was delivered whole."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return order.number


def write(session, position: int, units: int) -> None:
    """A contrary note with one line, past the service that issues them."""
    note = session.scalars(select(DeliveryNote)).one()
    dossier = session.scalars(select(Order.dossier_id)).one()
    content = {"number": f"BL-{secrets.token_hex(4)}", "language": "fr", "lines": []}
    paper = issue_paper(session, dossier, CONTRARY_NOTE, content, at=AT)
    made = ContraryNote(
        number=paper.number,
        delivery_note_id=note.id,
        paper_id=paper.id,
        reason="Tri",
        is_whole=False,
        issued_at=AT,
        by_name=STORES.name,
    )
    session.add(made)
    session.flush()
    values = {"contrary_note_id": made.id, "position": position, "quantity": units}
    session.execute(insert(ContraryLine).values(values))


def back(database: Database) -> int:
    """The units that contrary notes took back."""
    with database.reading_session() as session:
        return session.scalar(select(func.coalesce(func.sum(ContraryLine.quantity), 0))) or 0


@pytest.mark.parametrize(("position", "units"), [(1, DELIVERED + 1), (9, 1)])
def test_the_database_refuses_more_than_was_delivered(
    database: Database, number: str, position: int, units: int
):
    with pytest.raises(DBAPIError, match="more than delivered"), database.transaction() as session:
        write(session, position, units)


def test_the_database_counts_what_earlier_notes_took_back(database: Database, number: str):
    with database.transaction() as session:
        write(session, 1, DELIVERED - 1)
        write(session, 1, 1)
    with pytest.raises(DBAPIError, match="more than delivered"), database.transaction() as session:
        write(session, 1, 1)
    assert back(database) == DELIVERED


def at_once(work, refusals: tuple[type[Exception], ...], times: int) -> list[str]:
    """How several who do the same at once fare."""
    ready, outcomes = threading.Barrier(times), []

    def act() -> None:
        ready.wait()
        try:
            work()
            outcomes.append("made")
        except refusals:
            outcomes.append("refused")

    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_several_at_once_none_takes_back_what_another_took(database: Database, number: str):
    def correct(by: Actor = STORES) -> None:
        with database.transaction() as session:
            order = locked_order(session, number)
            note = session.scalars(select(DeliveryNote)).one()
            correct_delivery_note(session, order, note, {1: DELIVERED}, reason="Tri", by=by, at=AT)

    refused = (MoreThanOnNote, NothingLeftOnNote)
    assert at_once(correct, refused, 3) == ["made", "refused", "refused"]
    assert back(database) == DELIVERED


def test_of_two_at_once_past_the_service_the_database_refuses_one(database: Database, number: str):
    def past() -> None:
        with database.transaction() as session:
            write(session, 1, DELIVERED)

    assert at_once(past, (DBAPIError,), 2) == ["made", "refused"]
    assert back(database) == DELIVERED
