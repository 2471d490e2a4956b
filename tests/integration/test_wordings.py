"""The office reads every e-mail of the shop and publishes its own words in them."""

import re

import pytest
from flask import Flask
from lxml.html import document_fromstring
from sqlalchemy import select

from shop.core.actors import ADMIN, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.emails.delivery import DemonstrationPost
from shop.emails.kinds import KINDS, get_kind
from shop.emails.wordings import (
    get_wording,
    latest_wording,
    publish_wording,
    wordings_in_force,
)
from shop.emails.words_rules import (
    DELIVERED,
    OtherLanguageMissing,
    SameWords,
    UnknownPlaceholder,
    Wording,
    Words,
    WordsChanged,
)
from shop.jobs import deliver_emails
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email, post
from tests.conftest import TEST_SETTINGS
from tests.counting import counted
from tests.factories import AT, BOOKS, make_buyer, make_shop
from tests.orders import make_quote
from tests.people import staff
from tests.settled import BOSS

LIST = "/bureau/e-mails-de-la-boutique"
PLACE = f"{LIST}/quote_issued"
QUOTE = get_kind("quote_issued")
FRENCH = "Le devis {number} vous attend jusqu’au {last_day}."
ENGLISH = "Quote {number} is yours until {last_day}."
FULL = "Le devis DE-2026-000042 vous attend jusqu’au vendredi 18 décembre 2026."

pytestmark = pytest.mark.usefixtures("printed_once")


def introduction(french: str = FRENCH, english: str = ENGLISH) -> Wording:
    return Wording(Words(introduction=french), Words(introduction=english))


def publish(
    database: Database, wording: Wording, *, seen: int = 0, by=BOSS, template: str = "quote_issued"
) -> None:
    with database.transaction() as session:
        publish_wording(session, get_kind(template), wording, seen=seen, by=by, at=AT)


def typed(**answers: str) -> dict[str, str]:
    return {"fr_introduction": FRENCH, "en_introduction": ENGLISH, "seen": "0"} | answers


def mark_in(page: str) -> str:
    return re.findall(r'name="shown"\s+value="([0-9a-f]{16})"', page)[0]


def letters_in(page: str) -> list[str]:
    """The HTML of the previews: French light and dark, then English."""
    return document_fromstring(page).xpath("//iframe/@srcdoc")


def test_a_version_is_recorded_and_others_are_refused(database: Database):
    with pytest.raises(NotAllowed):
        publish(database, introduction(), by=BOOKS)
    with pytest.raises(SameWords):
        publish(database, DELIVERED)
    with pytest.raises(UnknownPlaceholder):
        publish(database, introduction("{iban}", "{iban}"))
    with pytest.raises(OtherLanguageMissing):
        publish(database, Wording(Words(closing="Merci."), Words()))
    publish(database, introduction())
    with pytest.raises(WordsChanged):
        publish(database, introduction("Merci.", "Thanks."))
    with database.reading_session() as session:
        assert latest_wording(session, QUOTE) == (1, introduction())
        assert wordings_in_force(session) == {"quote_issued": introduction()}
        assert get_wording(session, QUOTE, 1).by_name == BOSS.name
        with pytest.raises(NotFound):
            get_wording(session, QUOTE, 2)
        (entry,) = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "publish_wording")
        )
    assert entry.facts == {"email": "quote_issued", "number": 1}
    publish(database, DELIVERED, seen=1)
    with database.reading_session() as session:
        assert wordings_in_force(session) == {}


def test_each_kind_has_versions_of_its_own(database: Database):
    publish(database, introduction())
    publish(database, introduction("Merci.", "Thanks."), template="quote_expired")
    publish(database, introduction("Bonjour.", "Hello."), seen=1)
    with database.reading_session() as session:
        assert latest_wording(session, QUOTE) == (2, introduction("Bonjour.", "Hello."))
        assert wordings_in_force(session).keys() == {"quote_issued", "quote_expired"}


def test_an_e_mail_leaves_with_the_words_in_force_and_keeps_them(database: Database):
    publish(database, Wording(Words("Devis {number}", FRENCH), Words("Quote {number}", ENGLISH)))
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
    deliver_emails(database, TEST_SETTINGS, DemonstrationPost())
    publish(database, DELIVERED, seen=1)
    with database.reading_session() as session:
        sent = session.scalars(select(Email).where(Email.template == "quote_issued")).one()
    assert sent.subject == f"Devis {quote.number}"
    assert f"Le devis {quote.number} vous attend jusqu’au" in (sent.body or "")
    assert "le devis signé et tamponné seul ne suffit pas" in (sent.body or "")


def test_the_words_are_read_once_for_all_the_e_mails_that_are_due(database: Database):
    def statements(many: int) -> int:
        with database.transaction() as session:
            for place in range(many):
                to = f"{place}@ville.example"
                post(session, "account_exists", to=to, language="fr", at=AT)
        with counted(database) as made:
            assert deliver_emails(database, TEST_SETTINGS, DemonstrationPost()) == many
        return sum("email_wordings" in str(one) for one in made)

    publish(database, introduction("Merci.", "Thanks."), template="account_exists")
    assert statements(4) == statements(1) == 1


def test_what_a_person_typed_is_neither_a_template_nor_html(database: Database, app: Flask):
    publish(database, introduction("R&D : {number}", "R&D"))
    office = staff(app, database, ADMIN)
    light = letters_in(office.get(PLACE).text)[0]
    assert "R&amp;D" in light and "R&D" not in light


def test_every_kind_is_listed_with_its_recipient_and_opens(database: Database, app: Flask):
    office = staff(app, database, ADMIN)
    page = document_fromstring(office.get(LIST).text)
    links = page.xpath("//tbody[@data-rows]//a/@href")
    assert sorted(links) == sorted(f"{LIST}/{template}" for template in KINDS)
    assert "l’acheteur" in page.text_content() and "Votre devis DE-2026" in page.text_content()
    assert staff(app, database, SALES).get(LIST).status_code == 403
    assert office.get(f"{LIST}/no_such").status_code == 404
    assert office.get(f"{LIST}/_closing").status_code == 404


@pytest.mark.parametrize("template", sorted(KINDS))
def test_each_kind_is_previewed_as_text_and_html_in_both_languages(
    database: Database, app: Flask, template: str
):
    answer = staff(app, database, ADMIN, language="en").get(f"{LIST}/{template}")
    assert answer.status_code == 200
    letters = letters_in(answer.text)
    assert [re.findall(r'<html lang="(..)"', one)[0] for one in letters] == ["fr", "fr", "en", "en"]
    assert [one.count("@media all") for one in letters] == [0, 1, 0, 1]
    text = document_fromstring(answer.text).find_class("letters__text")
    assert len(text) == 2
    assert not re.search(r"%\(|\{[a-z]", "".join(one.text_content() for one in text))


def test_the_page_lets_the_styles_of_the_preview_through_and_no_others(database: Database, app):
    office = staff(app, database, ADMIN)
    policy = office.get(PLACE).headers["Content-Security-Policy"]
    (styles,) = re.findall(r"style-src ([^;]*);", policy)
    assert "'unsafe-inline'" not in styles and styles.count("'sha256-") > 5
    assert "style-src" not in office.get(LIST).headers["Content-Security-Policy"]


def test_words_are_previewed_then_published_then_put_back(database: Database, app: Flask):
    boss = staff(app, database, ADMIN, language="en")
    preview = boss.post(PLACE, data=typed()).text
    assert "The e-mail as it would leave" in preview and FULL in letters_in(preview)[0]
    assert FULL not in letters_in(boss.get(PLACE).text)[0]
    sent = boss.post(PLACE, data=typed(shown=mark_in(preview)))
    assert sent.status_code == 303
    shown = boss.get(PLACE).text
    assert FULL in letters_in(shown)[0] and FRENCH in shown
    assert "E-mails leave with this version." in boss.get(f"{PLACE}/1").text
    assert FRENCH not in boss.get(f"{PLACE}?version=0").text
    gone = typed(fr_introduction="", en_introduction="", seen="1")
    again = boss.post(PLACE, data=gone).text
    assert boss.post(PLACE, data=gone | {"shown": mark_in(again)}).status_code == 303
    assert "Put this version back" in boss.get(f"{PLACE}/1").text
    assert FRENCH in boss.get(f"{PLACE}?version=1").text
    assert boss.get(f"{PLACE}?version=7").status_code == boss.get(f"{PLACE}/7").status_code == 404


def test_another_draft_than_the_one_shown_is_shown_again(database: Database, app: Flask):
    boss = staff(app, database, ADMIN, language="en")
    mark = mark_in(boss.post(PLACE, data=typed()).text)
    other = boss.post(PLACE, data=typed(fr_introduction="Autre.", shown=mark))
    assert other.status_code == 200 and "Autre." in letters_in(other.text)[0]
    with database.reading_session() as session:
        assert latest_wording(session, QUOTE)[0] == 0


def test_the_second_of_two_people_sees_both_versions(database: Database, app: Flask):
    boss = staff(app, database, ADMIN, language="en")
    mine = typed(fr_introduction="Soldes.", en_introduction="Sales.")
    mark = mark_in(boss.post(PLACE, data=mine).text)
    publish(database, introduction())
    late = boss.post(PLACE, data=mine | {"shown": mark})
    assert late.status_code == 409
    assert "Published meanwhile: version 1" in late.text
    assert FRENCH in late.text and "Soldes." in late.text
    again = boss.post(PLACE, data=mine | {"seen": "1"}).text
    assert boss.post(PLACE, data=mine | {"seen": "1", "shown": mark_in(again)}).status_code == 303


@pytest.mark.parametrize(
    ("answer", "field", "sentence"),
    [
        ({"fr_introduction": "{iban}"}, "fr_introduction", "{last_day}, {number}, {total}"),
        ({"en_introduction": ""}, "en_introduction", "in both languages"),
        ({"fr_closing": "Merci."}, "en_closing", "in both languages"),
        ({"en_introduction": "<b>x</b>"}, "en_introduction", "Write plain words"),
        ({"fr_introduction": "x" * 1_501}, "fr_introduction", "at most"),
        ({"fr_subject": "x" * 121, "en_subject": "x"}, "fr_subject", "too long"),
    ],
)
def test_each_mistake_stands_beside_its_field_and_what_was_typed_is_kept(
    database: Database, app: Flask, answer: dict[str, str], field: str, sentence: str
):
    boss = staff(app, database, ADMIN, language="en")
    answers = typed() | answer
    refused = boss.post(PLACE, data=answers)
    assert refused.status_code == 422
    page = document_fromstring(refused.text)
    (told,) = page.xpath(f"//*[@id='{field}-error']")
    assert sentence in told.text_content()
    for name in ("fr_introduction", "en_introduction"):
        (area,) = page.xpath(f"//textarea[@name='{name}']")
        assert area.text_content().strip() == answers[name]


def test_all_mistakes_are_told_at_once(database: Database, app: Flask):
    boss = staff(app, database, ADMIN, language="en")
    wrong = typed(fr_introduction="{iban}", fr_closing="<i>", en_closing="{bic}")
    page = document_fromstring(boss.post(PLACE, data=wrong).text)
    found = {one.get("id") for one in page.find_class("field__error")}
    assert found == {"fr_introduction-error", "fr_closing-error", "en_closing-error"}


def test_a_subject_that_is_fixed_has_no_field(database: Database, app: Flask):
    boss = staff(app, database, ADMIN, language="en")
    place = f"{LIST}/password_changed"
    page = boss.get(place).text
    assert 'name="fr_subject"' not in page and "Nothing can be filled in here" in page
    forged = {"fr_subject": "X", "en_subject": "X", "fr_closing": "Merci.", "en_closing": "Thanks."}
    preview = boss.post(place, data=forged | {"seen": "0"}).text
    assert "<title>Votre mot de passe" in letters_in(preview)[0]
    assert "Merci." in letters_in(preview)[0]


def test_an_e_mail_that_waits_is_shown_with_the_words_in_force(database: Database, app: Flask):
    with database.transaction() as session:
        make_quote(session, make_buyer(session), make_shop(session))
    with database.reading_session() as session:
        waiting = session.scalars(select(Email)).one().id
    boss = staff(app, database, ADMIN)
    assert "vous attend jusqu’au" not in boss.get(f"/bureau/e-mails/{waiting}").text
    mark = mark_in(boss.post(PLACE, data=typed()).text)
    boss.post(PLACE, data=typed(shown=mark))
    assert "vous attend jusqu’au" in boss.get(f"/bureau/e-mails/{waiting}").text
