"""The sections of a client's record that `shop/` offers: questions and journal."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shop.agreements.lists import agreements_of
from shop.agreements.models import PriceAgreement
from shop.clients.journals import journal_of_client
from shop.clients.keys import Client
from shop.ops.clock import today
from shop.questions.lists import questions_of_client
from shop.questions.models import Question
from shop.storage.journal import JournalEntry
from shop.storage.paging import Page, Place, page_of
from shop.web.agreements.page import state_words
from shop.web.clients.sentences import TITLES
from shop.web.dossiers.journal import journal_lines
from shop.web.kit.client_sections import ClientRow, ClientSection, dossier_url
from shop.web.kit.paging import this_page


def _questions(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    return questions_of_client(session, client, place, size).of(_question)


def _question(one: Question) -> ClientRow:
    if one.waits:
        state = ("warn", _("to answer"))
    else:
        state = (
            ("good", _("answered")) if one.is_answered else ("plain", _("closed without an answer"))
        )
    url = url_for("questions.show", question_id=one.id, back=this_page())
    return ClientRow(one.subject, one.asked_at, url, one.name, state)


def _journal(session: Session, client: Client, place: Place, size: int | None) -> Page[ClientRow]:
    rows = page_of(session, journal_of_client(client, TITLES, today()), place, size=size)
    return rows.of(lambda row: _entry(*row))


def _entry(entry: JournalEntry, number: str | None) -> ClientRow:
    if number is None:
        reason = str(entry.facts.get("reason") or "")
        title = _(TITLES[entry.act])
        return ClientRow(title, entry.at, "", " · ".join(filter(None, (reason, entry.by_name))))
    (line,) = journal_lines([entry])
    told = " · ".join(filter(None, (number, line.text, line.by)))
    return ClientRow(line.title.rstrip("."), line.at, dossier_url(number), told)


def _agreements(
    session: Session, client: Client, place: Place, size: int | None
) -> Page[ClientRow]:
    return agreements_of(session, client.organisation_id, today(), place, size).of(_agreement)


def _agreement(one: PriceAgreement) -> ClientRow:
    url = url_for("agreements.show", agreement_id=one.id, back=this_page())
    return ClientRow(one.reference, one.created_at, url, one.title, state_words(one))


CLIENT_SECTIONS = (
    ClientSection(
        "agreements",
        _l("Price agreements"),
        _l("No price agreement yet."),
        _l("Reference"),
        _agreements,
        55,
    ),
    ClientSection(
        "questions", _l("Questions"), _l("No question yet."), _l("Subject"), _questions, 60
    ),
    ClientSection("journal", _l("Journal"), _l("No entry yet."), _l("Entry"), _journal, 70),
)
