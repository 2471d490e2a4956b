"""Every e-mail of a sale: sent by its service, readable in both languages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.invoices.invoice_files import send_invoice_file
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from quotes.purchase_orders.purchase_orders import (
    log_signed_quote,
    receive_scan,
    refuse_purchase_order,
)
from quotes.purchase_orders.rules import Told
from quotes.quotes.quotes import cancel_quote, lapse_quote
from shop.core.actors import THE_CLOCK
from shop.core.text import paris_day
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.emails.messages import as_html, render_email
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.translations.catalogue import breaks_at_a_sign, read_french
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_shop
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_quote, scan

pytestmark = pytest.mark.usefixtures("printed_once")

WAY = {
    "quote_issued",
    "scan_received",
    "signed_quote_received",
    "purchase_order_refused",
    "order_confirmed",
    "delivery_sent",
    "invoice_issued",
    "invoice_sent_to_service",
    "payment_received",
    "quote_cancelled",
    "quote_expired",
}


def walk(database: Database) -> list[Email]:
    """A sale from quote to payment, two quotes that end otherwise, and a card order."""
    with database.transaction() as session:
        goods = make_shop(session)
        buyer = make_buyer(session)
        quote = make_quote(session, buyer, goods)
        copy = keep_file(
            session, scan(), kind=SCAN, filename="c.pdf", media_type=PDF, by=buyer, at=AT
        )
        receive_scan(session, quote, copy, Told("BC-1"), by=buyer, at=AT)
        log_signed_quote(session, quote, note="par courrier", by=OFFICE, at=AT)
        refuse_purchase_order(session, quote, reason="Il manque le tampon.", by=OFFICE, at=AT)
        order = make_order_from_original(session, quote)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        send_invoice_file(session, invoice, order, scan(), to="c@v.example", by=BOOKS, at=AT)
        record_payment(
            session,
            invoice,
            amount=invoice.including,
            received_on=paris_day(AT),
            reference="VIR",
            by=BOOKS,
            at=AT,
        )
        cancel_quote(session, make_quote(session, buyer, goods), by=buyer, at=AT)
        late = AT + timedelta(days=40)
        lapse_quote(session, make_quote(session, buyer, goods), by=THE_CLOCK, at=late)
        card = make_card_order(session, goods)
        deliver_all(session, card)
        bill_order(session, card, by=BOOKS, at=AT)
        return list(session.scalars(select(Email).order_by(Email.id)))


def test_every_e_mail_of_a_sale_is_rendered_in_both_languages(database: Database):
    mails = walk(database)
    assert {mail.template for mail in mails} == WAY
    for mail in mails:
        for language in ("fr", "en"):
            email = render_email(
                mail.template, mail.facts, language=language, public_url="http://shop.example"
            )
            assert email.subject and "None" not in email.subject + email.body
            if language == "fr":
                lines = [email.subject, *email.body.splitlines()]
                assert not [line for line in lines if breaks_at_a_sign(line)], mail.template
            assert email.subject in as_html(email, language=language).replace("&#39;", "'")
    card = [mail for mail in mails if mail.facts.get("origin") == "card"]
    email = render_email(
        card[0].template, card[0].facts, language="en", public_url="http://shop.example"
    )
    assert f"/commandes/{card[0].facts['order']}?key=kkk" in email.body


@pytest.mark.parametrize("words", ["le devis signé et tamponné seul ne suffit pas"])
def test_wordings_of_the_procedure_are_kept_exactly(words: str):
    french = read_french()
    found = [message.id for message in french if words in str(message.string)]
    assert len(found) >= 2
