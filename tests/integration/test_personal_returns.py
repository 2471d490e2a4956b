"""The export of personal data contains the returns of the person's orders."""

from typing import Any

from sqlalchemy import select

from checkout.personal_data import HOLDINGS
from checkout.returns.returns import ask_return
from checkout.returns.rules import Asked, Reason
from shop.core.media import PDF
from shop.dossiers.papers import keep_file
from shop.people.models import User
from shop.privacy.holdings import Subject
from shop.storage.db import Database
from tests.factories import AT, STORES, make_person
from tests.orders import deliver_all, make_ordered


def test_a_return_is_exported_with_its_photograph_to_whose_order_it_is(database: Database):
    returns = {one.key: one for one in HOLDINGS}["returns"]
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        how: dict[str, Any] = {"by": STORES, "at": AT, "dossier_id": order.dossier_id}
        photograph = keep_file(
            session, b"%PDF-1", kind="scan", filename="rayure.pdf", media_type=PDF, **how
        )
        asked = Asked(Reason.DEFECT, "Rayée", {1: 1})
        number = ask_return(session, order, asked, [photograph.id], by=STORES, at=AT).number
        buyer = session.scalars(select(User).where(User.id == order.user_id)).one()
        other = make_person(session, at=AT, email="autre@chinon.example", name="Anne Autre")
        (mine,) = returns.show(session, Subject(buyer.id, buyer.email, buyer.name))
        assert (mine["number"], mine["words"], mine["state"]) == (number, "Rayée", "ASKED")
        assert mine["photographs"] == [{"filename": "rayure.pdf", "sha256": photograph.sha256}]
        assert returns.show(session, Subject(other.id, other.email, other.name)) == []
