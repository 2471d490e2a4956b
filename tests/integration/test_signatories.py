"""The link for the person who signs, on both databases."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from quotes.order_forms.order_forms import order_forms_of, prepare_order_form
from quotes.order_forms.rules import Filled
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from quotes.quotes.rules import QuoteExpired
from quotes.signatories.links import (
    acknowledge_quote,
    link_of_token,
    links_of,
    openings_of,
    revoke_link,
    share_quote,
)
from quotes.signatories.models import SignatoryLink
from quotes.signatories.rules import (
    MOST_OPEN,
    LinkOver,
    LinkUnknown,
    LinkWithdrawn,
    Recipient,
    TooManyLinks,
)
from shop.core.actors import READER, SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.dossiers.dossiers import journal_of
from shop.jobs import make_pdfs
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.rules import OrganisationNotVerified, Verification
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import Town, make_town, sale_line
from tests.orders import make_quote
from tests.people import sign_in, staff
from tests.snapshots import Snapshots

VISITOR = Actor("", frozenset())
MAYOR = Recipient("Hélène Vasseur", "maire@bellefontaine.example", "Merci de signer.\nClaire")


@pytest.fixture
def drawn(database: Database, snapshots: Snapshots) -> tuple[Town, str]:
    def fill(session):
        town = make_town(session, at=now())
        lines = [sale_line(session, town.product_id)]
        return town, make_quote(session, town.buyer, lines, at=now()).number

    return snapshots.fill(database, fill)


@pytest.fixture
def buyer(client, drawn) -> FlaskClient:
    sign_in(client, drawn[0].buyer.user_id)
    return client


def quote_in(session, number: str) -> Quote:
    return session.scalars(select(Quote).where(Quote.number == number)).one()


def shared(database: Database, drawn, recipient: Recipient = MAYOR):
    """The token of a new link."""
    town, number = drawn
    with database.transaction() as session:
        quote = quote_in(session, number)
        return share_quote(session, quote, recipient, by=town.buyer, at=now()).token


def emails(database: Database, template: str) -> list[Email]:
    with database.reading_session() as session:
        return list(
            session.scalars(select(Email).where(Email.template == template).order_by(Email.id))
        )


def acts(database: Database, number: str) -> list[str]:
    with database.reading_session() as session:
        return [one.act for one in journal_of(session, quote_in(session, number).dossier_id)]


def test_the_buyer_creates_a_link_and_it_is_shown_once(buyer, database, drawn):
    _town, number = drawn
    address = f"/devis/{number}/signataires"
    assert address in buyer.get(f"/devis/{number}").text
    answer = buyer.post(address, data={"name": "Hélène Vasseur", "email": "", "message": ""})
    assert answer.status_code == 200
    (token,) = set(re.findall(r"/signataires/([\w-]{43})", answer.text))
    assert "elle n’est affichée qu’une fois" in answer.text
    assert emails(database, "signatory_link") == [], "it is handed over"
    with database.reading_session() as session:
        (link,) = links_of(session, quote_in(session, number).id)
        assert token not in repr(vars(link)), "the token is not stored"
        assert len(order_forms_of(session, quote_in(session, number))) == 1
    listed = buyer.get(address).text
    assert "Hélène Vasseur" in listed
    assert token not in listed
    assert "Hélène Vasseur" in buyer.get(f"/devis/{number}").text
    assert "share_quote" in acts(database, number)


def test_the_link_is_sent_with_the_message(database, drawn):
    token = shared(database, drawn)
    (email,) = emails(database, "signatory_link")
    assert email.to == "maire@bellefontaine.example"
    assert email.facts["token"] == token
    assert email.facts["words"] == ["Merci de signer.", "Claire"]


def test_the_person_who_signs_reads_the_quote_without_an_account(client, database, drawn):
    _town, number = drawn
    token = shared(database, drawn)
    answer = client.get(f"/signataires/{token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    for told in (number, "Merci de signer.", "papier à en-tête", "J’ai pris connaissance"):
        assert told in answer.text
    assert f"/devis/{number}" not in answer.text, "it leads to no page of the buyer"
    for name in ("devis.pdf", "bon-de-commande.pdf"):
        assert client.get(f"/signataires/{token}/{name}").status_code == 202
    make_pdfs(database)
    for name in ("devis.pdf", "bon-de-commande.pdf", "bon-de-commande.docx"):
        file = client.get(f"/signataires/{token}/{name}")
        assert file.status_code == 200, name
        assert file.headers["Cache-Control"] == "no-store"
        assert "attachment" in file.headers["Content-Disposition"]


def test_opening_the_link_records_nothing_and_the_button_does(client, database, drawn):
    _town, number = drawn
    token = shared(database, drawn)
    before = acts(database, number)
    client.get(f"/signataires/{token}")
    client.head(f"/signataires/{token}")
    assert acts(database, number) == before, "mail scanners follow links"
    for _press in range(2):
        assert client.post(f"/signataires/{token}").status_code == 303
    assert acts(database, number).count("acknowledge_quote") == 1, "once a day"
    (told,) = emails(database, "quote_acknowledged")
    assert told.facts["signatory"] == "Hélène Vasseur"
    assert "Vous avez déclaré le" in client.get(f"/signataires/{token}").text


def test_another_day_is_another_reading(database, drawn):
    _town, number = drawn
    token = shared(database, drawn)
    with database.transaction() as session:
        first = acknowledge_quote(session, token, by=VISITOR, at=now())
        again = acknowledge_quote(session, token, by=VISITOR, at=now() + timedelta(minutes=1))
        acknowledge_quote(session, token, by=VISITOR, at=now() + timedelta(days=1))
        assert again.id == first.id
    with database.reading_session() as session:
        quote = quote_in(session, number)
        (read_at,) = openings_of(session, quote.id).values()
        entry = next(
            one for one in journal_of(session, quote.dossier_id) if one.act == "acknowledge_quote"
        )
    assert len(read_at) == 2
    assert entry.by_name == "Hélène Vasseur"


def test_the_dossier_tells_who_has_read(buyer, database, drawn):
    _town, number = drawn
    token = shared(database, drawn)
    page = buyer.get(f"/devis/{number}").text
    assert "N’a pas encore déclaré en avoir pris connaissance" in page
    buyer.post(f"/signataires/{token}")
    page = buyer.get(f"/devis/{number}").text
    assert "A déclaré en avoir pris connaissance" in page
    assert "maire@bellefontaine.example" in page


@pytest.mark.parametrize(
    "page", ["", "/devis.pdf", "/bon-de-commande.pdf", "/bon-de-commande.docx"]
)
def test_a_forged_link_does_not_exist(client, page):
    answer = client.get(f"/signataires/{'A' * 43}{page}")
    assert answer.status_code == 404
    assert "Ce lien est inconnu" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_forged_link_records_nothing(client, database, drawn):
    before = acts(database, drawn[1])
    assert client.post(f"/signataires/{'A' * 43}").status_code == 404
    assert acts(database, drawn[1]) == before


def test_a_withdrawn_link_opens_no_more(buyer, database, drawn):
    _town, number = drawn
    token = shared(database, drawn)
    with database.reading_session() as session:
        (link,) = links_of(session, quote_in(session, number).id)
    answer = buyer.post(f"/devis/{number}/signataires/{link.id}/retrait")
    assert answer.status_code == 303
    for press in (buyer.get, buyer.post):
        assert press(f"/signataires/{token}").status_code in (410, 303)
    gone = buyer.get(f"/signataires/{token}")
    assert gone.status_code == 410
    assert "retiré par l’acheteur" in gone.text
    assert "retiré" in buyer.get(f"/devis/{number}/signataires").text
    assert "revoke_link" in acts(database, number)
    assert "acknowledge_quote" not in acts(database, number)
    with database.transaction() as session, pytest.raises(IllegalTransition):
        revoke_link(session, quote_in(session, number), link.id, by=drawn[0].buyer, at=now())


def test_a_link_ends_with_its_quote(database, drawn):
    token = shared(database, drawn)
    with database.transaction() as session:
        last = quote_in(session, drawn[1]).valid_until
        assert link_of_token(session, token, at=now()).last_day == last
        for late in (32, 400):
            at = now() + timedelta(days=late)
            with pytest.raises(LinkOver):
                link_of_token(session, token, at=at)
            with pytest.raises(LinkOver):
                acknowledge_quote(session, token, by=VISITOR, at=at)


def test_only_who_buys_creates_a_link_and_only_of_an_open_quote(database, drawn):
    town, number = drawn
    reader = Actor("Lecteur", frozenset({READER}), organisation_id=town.buyer.organisation_id)
    with database.transaction() as session:
        quote = quote_in(session, number)
        for by in (reader, Actor("Ventes", frozenset({SALES}))):
            with pytest.raises(NotAllowed):
                share_quote(session, quote, MAYOR, by=by, at=now())
        with pytest.raises(QuoteExpired):
            share_quote(session, quote, MAYOR, by=town.buyer, at=now() + timedelta(days=400))
        for _link in range(MOST_OPEN):
            share_quote(session, quote, Recipient("A"), by=town.buyer, at=now())
        with pytest.raises(TooManyLinks):
            share_quote(session, quote, Recipient("B"), by=town.buyer, at=now())
        cancel_quote(session, quote, by=town.buyer, at=now())
        with pytest.raises(IllegalTransition):
            share_quote(session, quote, MAYOR, by=town.buyer, at=now())


def test_a_link_of_a_cancelled_quote_asks_for_nothing(client, database, drawn):
    town, number = drawn
    token = shared(database, drawn)
    with database.transaction() as session:
        cancel_quote(session, quote_in(session, number), by=town.buyer, at=now())
    page = client.get(f"/signataires/{token}").text
    assert "Rien ne vous est plus demandé" in page
    assert "papier à en-tête" not in page


def test_a_link_of_another_quote_is_not_withdrawn(database, drawn):
    town, number = drawn
    shared(database, drawn)
    with database.transaction() as session:
        lines = [sale_line(session, town.product_id)]
        other = make_quote(session, town.buyer, lines, at=now())
        (link,) = links_of(session, quote_in(session, number).id)
        with pytest.raises(NotFound):
            revoke_link(session, other, link.id, by=town.buyer, at=now())


def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(buyer, drawn):
    answer = buyer.post(
        f"/devis/{drawn[1]}/signataires", data={"name": "", "email": "maire@", "message": "Merci"}
    )
    assert answer.status_code == 422
    for told in ('id="name-error"', 'id="email-error"', "Merci"):
        assert told in answer.text


def test_the_office_sees_the_links_and_may_withdraw_one(app, database, drawn):
    _town, number = drawn
    shared(database, drawn)
    page = staff(app, database, SALES).get(f"/devis/{number}/signataires").text
    assert "Retirer ce lien" in page
    assert "Créer le lien" not in page


@pytest.mark.each_database
def test_what_was_read_is_never_changed(database, drawn):
    token = shared(database, drawn)
    with database.transaction() as session:
        acknowledge_quote(session, token, by=VISITOR, at=now())
    for change in ("UPDATE signatory_openings SET link_id = 0", "DELETE FROM signatory_openings"):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(text(change))


def test_an_unknown_token_is_told_so(database, drawn):
    with database.reading_session() as session:
        with pytest.raises(LinkUnknown):
            link_of_token(session, "no", at=now())
        assert session.scalar(select(SignatoryLink.id)) is None


def test_a_withdrawn_link_says_so_to_a_late_press(database, drawn):
    town, number = drawn
    token = shared(database, drawn)
    with database.transaction() as session:
        quote = quote_in(session, number)
        (link,) = links_of(session, quote.id)
        revoke_link(session, quote, link.id, by=town.buyer, at=now())
        with pytest.raises(LinkWithdrawn):
            acknowledge_quote(session, token, by=VISITOR, at=now())


def suspend(database: Database, town: Town) -> None:
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED


def test_a_body_that_is_suspended_creates_no_link_and_is_asked_for_nothing(client, database, drawn):
    town, number = drawn
    token = shared(database, drawn)
    suspend(database, town)
    with database.transaction() as session:
        quote = quote_in(session, number)
        with pytest.raises(OrganisationNotVerified):
            share_quote(session, quote, MAYOR, by=town.buyer, at=now())
        with pytest.raises(OrganisationNotVerified):
            prepare_order_form(session, quote, Filled("A"), by=town.buyer, at=now())
    assert "Rien ne vous est plus demandé" in client.get(f"/signataires/{token}").text


def test_a_mailbox_is_not_filled_by_links_that_are_withdrawn_at_once(database, drawn):
    town, number = drawn
    with database.transaction() as session:
        quote = quote_in(session, number)
        for _link in range(MOST_OPEN):
            made = share_quote(session, quote, MAYOR, by=town.buyer, at=now()).link
            revoke_link(session, quote, made.id, by=town.buyer, at=now())
        with pytest.raises(TooManyLinks):
            share_quote(session, quote, MAYOR, by=town.buyer, at=now())
        tomorrow = now() + timedelta(days=1, minutes=1)
        assert share_quote(session, quote, MAYOR, by=town.buyer, at=tomorrow).token
