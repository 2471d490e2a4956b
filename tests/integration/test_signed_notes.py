"""Signed delivery notes that come back, and the acceptance of a delivery by the buyer's body."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from checkout.deliveries.deliveries import acceptances_of, receipts_of, signed_of
from checkout.deliveries.models import DeliveryNote
from checkout.deliveries.rules import (
    AcceptedBeforeShipped,
    AcceptedInFuture,
    ReceivedBeforeShipped,
    SignatoryMissing,
    SignedBefore,
    ensure_accepted_on,
)
from checkout.invoices.receipts import record_delivery_receipt
from checkout.invoices.signed_notes import (
    Acceptance,
    SignedReturn,
    record_acceptance,
    record_signed_note,
)
from checkout.orders.models import Order
from shop.core.actors import LOGISTICS, SALES_ADMIN
from shop.core.errors import NotAllowed, NotFound
from shop.documents.uploads import Upload
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import BOOKS, OFFICE, STORES, make_shop
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered, scan
from tests.people import sign_in, staff

Names = tuple[str, str]
SCAN = Upload(b"%PDF-", "application/pdf", "bl-signe.pdf")


@pytest.fixture
def names(database: Database) -> Names:
    """The numbers of an order that was delivered three days ago, and of its note."""
    with database.transaction() as session:
        order = make_ordered(session)
        note = deliver_all(session, order, at=now() - timedelta(days=3))
        return order.number, note.number


def today_less(days: int) -> date:
    return (now() - timedelta(days=days)).date()


def sign(database: Database, names: Names, told: SignedReturn, *, by=STORES) -> None:
    with database.transaction() as session:
        record_signed_note(session, names, told, SCAN, by=by, at=now())


def accept(database: Database, names: Names, told: Acceptance, *, by=BOOKS) -> None:
    with database.transaction() as session:
        record_acceptance(session, names, told, by=by, at=now())


def noted(database: Database, names: Names):
    with database.reading_session() as session:
        note = session.scalars(select(DeliveryNote).where(DeliveryNote.number == names[1])).one()
        known = (receipts_of, signed_of, acceptances_of)
        return [of(session, note.order_id).get(note.id) for of in known]


def test_the_day_of_signature_is_that_of_receipt(database: Database, names: Names):
    sign(database, names, SignedReturn(today_less(1), "Rose Martin", "Un carton ouvert"))
    received, signed, _accepted = noted(database, names)
    assert (received, signed.signatory) == (today_less(1), "Rose Martin")
    assert signed.reservations == "Un carton ouvert"


def test_a_day_of_receipt_that_was_told_before_stays(database: Database, names: Names):
    with database.transaction() as session:
        order = locked_order(session, names[0])
        record_delivery_receipt(session, names[1], order, today_less(2), by=OFFICE, at=now())
    sign(database, names, SignedReturn(today_less(1), "Rose Martin"))
    assert noted(database, names)[0] == today_less(2)


def test_a_signed_note_is_recorded_once_by_who_may(database: Database, names: Names):
    told = SignedReturn(today_less(1), "Rose Martin")
    with pytest.raises(NotAllowed):
        sign(database, names, told, by=BOOKS)
    with pytest.raises(SignatoryMissing):
        sign(database, names, SignedReturn(today_less(1), " "))
    with pytest.raises(ReceivedBeforeShipped):
        sign(database, names, SignedReturn(today_less(9), "Rose Martin"))
    sign(database, names, told)
    with pytest.raises(SignedBefore):
        sign(database, names, told)


def test_an_acceptance_told_again_replaces_the_first(database: Database, names: Names):
    accept(database, names, Acceptance(today_less(2), "Mme Roy"))
    accept(database, names, Acceptance(today_less(1), "Le service financier", "SF-0047"))
    kept = noted(database, names)[2]
    assert (kept.accepted_on, kept.reference) == (today_less(1), "SF-0047")
    with database.reading_session() as session:
        acts = select(JournalEntry).where(JournalEntry.act == "record_acceptance")
        assert len(session.scalars(acts).all()) == 2


def test_a_delivery_is_accepted_from_its_shipping_to_today():
    shipped, today = date(2026, 11, 18), date(2026, 11, 20)
    ensure_accepted_on(shipped, shipped_on=shipped, today=today)
    ensure_accepted_on(today, shipped_on=shipped, today=today)
    with pytest.raises(AcceptedBeforeShipped):
        ensure_accepted_on(date(2026, 11, 17), shipped_on=shipped, today=today)
    with pytest.raises(AcceptedInFuture):
        ensure_accepted_on(date(2026, 11, 21), shipped_on=shipped, today=today)


def test_a_private_customer_accepts_nothing(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        names = order.number, deliver_all(session, order, at=now()).number
    with pytest.raises(NotFound):
        accept(database, names, Acceptance(today_less(0), "Mme Roy"))


def test_the_pages_keep_what_was_typed_and_the_client_reads_the_scan(
    app, database: Database, names: Names
):
    desk = staff(app, database, LOGISTICS, language="en")
    form = f"/bureau/livraisons/{names[0]}/{names[1]}/retour-signe"
    typed = {"signed_on": today_less(1).isoformat(), "signatory": "Rose Martin"}
    for file, status in ((b"not a scan", 422), (b"", 422)):
        sent = typed | {"scan": (BytesIO(file), "bl.pdf")}
        wrong = desk.post(form, data=sent, content_type="multipart/form-data")
        assert (wrong.status_code, 'value="Rose Martin"' in wrong.text) == (status, True)
    nothing = desk.post(form, data={"scan": (BytesIO(b"not a scan"), "bl.pdf")})
    assert "Only PDF, JPEG" in nothing.text and "Enter the name of the signatory" in nothing.text
    early = typed | {"signed_on": today_less(9).isoformat(), "scan": (BytesIO(scan()), "bl.pdf")}
    assert desk.post(form, data=early, content_type="multipart/form-data").status_code == 422
    paper = scan()
    sent = typed | {"scan": (BytesIO(paper), "bl.pdf")}
    assert desk.post(form, data=sent, content_type="multipart/form-data").status_code == 303
    assert "signed by Rose Martin" in desk.get(f"/bureau/livraisons/{names[0]}").text
    assert desk.get(form).status_code == 303
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        client, file = order.user_id, signed_of(session, order.id)
    buyer = sign_in(app.test_client(), client, language="en")
    [signed] = file.values()
    page = buyer.get(f"/devis/{order.quote_number}").text
    assert f"/fichiers/{signed.file_id}" in page
    url = f"/dossiers/{order.quote_number}/fichiers/{signed.file_id}"
    assert buyer.get(url).data == paper


def test_the_page_of_the_acceptance_is_filled_with_what_was_noted(
    app, database: Database, names: Names
):
    desk = staff(app, database, SALES_ADMIN, language="en")
    form = f"/bureau/livraisons/{names[0]}/{names[1]}/service-fait"
    typed = {"accepted_on": today_less(-2).isoformat(), "accepted_by": "Mme Roy"}
    wrong = desk.post(form, data=typed)
    assert (wrong.status_code, "in the future" in wrong.text) == (422, True)
    assert desk.post(form, data=typed | {"accepted_on": today_less(1).isoformat()}).location
    assert 'value="Mme Roy"' in desk.get(form).text
    assert "as told by Mme Roy" in desk.get(f"/bureau/livraisons/{names[0]}").text
    assert desk.get(form.replace(names[1], "BL-2020-000001")).status_code == 404


def test_the_paper_of_an_acceptance_is_kept_and_read_by_the_client(
    app, database: Database, names: Names
):
    desk = staff(app, database, SALES_ADMIN, language="en")
    form = f"/bureau/livraisons/{names[0]}/{names[1]}/service-fait"
    typed = {"accepted_on": today_less(1).isoformat(), "accepted_by": "Mme Roy"}
    wrong = desk.post(form, data=typed | {"paper": (BytesIO(b"not a scan"), "sf.pdf")})
    assert (wrong.status_code, 'value="Mme Roy"' in wrong.text) == (422, True)
    assert "Only PDF, JPEG" in wrong.text
    assert noted(database, names)[2] is None
    paper = scan()
    assert desk.post(form, data=typed | {"paper": (BytesIO(paper), "sf.pdf")}).status_code == 303
    corrected = typed | {"accepted_by": "Mme Le Roy"}
    assert desk.post(form, data=corrected).status_code == 303
    kept = noted(database, names)[2]
    assert (kept.accepted_by, kept.file_id is None) == ("Mme Le Roy", False), "its paper stays"
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
    buyer = sign_in(app.test_client(), order.user_id, language="en")
    url = f"/dossiers/{order.quote_number}/fichiers/{kept.file_id}"
    page = buyer.get(f"/devis/{order.quote_number}").text
    assert url in page and "Acceptance by the body" in page
    assert buyer.get(url).data == desk.get(url).data == paper
