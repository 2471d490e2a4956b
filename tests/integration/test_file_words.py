"""What the page of a file says in its journal and in its list of documents."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from checkout.card.procedure import REVERSALS
from checkout.orders.procedure import PROCEDURE as ORDERS
from quotes.procedure import PROCEDURE as QUOTES
from quotes.purchase_orders.purchase_orders import receive_scan
from quotes.purchase_orders.rules import Told
from quotes.quotes.models import Quote
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.questions.procedure import PROCEDURE as QUESTIONS
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.web.dossiers.journal import journal_lines
from shop.web.dossiers.sentences import ADDED, DAYS, SENTENCES
from tests.factories import AT, OFFICE, make_buyer, make_shop
from tests.orders import deliver_all, make_order_from_original, make_quote, scan
from tests.people import sign_in

#: Values of facts that end without a stop, as people type them.
DAY = dict.fromkeys(DAYS, "2026-11-18")
FACTS = dict.fromkeys(
    re.findall(r"%\((\w+)\)s", " ".join(rest for _title, rest in SENTENCES.values())), "grève"
)


def entries() -> list[JournalEntry]:
    """One entry of each kind, and of each kind with a fact that adds a sentence."""
    told = [(act, FACTS) for act in SENTENCES]
    told += [(act, {**FACTS, fact: value}) for act, fact, value in ADDED]
    return [
        JournalEntry(at=AT, act=act, by_name="Claire Marchand", facts=facts | DAY)
        for act, facts in told
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_of_the_journal_ends_with_one_stop(app: Flask, language: str):
    """The name of the person follows on the same line."""
    with app.test_request_context(), force_locale(language):
        lines = journal_lines(entries())
    assert len(lines) == len(entries())
    for line in lines:
        for words in filter(None, (line.title, line.text)):
            assert re.search(r"[^.\s][.!?…]$", words), words
            assert ".." not in words


def test_an_entry_of_an_earlier_version_keeps_its_reason(app: Flask):
    """Cancelled units had their reason as a text, and their count."""
    facts = {"units": 3, "reason": "Rétractation du client"}
    entry = JournalEntry(at=AT, act="cancel_units", by_name="Claire", facts=facts)
    with app.test_request_context(), force_locale("fr"):
        [line] = journal_lines([entry])
    assert line.text == "3. Motif\u00a0: Rétractation du client."


def test_every_transition_of_a_file_has_its_sentence():
    named = {
        one.name for table in (QUOTES, ORDERS, REVERSALS, QUESTIONS) for one in table.transitions
    }
    assert named <= set(SENTENCES)


def test_the_copy_and_the_original_are_listed_by_their_own_names(app: Flask, database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        copy = keep_file(
            session,
            scan(),
            kind=SCAN,
            filename="copie.pdf",
            media_type=PDF,
            by=OFFICE,
            at=AT,
            dossier_id=quote.dossier_id,
        )
        receive_scan(session, quote, copy, Told("BC-26-0871"), by=OFFICE, at=AT)
    with database.transaction() as session:
        quote = session.scalars(select(Quote)).one()
        deliver_all(session, make_order_from_original(session, quote))
        number, user_id = quote.number, quote.user_id
    page = sign_in(app.test_client(), user_id).get(f"/devis/{number}").text
    for name in ("Copie du bon de commande, copie.pdf", "Numérisation de l’original, bon.pdf"):
        assert page.count(f">{name}</a>") == 1, name
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert told.count("PDF reçu le 18 novembre 2026, ") == 2
    assert "PDF établi le 18 novembre 2026" in told
    assert ", reçu le" not in told
