"""« Une question, une précision ? »: asked by anybody, answered by e-mail, kept with a dossier."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import FINDERS, HOLDINGS
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN
from shop.core.errors import NotAllowed
from shop.dossiers.models import Dossier
from shop.emails.messages import render_email
from shop.ops.clock import now
from shop.people.people import get_person
from shop.privacy.personal_data import copy_of, erase
from shop.questions.desk import answer_question, close_question
from shop.questions.models import Question
from shop.questions.procedure import QuestionState
from shop.questions.questions import KEPT, ask_question, tidy_questions
from shop.questions.rules import Asked, QuestionAnswered
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.storage.paging import A_PAGE
from shop.web.kit.once import FIELD
from shop.web.kit.sessions import VISITOR
from tests.factories import OFFICE, make_buyer, make_letterhead, make_person, make_shop, siret_of
from tests.orders import make_card_order, make_order_from_original, make_quote
from tests.people import sign_in, staff

ASKED = {
    "name": "Luc Petit",
    "email": "luc@elsewhere.example",
    "subject": "Délai de livraison",
    "number": "",
    "message": "Bonjour,\n\nquand serons-nous livrés ?",
}
QUESTION = Asked("Luc Petit", "luc@elsewhere.example", "Délai", "Quand ?", "fr")


@pytest.fixture(autouse=True)
def _letterhead(database: Database) -> None:
    with database.transaction() as session:
        make_letterhead(session, at=now())


@pytest.fixture
def sale(database: Database):
    """A town's quote that became an order: the buyer, the quote's number, the order's."""
    with database.transaction() as session:
        lines = make_shop(session)
        buyer = make_buyer(session, at=now())
        quote = make_quote(session, buyer, lines, at=now())
        order = make_order_from_original(session, quote, at=now())
        return buyer, quote.number, order.number


def ask(client, **change: str):
    return client.post("/question", data=ASKED | {FIELD: secrets.token_hex(8)} | change)


def only(database: Database) -> Question:
    with database.reading_session() as session:
        return session.scalars(select(Question)).one()


def waiting(database: Database, **change: str) -> int:
    with database.transaction() as session:
        asked = replace(QUESTION, **change)
        return ask_question(session, asked, FINDERS, by=VISITOR, at=now()).id


def newest_email(database: Database) -> Email:
    with database.reading_session() as session:
        return session.scalars(select(Email).order_by(Email.id.desc()).limit(1)).one()


def text_of(email: Email):
    return render_email(
        email.template, email.facts, language=email.language, public_url="https://comptoir.test"
    )


def test_anybody_asks_without_an_account_and_receives_an_acknowledgement(client, database):
    page = client.get("/question").text
    assert "Une question, une précision" in page
    answer = ask(client)
    assert (answer.status_code, answer.location) == (303, "/question/envoyee")
    assert client.get(answer.location).status_code == 200
    row = only(database)
    assert (row.state, row.name, row.user_id) == (QuestionState.WAITING, "Luc Petit", None)
    email = newest_email(database)
    assert (email.template, email.to) == ("question_acknowledged", ASKED["email"])


def test_the_acknowledgement_repeats_nothing_that_was_typed(client, database):
    """Anybody can give anybody's address: the shop sends nobody another person's text."""
    ask(client, name="WIN A PRIZE", subject="spam.example", message="http://spam.example")
    told = text_of(newest_email(database))
    assert "spam" not in told.subject + told.body
    assert "PRIZE" not in told.subject + told.body


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"email": "luc"}, {"subject": " "}, {"message": ""}, {"message": "x" * 4001}],
)
def test_a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(client, database, change):
    answer = ask(client, **change)
    assert answer.status_code == 422
    assert f'href="#{next(iter(change))}"' in answer.text
    assert "quand serons-nous" in answer.text or "message" in change
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 0


def test_a_form_without_its_key_is_shown_again(client, database):
    assert client.post("/question", data=ASKED | {FIELD: ""}).status_code == 422


def test_a_reader_who_names_a_document_finds_question_and_answer_in_the_dossier(
    app, client, database, sale
):
    buyer, number, order = sale
    sign_in(client, buyer.user_id)
    page = client.get(f"/devis/{number}").text
    assert f"/question?number={number}" in page
    form = client.get(f"/question?number={number}").text
    assert f'value="{number}"' in form
    assert f'value="{buyer.email}"' in form
    assert ask(client, number=f" {order.lower()} ", email=str(buyer.email)).status_code == 303
    row = only(database)
    assert row.reads_dossier
    assert "Délai de livraison" in client.get(f"/devis/{number}").text
    office = staff(app, database, SALES_ADMIN)
    path = f"/bureau/questions/{row.id}"
    assert number in office.get(path).text
    assert office.post(f"{path}/reponse", data={"answer": "Jeudi.\n\nHugo"}).status_code == 303
    shown = client.get(f"/devis/{number}").text
    assert "Jeudi." in shown
    assert "Réponse donnée à la question" in shown


def test_a_visitor_who_names_a_document_learns_nothing_and_the_staff_see_it_there(
    app, client, database, sale
):
    buyer, number, _order = sale
    known = ask(client, number=number)
    unknown = ask(client, number="DE-2026-999999", subject="Autre")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    with database.reading_session() as session:
        named, stranger = session.scalars(select(Question).order_by(Question.id)).all()
        dossier = session.scalars(select(Dossier).where(Dossier.number == number)).one()
        assert (named.dossier_id, named.reads_dossier) == (dossier.id, False)
        assert stranger.dossier_id is None
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.subject == f"question:{named.id}")
        ).one()
        assert (entry.dossier_id, entry.by_name) == (None, "")
    sign_in(client, buyer.user_id)
    assert ASKED["subject"] not in client.get(f"/devis/{number}").text
    office = staff(app, database, SALES)
    page = office.get(f"/devis/{number}").text
    assert ASKED["subject"] in page
    assert "sans accès à ce dossier" in page
    assert "vérifiez qui elle est" in office.get(f"/bureau/questions/{named.id}").text


def test_a_member_of_another_organisation_is_a_stranger_to_the_dossier(client, database, sale):
    _buyer, number, _order = sale
    with database.transaction() as session:
        other = make_buyer(session, "autre@ville.example", siret=siret_of(5), at=now())
    sign_in(client, other.user_id)
    ask(client, number=number)
    assert not only(database).reads_dossier


def test_the_answer_is_sent_by_e_mail_with_the_question_below(app, database):
    question = waiting(database, message="Quand ?\nhttp://spam.example")
    office = staff(app, database, SALES)
    data = {"answer": "Jeudi matin.\n\nBien à vous"}
    assert office.post(f"/bureau/questions/{question}/reponse", data=data).status_code == 303
    email = newest_email(database)
    assert (email.template, email.to) == ("question_answered", QUESTION.email)
    told = text_of(email)
    assert "Jeudi matin.\n\nBien à vous" in told.body
    assert "> Quand ?" in told.body
    assert "http://" not in told.body
    row = only(database)
    assert (row.state, row.answer) == (QuestionState.ANSWERED, data["answer"].replace("\r", ""))


def test_an_answer_and_a_reason_are_needed(app, database):
    question = waiting(database)
    office = staff(app, database, SALES)
    assert office.post(f"/bureau/questions/{question}/reponse", data={}).status_code == 422
    assert office.post(f"/bureau/questions/{question}/cloture", data={}).status_code == 422
    closed = office.post(f"/bureau/questions/{question}/cloture", data={"reason": "Publicité"})
    assert closed.status_code == 303
    assert newest_email(database).template == "question_acknowledged"
    assert "Close sans réponse" in office.get(f"/bureau/questions/{question}").text
    office.post(f"/bureau/questions/{question}/reponse", data={"answer": "Trop tard"})
    assert (only(database).state, only(database).answer) == (QuestionState.CLOSED, "")


def test_a_colleague_who_answers_second_is_told(database):
    question = waiting(database)
    with database.transaction() as session:
        answer_question(session, question, answer="Jeudi.", by=OFFICE, at=now())
    with database.transaction() as session, pytest.raises(QuestionAnswered) as told:
        close_question(session, question, reason="Posée deux fois", by=OFFICE, at=now())
    assert told.value.facts == {"name": OFFICE.name}


@pytest.mark.parametrize(
    ("role", "opens"),
    [(SALES, True), (SALES_ADMIN, True), (ADMIN, True), (LOGISTICS, False), (ACCOUNTING, False)],
)
def test_the_desk_is_for_those_who_answer(app, database, role, opens):
    question = waiting(database)
    office = staff(app, database, role)
    assert office.get("/bureau/questions").status_code == (200 if opens else 403)
    assert ("/bureau/questions" in office.get("/bureau").text) is opens
    answer = office.post(f"/bureau/questions/{question}/reponse", data={"answer": "Oui."})
    assert answer.status_code == (303 if opens else 403)


def test_the_service_refuses_who_may_not_answer(database):
    question = waiting(database)
    with database.transaction() as session, pytest.raises(NotAllowed):
        answer_question(session, question, answer="Moi", by=VISITOR, at=now())


def test_the_desk_shows_the_oldest_first_a_page_at_a_time_with_the_true_count(app, database):
    for number in range(A_PAGE + 2):
        waiting(database, subject=f"Question {number:03d}")
    office = staff(app, database, SALES)
    first = office.get("/bureau/questions").text
    assert f"{A_PAGE + 2} questions à traiter" in first
    assert first.index("Question 000") < first.index("Question 001")
    assert f"Question {A_PAGE:03d}" not in first
    assert f"Lignes 1 à {A_PAGE} sur {A_PAGE + 2}" in first
    second = office.get("/bureau/questions?page=2").text
    assert f"Question {A_PAGE + 1:03d}" in second
    assert "Question 000" not in second
    assert office.get("/bureau/questions?page=99").text.count("<h1") == 1


def test_questions_from_one_place_are_limited_and_nothing_typed_is_lost(client, database):
    for _turn in range(5):
        assert ask(client).status_code == 303
    answer = ask(client)
    assert answer.status_code == 429
    assert "quand serons-nous livrés" in answer.text
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 5


def test_questions_are_in_the_copy_of_a_persons_data_and_erased_with_the_account(database, sale):
    _buyer, number, _order = sale
    with database.transaction() as session:
        person = make_person(session, at=now(), email="lea@home.example")
        by = replace(VISITOR, user_id=person.id, name=person.name)
        asked = replace(QUESTION, email=person.email, number=number)
        own = ask_question(session, asked, FINDERS, by=by, at=now())
        ask_question(session, replace(asked, message="Avant"), FINDERS, by=VISITOR, at=now())
        ask_question(session, QUESTION, FINDERS, by=VISITOR, at=now())
        answer_question(session, own.id, answer="Jeudi.", by=OFFICE, at=now())
        person_id = person.id
    with database.transaction() as session:
        person = get_person(session, person_id)
        copy = copy_of(session, person, HOLDINGS, by=by, at=now())
        assert [one["message"] for one in copy["questions"]] == ["Quand ?", "Avant"]
        assert copy["questions"][0]["answer"] == "Jeudi."
        erase(session, person, HOLDINGS, confirmed=person.email, by=by, at=now())
    assert only(database).email == QUESTION.email
    with database.reading_session() as session:
        left = session.scalars(
            select(Email).where(Email.to == "lea@home.example").order_by(Email.id)
        ).all()
        assert [email.template for email in left] == ["account_erased"]


def test_a_question_that_names_nothing_is_deleted_a_year_after_it_ended(database, sale):
    _buyer, number, _order = sale
    with database.transaction() as session:
        ended, kept, open_one = (
            ask_question(session, replace(QUESTION, number=n), FINDERS, by=VISITOR, at=now())
            for n in ("", number, "")
        )
        for row in (ended, kept):
            answer_question(session, row.id, answer="Oui.", by=OFFICE, at=now())
        left = {kept.id, open_one.id}
    for late in (KEPT - timedelta(minutes=1), KEPT):
        with database.transaction() as session:
            tidy_questions(session, at=now() + late)
            found = set(session.scalars(select(Question.id)))
        assert (found == left) is (late == KEPT)


@pytest.mark.parametrize("path", ["/organismes-publics", "/conditions-de-vente", "/", "/livraison"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_leads_to_the_form(client, path, language):
    with client.session_transaction() as cookie:
        cookie["language"] = language
    assert 'href="/question"' in client.get(path).text


def test_the_page_of_a_card_order_leads_to_the_form_with_its_number(app, database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session), at=now())
        number = session.scalars(select(Order.number).where(Order.id == order.id)).one()
    page = staff(app, database, SALES).get(f"/commandes/{number}").text
    assert f"/question?number={number}" in page
