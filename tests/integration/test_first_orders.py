"""Documents before a first order: the checklist, the gate, an original that is kept meanwhile."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from checkout.orders.models import Order
from quotes.purchase_orders.first_orders import find_logged, log_original, missing_before
from quotes.purchase_orders.models import LoggedOriginal
from quotes.purchase_orders.purchase_orders import refuse_purchase_order
from quotes.purchase_orders.rules import DocumentsMissing, NoDocumentWanted, OriginalLogged
from quotes.quotes.models import Quote
from shop.core.actors import ADMIN, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.dossiers.papers import PDF, WANTED_DOCUMENT, keep_file
from shop.settings.settings import set_settings
from shop.settings.table_rules import FIRST_ORDERS
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.wanted_documents.documents import (
    document_file,
    send_document,
    tick_document,
    waive_document,
)
from shop.wanted_documents.models import WantedDocument
from shop.wanted_documents.rules import (
    DocumentPlaceMissing,
    DocumentSettled,
    WaiverReasonMissing,
    Wanted,
)
from tests.factories import AT, OFFICE, make_buyer, make_shop
from tests.orders import make_order_from_original, make_quote, scan
from tests.people import sign_in, staff

BOTH = {"registration": 1, "bank_details": 0, "delegation": 1, "conditions": 0}
BOSS = Actor("Ada Roy", frozenset({ADMIN}))


@pytest.fixture
def buyer(database: Database) -> Actor:
    with database.transaction() as session:
        return make_buyer(session, "achats@chinon.example")


def quoted(database: Database, buyer: Actor) -> str:
    with database.transaction() as session:
        return make_quote(session, buyer, make_shop(session), at=AT).number


def want(database: Database) -> None:
    """The settings want two documents from today on."""
    with database.transaction() as session:
        day = paris_day(AT)
        set_settings(session, FIRST_ORDERS, BOTH, day, seen=0, by=BOSS, at=AT)


def kept(session):
    return keep_file(
        session, scan(), kind=WANTED_DOCUMENT, filename="a.pdf", media_type=PDF, by=OFFICE, at=AT
    )


def test_nothing_is_wanted_while_the_setting_is_off(database: Database, buyer: Actor) -> None:
    number = quoted(database, buyer)
    with database.transaction() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        assert missing_before(session, quote.organisation_id, at=AT) == ()
        with pytest.raises(NoDocumentWanted):
            log_original(session, quote, kept(session), paris_day(AT), by=OFFICE, at=AT)
        assert make_order_from_original(session, quote).number


def test_the_original_of_a_first_order_waits_for_its_documents_and_is_kept(
    app, database: Database, buyer: Actor
) -> None:
    number = quoted(database, buyer)
    want(database)
    with database.transaction() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        with pytest.raises(DocumentsMissing) as refused:
            make_order_from_original(session, quote)
        assert refused.value.facts["documents"] == ["registration", "delegation"]
        session.rollback()
    office = staff(app, database, SALES_ADMIN)
    page = office.get(f"/bureau/bons-de-commande/{number}").text
    assert "Délégation de signature" in page
    day = paris_day(AT).isoformat()
    paper = {"log-received_on": day, "log-scan": (BytesIO(scan()), "original.pdf")}
    log = f"/bureau/bons-de-commande/{number}/reception"
    assert office.post(log, data={"log-received_on": day}).status_code == 422
    logged = office.post(log, data=paper)
    assert logged.status_code == 303
    assert logged.headers["Location"].endswith(f"/bureau/bons-de-commande/{number}")
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(LoggedOriginal)) == 1
        assert session.scalar(select(func.count()).select_from(Order)) == 0
        mail = session.scalars(select(Email).where(Email.template == "documents_wanted")).one()
        assert mail.facts["documents"] == ["registration", "delegation"]
    assert number in office.get("/bureau/bons-de-commande?original=kept").text
    buying = sign_in(app.test_client(), buyer.user_id)
    dossier = f"/devis/{number}"
    assert "avant votre première commande" in buying.get(dossier).text
    for kind in ("registration", "delegation"):
        sent = {"kind": kind, "document": (BytesIO(scan()), "piece.pdf")}
        assert buying.post(f"{dossier}/documents", data=sent).status_code == 303
    assert buying.post(f"{dossier}/documents", data={"kind": "other"}).status_code == 303
    with database.transaction() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        assert len(missing_before(session, quote.organisation_id, at=AT)) == 2
        with pytest.raises(OriginalLogged):
            log_original(session, quote, kept(session), paris_day(AT), by=OFFICE, at=AT)
        client = f"/bureau/clients/{quote.organisation_id}/documents"
    tick = {"kind": "registration", "decision": "tick", "filed_at": ""}
    assert office.get(f"{client}/registration").mimetype == PDF
    assert office.post(client, data=tick).status_code == 303
    waive = {"kind": "delegation", "decision": "waive", "reason": ""}
    assert office.post(client, data=waive).status_code == 422
    assert office.post(client, data=waive | {"reason": "Le maire signe"}).status_code == 303
    with database.transaction() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        assert find_logged(session, quote.id) is not None
        assert make_order_from_original(session, quote).number
        assert missing_before(session, quote.organisation_id, at=AT) == ()


def test_after_a_refusal_a_new_original_is_logged(database: Database, buyer: Actor) -> None:
    number, day, later = quoted(database, buyer), paris_day(AT), AT + timedelta(days=1)
    want(database)
    with database.transaction() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        log_original(session, quote, kept(session), day, by=OFFICE, at=AT)
        refuse_purchase_order(session, quote, reason="Sans signature.", by=OFFICE, at=AT)
        assert find_logged(session, quote.id) is None
        row = log_original(session, quote, kept(session), day, by=OFFICE, at=later)
        assert find_logged(session, quote.id) is row and row.logged_at == later


def test_what_is_ticked_is_found_again_and_what_is_waived_has_a_reason(
    database: Database, buyer: Actor
) -> None:
    body = buyer.organisation_id or 0
    kind = Wanted.DELEGATION
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            tick_document(session, body, kind, "Classeur", None, by=buyer, at=AT)
        with pytest.raises(DocumentPlaceMissing):
            tick_document(session, body, kind, " ", None, by=BOSS, at=AT)
        with pytest.raises(WaiverReasonMissing):
            waive_document(session, body, kind, " ", by=BOSS, at=AT)
        waive_document(session, body, kind, "Sans objet", by=BOSS, at=AT)
        row = tick_document(session, body, kind, "", kept(session), by=BOSS, at=AT)
        assert (row.is_settled, row.waived_for) == (True, "")
        assert document_file(session, body, kind).sha256
        with pytest.raises(DocumentSettled):
            send_document(session, body, kind, kept(session), by=buyer, at=AT)
        with pytest.raises(NotAllowed):
            send_document(session, body + 1, kind, kept(session), by=buyer, at=AT)
        assert session.scalar(select(func.count()).select_from(WantedDocument)) == 1
