"""Withdrawals: stated online without an account, acknowledged, attached, answered, refunded."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from checkout.deliveries.deliveries import goods_of, issue_delivery_note
from checkout.orders.consumers import WITHDRAWAL_TOLD
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.web.card.processor import EXTENSION
from checkout.withdrawals.desk import specify_withdrawal
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.periods import last_day_of
from checkout.withdrawals.procedure import WithdrawalState
from checkout.withdrawals.rules import MoreThanOrdered
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN, THE_PROCESSOR
from shop.core.money import Money
from shop.core.sales import line_of
from shop.dossiers.dossiers import content_of
from shop.emails.messages import as_html, render_email
from shop.ops.clock import travelled
from shop.signin.attempts import LIMITS, WITHDRAWAL
from shop.storage.db import Database, Immutable
from shop.storage.journal import JournalEntry, record
from shop.storage.outbox import Email
from tests.factories import AT, OFFICE, STORES, make_buyer, make_checkout, make_product, make_shop
from tests.fakes import FakeGateway
from tests.hygiene import parsed
from tests.listed import said
from tests.orders import deliver_all, locked_order, make_card_order
from tests.people import sign_in, staff
from tests.writers import Writer

ADDRESS = "particulier@example.org"
KEY = "k" * 43
HERE, CONFIRM = "Renoncer au contrat ici", "Confirmer la rétractation"


@pytest.fixture
def order(database: Database) -> Order:
    with database.transaction() as session:
        return make_card_order(session, make_shop(session))


def statement(number: str, **answers: Any) -> dict[str, Any]:
    return {
        "name": "Léa Petit",
        "number": number,
        "email": ADDRESS,
        "scope": "whole",
        "items": "",
    } | answers


def declare(client, number: str, **answers: Any):
    """Both pages, one after the other; the answer of the second."""
    form = statement(number, **answers)
    first = client.post("/retractation/declaration", data=form)
    assert first.status_code == 200 and 'name="change"' in first.text
    return client.post("/retractation/declaration/confirmation", data=form)


BY_HAND = "/remboursement/a-la-main"


def kept(database: Database) -> list[Withdrawal]:
    with database.reading_session() as session:
        return list(session.scalars(select(Withdrawal).order_by(Withdrawal.id)))


def acknowledgement(database: Database, language: str = "fr") -> str:
    """The newest one, as it is read."""
    with database.reading_session() as session:
        sent = session.scalars(
            select(Email)
            .where(Email.template == "withdrawal_acknowledged")
            .order_by(Email.id.desc())
        ).first()
    assert sent is not None and sent.to == ADDRESS
    made = render_email(sent.template, sent.facts, language=language, public_url="http://s.example")
    assert made.subject in unescape(as_html(made, language=language))
    return made.body


def acts(database: Database, order: Order) -> list[str]:
    with database.reading_session() as session:
        entries = select(JournalEntry.act).where(JournalEntry.dossier_id == order.dossier_id)
        return list(session.scalars(entries.order_by(JournalEntry.id)))


def informed(database: Database, order: Order) -> None:
    """The buyer was told of the right before paying."""
    with database.transaction() as session:
        subject, kept_in = f"order:{order.id}", order.dossier_id
        told = {WITHDRAWAL_TOLD: True}
        record(session, subject, "place_order", by=THE_PROCESSOR, at=AT, dossier_id=kept_in, **told)


def delivered(database: Database, order: Order) -> None:
    with database.transaction() as session:
        deliver_all(session, locked_order(session, order.number))


@pytest.mark.parametrize("page", ["/", "/retractation"])
def test_the_function_is_reached_from_the_footer_and_the_page_on_the_right(client, page):
    shown = client.get(page).text
    assert '"/retractation/declaration"' in shown and HERE in shown
    assert "pas encore ouverte" not in shown


def test_a_statement_is_kept_only_once_it_is_confirmed(client, database, order):
    page = client.get("/retractation/declaration")
    assert page.status_code == 200 and HERE in page.text
    read = client.post("/retractation/declaration", data=statement(order.number))
    assert CONFIRM in read.text and "toute la commande" in read.text.lower()
    assert kept(database) == []
    again = client.post("/retractation/declaration", data=statement(order.number) | {"change": "1"})
    assert HERE in again.text and order.number in again.text


def test_a_statement_that_matches_is_attached_and_acknowledged(client, database, order):
    assert declare(client, order.number.lower(), email=ADDRESS.upper()).status_code == 200
    (row,) = kept(database)
    assert (row.state, row.order_id) == (WithdrawalState.DUE, order.id)
    with database.reading_session() as session:
        goods = [line for line in lines_of(session, order.id) if line.product_id is not None]
    assert row.units == {str(line.position): line.quantity for line in goods}
    assert acts(database, order) == ["attach_withdrawal", "cancel_units", "close_order"]
    with database.reading_session() as session:
        sent = session.scalars(select(Email)).one()
        assert sent.to == ADDRESS.upper() and sent.dossier_id == order.dossier_id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_acknowledgement_has_the_content_the_date_and_the_time(
    client, database, order, language
):
    declare(client, order.number, scope="part", items="1 enceinte\n2 pieds")
    body = acknowledgement(database, language)
    day = {"fr": "18 novembre 2026", "en": "18 November 2026"}[language]
    for words in (order.number, "Léa Petit", "1 enceinte", "2 pieds", ADDRESS, day):
        assert words in body
    hour = "h" if language == "fr" else ":"
    assert hour in body.partition(day)[2][:20]


def test_a_statement_with_another_address_goes_to_the_desk_with_the_same_answer(
    client, database, order
):
    matched = declare(client, order.number).text.partition("<main")[2]
    other = declare(client, order.number, email="x@example.org").text.partition("<main")[2]
    unknown = declare(client, "CO-1999-00001").text.partition("<main")[2]
    assert main(matched) == main(unknown)
    assert main(other).replace("x@example.org", ADDRESS) == main(unknown)
    assert [row.order_id for row in kept(database)] == [order.id, None, None]
    assert acts(database, order) == ["attach_withdrawal", "cancel_units", "close_order"]


def main(page: str) -> str:
    return page.partition("</main>")[0]


def test_an_organisation_is_told_why_the_right_is_not_theirs(client, database):
    with database.transaction() as session:
        town = make_buyer(session).organisation_id
        order = make_card_order(session, make_shop(session), organisation_id=town)
    declare(client, order.number)
    (row,) = kept(database)
    assert row.state is WithdrawalState.ANSWERED and row.order_id is None
    assert "réservé aux consommateurs" in acknowledgement(database)


def test_the_period_runs_from_the_order_until_14_days_after_the_last_good(database, order):
    informed(database, order)
    with database.reading_session() as session:
        assert last_day_of(session, order) is None
    delivered(database, order)
    with database.reading_session() as session:
        last = last_day_of(session, order)
    assert last is not None and 14 <= (last - AT.date()).days <= 21


@pytest.mark.parametrize(("told", "attached"), [(True, False), (False, True)])
def test_a_consumer_who_was_not_informed_has_twelve_months_more(
    client, database, order, told, attached
):
    if told:
        informed(database, order)
    delivered(database, order)
    with travelled(AT + timedelta(days=60)):
        declare(client, order.number)
    (row,) = kept(database)
    assert (row.order_id == order.id) is attached
    with travelled(AT + timedelta(days=500)):
        declare(client, order.number)
    assert kept(database)[-1].order_id is None


def test_who_may_read_the_order_chooses_among_its_lines(client, database, order):
    client.get(f"/commandes/{order.number}?key={KEY}")
    shown = client.get(f"/commandes/{order.number}").text
    assert f"/retractation/declaration?order={order.number}" in shown
    form = client.get(f"/retractation/declaration?order={order.number}").text
    assert 'name="units_1"' in form and ADDRESS in form and "Léa Petit" in form
    declare(client, order.number, scope="part", units_1="1", email="autre@example.org")
    (row,) = kept(database)
    assert (row.order_id, row.units) == (order.id, {"1": 1})
    assert row.items.startswith("1 × ")


@pytest.mark.parametrize(
    ("language", "all_left", "some_left"),
    [
        ("fr", "Commandé : {0}", "Commandé : {0} ; {1} encore"),
        ("en", "Ordered: {0}", "Ordered: {0}; {1} can still"),
    ],
)
def test_each_line_says_what_was_ordered_and_is_asked_for_part_of_the_order_only(
    client, database, order, language, all_left, some_left
):
    client.post("/langue", data={"language": language})
    client.get(f"/commandes/{order.number}?key={KEY}")
    declare(client, order.number, scope="part", units_1="1")
    with database.reading_session() as session:
        goods = [line for line in lines_of(session, order.id) if line.product_id is not None]
    page = said(client, f"/retractation/declaration?order={order.number}")
    hidden = parsed(page).find_class("reveal--part")[0]
    assert hidden.getparent().find_class("choice") and "reveals" in hidden.getparent().get("class")
    assert goods[0].quantity > 1 and len(hidden.xpath(".//input")) == len(goods)
    for line in goods:
        words = all_left if line.position > 1 else some_left
        assert words.format(line.quantity, line.quantity - 1) in hidden.text_content()


def test_a_stranger_does_not_see_the_lines_of_an_order(client, order):
    page = client.get(f"/retractation/declaration?order={order.number}").text
    assert "units_1" not in page and ADDRESS not in page


def test_part_of_an_order_needs_its_items(client, database, order):
    form = statement(order.number, scope="part")
    for page in ("", "/confirmation"):
        assert client.post(f"/retractation/declaration{page}", data=form).status_code == 422
    client.get(f"/commandes/{order.number}?key={KEY}")
    answer = client.post("/retractation/declaration", data=form | {"units_1": "99999"})
    assert answer.status_code == 422 and "99999" in answer.text
    assert kept(database) == []


@pytest.mark.parametrize(
    ("language", "asked", "refused"),
    [
        ("fr", "Si vous avez reçu les articles, renvoyez-les", "réservé aux consommateurs"),
        ("en", "If you have received the goods, send them back", "for consumers only"),
    ],
)
def test_only_a_consumer_who_has_the_goods_is_asked_to_send_them_back(
    app, database, language, asked, refused
):
    with database.transaction() as session:
        buyer, goods = make_buyer(session), make_shop(session)
        town = buyer.organisation_id
        numbers = [
            make_card_order(session, goods).number,
            make_card_order(session, goods, organisation_id=town).number,
            "CO-2026-999999",
        ]
    assert buyer.user_id is not None
    visitor = app.test_client()
    visitor.post("/langue", data={"language": language})
    body = sign_in(app.test_client(), buyer.user_id, language=language)
    told = {
        (who, number): declare(browser, number).text
        for who, browser, named in (("visitor", visitor, numbers), ("body", body, numbers[1:]))
        for number in named
    }
    for (who, number), page in told.items():
        assert (asked in page) is (who == "visitor"), (who, number)
        assert (refused in page) is (who == "body"), (who, number)
        assert not re.search(r">(?:Renvoyez|Send the goods back)", page)


def test_a_second_statement_of_the_same_goods_is_kept_and_goes_to_the_desk(client, database, order):
    for _time in range(2):
        declare(client, order.number)
    assert [row.state for row in kept(database)] == [WithdrawalState.DUE, WithdrawalState.RECEIVED]


def test_the_desk_attaches_nothing_to_an_order_that_was_withdrawn_or_is_an_organisation_s(
    app, client, database, order
):
    with database.transaction() as session:
        goods = [line_of(line) for line in lines_of(session, order.id)]
        town = make_buyer(session).organisation_id
        theirs = make_card_order(session, goods, organisation_id=town).number
    for number in (order.number, order.number):
        declare(client, number)
    office = staff(app, database, SALES_ADMIN)
    desk = f"/bureau/retractations/{kept(database)[1].id}"
    assert "ont déjà fait l" in unescape(office.get(desk).text)
    for number in (order.number, theirs):
        assert office.post(f"{desk}/commande", data={"number": number}).status_code == 422
    assert kept(database)[1].order_id is None


def test_the_mandatory_wordings_are_in_both_languages(app, client, database, order):
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert "Withdraw from contract here" in client.get("/retractation/declaration").text
    read = client.post("/retractation/declaration", data=statement(order.number)).text
    assert "Confirm withdrawal" in read
    client.post("/retractation/declaration/confirmation", data=statement(order.number))
    books = staff(app, database, ACCOUNTING, language="en")
    page = books.get(f"/bureau/retractations/{kept(database)[0].id}").text
    assert "Refund by" in page and "2 December 2026" in page


def test_the_desk_attaches_an_unmatched_statement_and_records_its_refund(
    app, client, database, order
):
    declare(client, "je ne sais plus")
    office, books = (staff(app, database, role) for role in (SALES_ADMIN, ACCOUNTING))
    (row,) = kept(database)
    desk = f"/bureau/retractations/{row.id}"
    assert "Aucune commande" in office.get(desk).text
    assert office.post(f"{desk}/commande", data={"number": "CO-1"}).status_code == 422
    attached = office.post(f"{desk}/commande", data={"number": order.number})
    assert attached.status_code == 303
    page = books.get(desk).text
    assert "2 décembre 2026" in page
    assert books.post(f"{desk}{BY_HAND}", data={"reference": " "}).status_code == 422
    assert books.post(f"{desk}{BY_HAND}", data={"reference": "re_1"}).status_code == 303
    (row,) = kept(database)
    assert (row.state, row.refunded) == (WithdrawalState.REFUNDED, order.including)
    assert acts(database, order) == [
        "attach_withdrawal",
        "cancel_units",
        "close_order",
        "refund_withdrawal",
    ]
    books.post(f"{desk}{BY_HAND}", data={"reference": "re_2"})
    assert acts(database, order)[4:] == []
    assert row.name not in books.get("/bureau/retractations").text
    assert books.get(desk).status_code == 200


def test_words_are_read_at_the_desk_before_the_refund(app, client, database, order):
    declare(client, order.number, scope="part", items="une enceinte")
    books = staff(app, database, ACCOUNTING)
    (row,) = kept(database)
    desk = f"/bureau/retractations/{row.id}"
    assert "Saisissez d’abord les quantités" in books.get(desk).text
    assert books.post(f"{desk}{BY_HAND}", data={"reference": "re_1"}).status_code == 422
    assert books.post(f"{desk}/articles", data={"units_1": "0"}).status_code == 422
    assert books.post(f"{desk}/articles", data={"units_1": "1"}).status_code == 303
    assert books.post(f"{desk}{BY_HAND}", data={"reference": "re_1"}).status_code == 303
    (row,) = kept(database)
    with database.reading_session() as session:
        line = line_of(lines_of(session, order.id)[0], quantity=1)
    assert row.refunded is not None and Money() < row.refunded < order.including
    assert line.unit_including in (None, row.refunded)


@pytest.mark.each_database
def test_two_statements_specified_at_once_never_withdraw_the_same_units(client, database, order):
    for _statement in range(2):
        declare(client, order.number, scope="part", items="tout")
    first, second = (row.id for row in kept(database))
    with database.reading_session() as session:
        line = lines_of(session, order.id)[0]
    units = {line.position: line.quantity}
    colleague = Writer(
        database,
        lambda session: specify_withdrawal(session, second, units=units, by=OFFICE, at=AT),
    )
    with database.transaction() as session:
        specify_withdrawal(session, first, units=units, by=OFFICE, at=AT)
        colleague.start_behind(session)
    colleague.finish()
    assert isinstance(colleague.refusal, MoreThanOrdered)
    assert colleague.refusal.facts["most"] == 0
    assert [row.units for row in kept(database)] == [{str(line.position): line.quantity}, {}]


def test_an_answer_is_sent_by_e_mail(app, client, database):
    declare(client, "CO-1999-00001")
    office = staff(app, database, SALES_ADMIN)
    (row,) = kept(database)
    desk = f"/bureau/retractations/{row.id}/reponse"
    assert office.post(desk, data={"answer": ""}).status_code == 422
    assert office.post(desk, data={"answer": "Quel est\nle numéro ?"}).status_code == 303
    assert kept(database)[0].state is WithdrawalState.ANSWERED
    with database.reading_session() as session:
        sent = session.scalars(select(Email).where(Email.template == "withdrawal_answered")).one()
    for language in ("fr", "en"):
        made = render_email(sent.template, sent.facts, language=language, public_url="http://s")
        assert "le numéro ?" in made.body


def test_a_statement_never_changes_and_is_never_deleted(client, database, order):
    declare(client, order.number)
    for change in ("UPDATE withdrawals SET name = 'x'", "DELETE FROM withdrawals"):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(text(change))
    with pytest.raises(Immutable), database.transaction() as session:
        session.scalars(select(Withdrawal)).one().items = "autre"


def test_the_order_page_shows_the_withdrawal_and_hides_the_function_after_the_period(
    client, database, order
):
    informed(database, order)
    delivered(database, order)
    client.get(f"/commandes/{order.number}?key={KEY}")
    declare(client, order.number)
    page = client.get(f"/commandes/{order.number}").text
    assert "Rétractation du consommateur" in page
    with travelled(AT + timedelta(days=60)):
        page = client.get(f"/commandes/{order.number}").text
    assert "declaration?order=" not in page


def test_a_statement_sent_twice_is_kept_once(client, database, order):
    form = statement(order.number) | {"once": "the same key"}
    for _press in range(2):
        answer = client.post("/retractation/declaration/confirmation", data=form)
        assert answer.status_code == 200
    assert len(kept(database)) == 1


def test_statements_are_limited_by_address_and_network_and_are_kept_again_later(client, database):
    limit = LIMITS[WITHDRAWAL]

    def confirm(email: str) -> int:
        form = statement("CO-1999-00001", email=email)
        return client.post("/retractation/declaration/confirmation", data=form).status_code

    one = [
        confirm(case(ADDRESS)) for case in (str.lower, str.upper) for _n in range(limit.together)
    ]
    assert one == [200] * limit.together + [429] * limit.together
    others = [f"a{n}@example.org" for n in range(limit.from_origin)]
    many = [confirm(email) for email in others]
    assert many == [200] * (limit.from_origin - limit.together) + [429] * limit.together
    assert len(kept(database)) == limit.from_origin
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Email)) == limit.from_origin
    with travelled(AT + limit.window):
        assert confirm(ADDRESS) == 200


def test_a_consumer_is_told_of_the_right_before_paying_and_in_the_confirmation(
    app, client, database
):
    gateway = app.extensions[EXTENSION] = FakeGateway()
    with database.transaction() as session:
        _cart_id, token = make_checkout(session, make_product(session, at=AT), at=AT)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    page = client.get("/commande/paiement").text
    assert "vous rétracter sous 14 jours" in page
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    paying = client.post("/commande/paiement/carte", data={"seal": seal}).location
    session_id = paying.rpartition("/")[2]
    gateway.pay(session_id)
    client.get(f"/commande/retour?session_id={session_id}")
    with database.reading_session() as session:
        sent = session.scalars(select(Email).where(Email.template == "card_order_confirmed")).one()
        told = session.scalars(select(JournalEntry).where(JournalEntry.act == "place_order")).one()
    assert told.facts[WITHDRAWAL_TOLD] is True
    for language, form in (("fr", "Commandé le / reçu le"), ("en", "Ordered on / received on")):
        body = render_email(
            sent.template, sent.facts, language=language, public_url="http://s.example"
        ).body
        assert "http://s.example/retractation/declaration\n" in body and form in body


def test_logistics_is_warned_before_shipping_what_was_withdrawn(app, client, database, order):
    stores = staff(app, database, LOGISTICS)
    desk = f"/bureau/livraisons/{order.number}"
    assert "s’est rétracté" not in stores.get(desk).text
    declare(client, order.number)
    assert "s’est rétracté" in stores.get(desk).text


@pytest.mark.parametrize("gone", [{1: 1}, {1: 1, 2: 3}, {2: 2, 3: 1}])
def test_cancelled_units_are_named_wherever_units_are_counted(app, client, database, order, gone):
    """Ordered = cancelled + delivered + remaining, on the note and on the pages; once the rest is
    shipped nothing more is promised.
    """
    client.get(f"/commandes/{order.number}?key={KEY}")
    units = {f"units_{position}": str(count) for position, count in gone.items()}
    declare(client, order.number, scope="part", **units)
    stores = staff(app, database, LOGISTICS).get(f"/bureau/livraisons/{order.number}")
    assert stores.text.count("annulé") >= len(gone)
    with database.transaction() as session:
        held = locked_order(session, order.number)
        left = {line.position: line.remaining for line in goods_of(lines_of(session, held.id))}
        note = issue_delivery_note(session, held, left, by=STORES, at=AT)
        printed = content_of(session, note.paper_id)["lines"]
    for line in printed:
        assert line["cancelled"] == gone.get(line["position"], 0)
        spread = ("cancelled", "before", "delivered", "remaining")
        assert line["ordered"] == sum(line[each] for each in spread)
    page = unescape(client.get(f"/commandes/{order.number}").text)
    assert "Le reste" not in page and "prévue" not in page and "en retard" not in page
    assert page.count("avant son expédition") + page.count("avant leur expédition") - 1 == len(gone)
    assert "Motif\u00a0: rétractation déclarée le " in page
    for count in gone.values():
        assert f"{count} × " in page
