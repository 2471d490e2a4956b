"""HEAD is answered by the view of GET: it reads, and changes nothing."""

from sqlalchemy import func, select

from shop.ops.clock import now
from shop.organisations.models import Address
from shop.storage.journal import JournalEntry
from tests.factories import make_town
from tests.people import sign_in


def test_a_head_request_for_a_form_of_the_address_book_stores_nothing(client, database):
    with database.transaction() as session:
        town = make_town(session, at=now())
    sign_in(client, town.buyer.user_id)
    counts = [select(func.count()).select_from(kind) for kind in (Address, JournalEntry)]
    with database.reading_session() as session:
        before = [session.scalar(statement) for statement in counts]
    for path in ("en-tete", "livraison/nouvelle", "service-de-paiement/nouveau"):
        answer = client.head(f"/compte/adresses/{path}", data={"line1": "1 rue", "name": "n"})
        assert answer.status_code == 200
    with database.reading_session() as session:
        assert [session.scalar(statement) for statement in counts] == before
