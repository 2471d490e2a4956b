"""An e-mail is sent again as a new one, with the text that left, to an address that was shown."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, SALES, Actor
from shop.dossiers.models import Dossier
from shop.dossiers.repeated_emails import ensure_offered, send_again
from shop.emails.delivery import DemonstrationPost, Enclosed, deliver
from shop.emails.messages import text_of
from shop.emails.repeat_rules import (
    NEVER,
    AccountsAddress,
    NotLeftYet,
    NotSentAgain,
    RecipientErased,
    SentAgain,
    ensure_repeatable,
)
from shop.ops.config import Settings
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.outbox import Email, post
from tests.factories import AT, OFFICE
from tests.orders import quote_for
from tests.people import staff

SETTINGS = Settings(mode="test", public_url="http://shop.example")
BUYER, OTHER = "acheteur@ville.example", "mairie@ville.example"
ADMINISTRATOR = Actor("Léa Garnier", frozenset({ADMIN}))


@pytest.fixture
def quoted(database: Database) -> Database:
    return quote_for(database, BUYER)


def last(session: Session) -> Email:
    """The e-mail that was written last."""
    return session.scalars(select(Email).order_by(Email.id.desc()).limit(1)).one()


def leave(database: Database) -> int:
    """The worker sends the last one: its number."""
    with database.transaction() as session:
        email = last(session)
        email_id, at = email.id, email.next_try_at
    assert deliver(
        database,
        email_id,
        DemonstrationPost(),
        Enclosed(lambda _mail: (), {}),
        settings=SETTINGS,
        at=at,
    )
    return email_id


def test_the_text_is_kept_as_it_left_and_sent_again_word_for_word(quoted: Database):
    leave(quoted)
    with quoted.transaction() as session:
        first = last(session)
        said = text_of(first, public_url=SETTINGS.public_url, wordings={})
        first.facts = {}  # a template that asks for other facts now
        again = send_again(session, first.id, to=BUYER, by=OFFICE, at=AT)
        assert text_of(again, public_url=SETTINGS.public_url, wordings={}) == said
        assert (again.follows_id, again.papers) == (first.id, first.papers)
        assert (first.to, first.is_sent, first.is_refused) == (BUYER, True, False)
        with pytest.raises(SentAgain):
            send_again(session, first.id, to=OTHER, by=OFFICE, at=AT)
    leave(quoted)


def test_the_text_of_an_e_mail_of_an_account_is_not_kept(database: Database):
    with database.transaction() as session:
        post(session, "password_changed", to=BUYER, language="fr", at=AT, name="Anne")
    sent = leave(database)
    with database.transaction() as session:
        assert last(session).body is None
        with pytest.raises(AccountsAddress):
            send_again(session, sent, to=OTHER, by=ADMINISTRATOR, at=AT)
        assert send_again(session, sent, to=BUYER, by=ADMINISTRATOR, at=AT).to == BUYER


def test_one_that_is_tried_again_is_given_up_for_another_address_only(quoted: Database):
    with quoted.transaction() as session:
        waiting = last(session).id
        with pytest.raises(NotLeftYet):
            send_again(session, waiting, to=BUYER.upper(), by=OFFICE, at=AT)
        send_again(session, waiting, to=OTHER, by=OFFICE, at=AT)
        states = session.execute(select(Email.to, Email.is_refused).order_by(Email.id)).all()
    assert [tuple(row) for row in states] == [(BUYER, True), (OTHER, False)]


def test_nothing_more_is_sent_to_an_erased_person(quoted: Database):
    with quoted.transaction() as session:
        session.execute(update(Dossier).values(organisation_id=None))
        session.execute(update(User).values(erased_at=AT))
        with pytest.raises(RecipientErased):
            ensure_offered(session, last(session), by=OFFICE)


@pytest.mark.parametrize("template", sorted(NEVER))
def test_a_link_that_works_once_is_never_sent_again(template: str):
    with pytest.raises(NotSentAgain) as refusal:
        ensure_repeatable(template, is_erased=False)
    assert type(refusal.value) is NEVER[template]


def test_a_corrected_address_is_shown_back_and_each_e_mail_names_the_other(app, quoted: Database):
    first = leave(quoted)
    client, page = staff(app, quoted, SALES, language="en"), f"/bureau/e-mails/{first}"
    shown = client.post(page, data={"to": OTHER}).text
    assert f"Send it to {OTHER} instead of {BUYER}?" in shown
    forged = client.post(page, data={"to": OTHER, "shown": "0" * 16})
    assert forged.status_code == 200, "another address than the one shown is shown back"
    sent = client.post(page, data={"to": BUYER})
    assert f"Sent again for e-mail no. {first}" in client.get(sent.location).text
    told = client.get(page).text
    assert f"Sent again as e-mail no. {sent.location.rpartition('/')[2]}" in told
    assert "A colleague has already sent" in told
