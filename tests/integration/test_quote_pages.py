"""The quote way through its pages, on both databases."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment
from checkout.orders.models import Order
from quotes.demonstration.bodies_paper import purchase_order_pdf
from quotes.quotes.models import Quote
from quotes.quotes.records import lines_of
from shop.cart.models import CartLine
from shop.catalogue.models import Product, Stock
from shop.core.actors import ADMIN, SALES_ADMIN
from shop.core.money import Money, UnitPrice
from shop.jobs import make_pdfs
from shop.members.models import Membership
from shop.ops import clock
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule, Verification
from shop.register.rules import Nature
from shop.settings.table_rules import PURCHASE_ORDERS
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.counting import counted
from tests.factories import AT, Town, make_checkout, make_person, make_town, sale_line
from tests.hygiene import parsed
from tests.orders import make_order_from_original, make_quote
from tests.people import sign_in, staff
from tests.settled import settle
from tests.snapshots import Snapshots

FIVE = ("original_paper", "letterhead", "dated", "signed", "stamped")


def _town(session: Session) -> Town:
    return make_town(session, at=now())


@pytest.fixture
def town(database: Database, snapshots: Snapshots) -> Town:
    return snapshots.fill(database, _town)


@pytest.fixture
def buyer(client, database: Database, town: Town):
    """The town's buyer at step 5, with a product in the cart."""
    with database.transaction() as session:
        _cart, token = make_checkout(session, town.product_id, at=now(), by=town.buyer)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    sign_in(client, town.buyer.user_id)
    return client


def hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def draw(client, *, by: str = "pdf", **change):
    page = client.get("/commande/devis").text
    answers = {
        "seal": hidden(page, "seal"),
        "draft": hidden(page, "draft"),
        "accepted": "y",
        "by": by,
    }
    return client.post("/commande/devis", data={**answers, **change})


def count(database: Database, kind: type) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_step_5_offers_the_quote_to_a_verified_buyer_in_the_words_that_buyers_look_for(buyer):
    page = buyer.get("/commande/paiement").text
    assert "Demande de devis par mail ou par PDF" in page
    conditions = buyer.get("/commande/devis").text
    assert "Télécharger mon devis valable 1 mois au format PDF" in conditions
    assert "Recevoir mon devis par e-mail" in conditions
    assert "le devis signé et tamponné seul ne suffit pas" in conditions
    assert "checked" not in conditions.partition('name="accepted"')[2].partition(">")[0]
    assert "Retrait possible" in conditions, "counted from the original, which is not there yet"
    assert "À retirer au magasin dès le" not in conditions


def test_a_quote_is_issued_with_few_statements_and_opens_its_dossier(buyer, database):
    page = buyer.get("/commande/devis").text
    answers = {"seal": hidden(page, "seal"), "draft": hidden(page, "draft"), "accepted": "y"}
    with counted(database) as sent:
        answer = buyer.post("/commande/devis", data={**answers, "by": "pdf"})
    assert answer.status_code == 303
    assert len(sent) <= 21, "\n".join(sent)
    dossier = buyer.get(answer.location)
    assert dossier.status_code == 200
    assert "Il manque l’original de votre bon de commande" in dossier.text
    assert dossier.headers["Refresh"] == "2", "it looks again until the worker has made the PDF"
    make_pdfs(database)
    dossier = buyer.get(answer.location)
    assert dossier.headers["Refresh"].startswith("1; url=/dossiers/DE-")
    assert count(database, CartLine) == 0


def test_conditions_that_are_not_ticked_issue_no_quote_and_lose_nothing(buyer, database):
    answer = draw(buyer, accepted="")
    assert answer.status_code == 422
    assert "Lisez les conditions et cochez la case" in answer.text
    assert count(database, Quote) == 0
    assert count(database, CartLine) == 1


def test_a_double_press_issues_one_quote_and_shows_it(buyer, database):
    page = buyer.get("/commande/devis").text
    answers = {"seal": hidden(page, "seal"), "draft": hidden(page, "draft"), "accepted": "y"}
    places = {buyer.post("/commande/devis", data=answers).location for _press in range(2)}
    assert len(places) == 1
    assert count(database, Quote) == 1


def test_a_cart_changed_in_another_tab_is_recognised(buyer, database):
    answer = draw(buyer, seal="0" * 32)
    assert (answer.status_code, answer.location) == (303, "/commande/devis")
    assert count(database, Quote) == 0


def test_a_private_customer_who_forges_the_request_is_refused_and_journalled(
    app, database, town, client
):
    with database.transaction() as session:
        person = make_person(session, at=now(), email="p@example.org", name="Paul")
        user_id = person.id
    sign_in(client, user_id)
    answer = client.post("/commande/devis", data={"accepted": "y", "by": "pdf"})
    assert answer.status_code == 403
    assert "réservé aux organismes publics vérifiés" in answer.text
    assert count(database, Quote) == 0
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.subject == "refusal")).one()
        assert (entry.act, entry.user_id) == ("QuoteWayClosed", user_id)


def test_a_body_that_awaits_verification_sees_why_and_what_to_do(buyer, database, town):
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.PENDING
    page = buyer.get("/commande/paiement").text
    assert "Demande de devis par mail ou par PDF" not in page
    assert "en cours de vérification" in page
    assert draw(buyer).status_code == 403
    assert count(database, Quote) == 0


def test_a_dossier_of_another_body_is_not_found(app, buyer, database, client):
    place = draw(buyer).location.partition("?")[0]
    stranger = app.test_client()
    with database.transaction() as session:
        user_id = make_person(session, at=now(), email="s@example.org", name="S").id
    sign_in(stranger, user_id)
    number = place.rpartition("/")[2]
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"/devis/{number}/annulation").status_code == 403
    with database.reading_session() as session:
        paper = session.scalars(select(Quote.paper_id)).one()
    assert stranger.get(f"/dossiers/{number}/documents/{paper}.pdf").status_code == 404
    assert app.test_client().get(place).status_code in (303, 404)


def scan(database: Database) -> tuple[str, bytes]:
    """The number of the only quote, and a purchase order for it."""
    with database.reading_session() as session:
        quote = session.scalars(select(Quote)).one()
        data = purchase_order_pdf(
            quote,
            lines_of(session, quote.id),
            reference="BC-1",
            dated_on="2026-11-19",
            engagement="2026-1",
        )
        return quote.number, data


def test_a_scan_reserves_goods_and_any_other_file_is_refused_beside_the_field(
    buyer, database, town
):
    draw(buyer)
    number, data = scan(database)
    url = f"/devis/{number}/bon-de-commande"
    for wrong in ({}, {"scan": (BytesIO(b"MZ not a paper"), "virus.exe")}):
        answer = buyer.post(url, data={**wrong, "reference": "BC-1"})
        assert answer.status_code == 422
        assert 'value="BC-1"' in answer.text
    answer = buyer.post(url, data={"scan": (BytesIO(data), "BC-1.pdf"), "reference": "BC-1"})
    assert answer.status_code == 303
    with database.reading_session() as session:
        assert session.get_one(Stock, town.product_id).reserved == 1
    assert "Pré-commande" in buyer.get(f"/devis/{number}").text


def record(client, number: str, database: Database, **change):
    with database.reading_session() as session:
        quoted = select(Quote.including).where(Quote.number == number)
        cents = session.scalars(quoted).one().cents
    day = clock.today().isoformat()
    answers = {
        **dict.fromkeys(FIVE, "y"),
        "reference": "BC-26-0871",
        "dated_on": day,
        "signatory_name": "Paul Lenoir",
        "signatory_capacity": "Maire",
        "engagement": "2026-004417",
        "service_code": "CULT-02",
        "received_on": day,
        "filed_at": "Classeur 14, page 33",
        "amount": f"{cents // 100},{cents % 100:02d}",
    }
    return client.post(f"/bureau/bons-de-commande/{number}", data={**answers, **change})


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("required", [True, False])
def test_the_commitment_number_is_optional_only_where_no_rule_requires_it(
    app, buyer, database, town, required: bool, language: str
):
    draw(buyer)
    number, _data = scan(database)
    rule = EngagementRule.REQUIRED if required else EngagementRule.OPTIONAL
    with database.transaction() as session:
        session.get_one(Organisation, town.organisation_id).engagement_rule = rule
        content = session.scalars(select(Quote)).one().parties
    assert (content["paying_service"] or {}).get("engagement_rule", "unknown") == "unknown"
    desk = staff(app, database, SALES_ADMIN, language=language)
    sign_in(buyer, town.buyer.user_id, language=language)
    for browser, url in (
        (buyer, f"/devis/{number}"),
        (desk, f"/bureau/bons-de-commande/{number}"),
    ):
        label = parsed(browser.get(url).text).xpath('//label[@for="engagement"]')[0]
        assert bool(label.find_class("field__optional")) is not required


def test_the_record_of_an_original_shows_all_its_mistakes(app, buyer, database, town):
    draw(buyer)
    number, data = scan(database)
    buyer.post(f"/devis/{number}/bon-de-commande", data={"scan": (BytesIO(data), "BC-1.pdf")})
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.engagement_rule = EngagementRule.REQUIRED
    wrong = {"amount": "1,00", "engagement": "", "dated_on": "2020-01-02", "stamped": ""}
    page = record(staff(app, database, SALES_ADMIN), number, database, **wrong)
    assert page.status_code == 422
    for name in ("original_paper", "amount", "engagement", "dated_on"):
        assert f'href="#{name}"' in page.text, name


def test_a_missing_answer_a_missing_scan_and_a_used_number_are_told_at_once(
    app, buyer, database, town
):
    draw(buyer)
    number, _data = scan(database)
    with database.transaction() as session:
        lines = [sale_line(session, town.product_id, 1)]
        make_order_from_original(
            session, make_quote(session, town.buyer, lines, at=now()), at=now()
        )
    wrong = {"filed_at": "", "received_on": "", "amount": "1,00"}
    page = record(staff(app, database, SALES_ADMIN), number, database, **wrong)
    assert page.status_code == 422
    for name in ("filed_at", "received_on", "amount", "scan", "reuse_confirmed"):
        assert f'href="#{name}"' in page.text, name
    assert 'value="Paul Lenoir"' in page.text
    assert count(database, Order) == 1


def test_some_cents_of_difference_are_the_setting_of_the_shop(app, buyer, database):
    draw(buyer)
    number, data = scan(database)
    buyer.post(f"/devis/{number}/bon-de-commande", data={"scan": (BytesIO(data), "BC-1.pdf")})
    with database.reading_session() as session:
        quoted = session.scalars(select(Quote.including)).one()
    desk = staff(app, database, SALES_ADMIN)
    less = str(quoted - Money(3)).replace(".", ",")
    settle(database, PURCHASE_ORDERS, tolerance=2)
    assert record(desk, number, database, amount=less).status_code == 422
    settle(database, PURCHASE_ORDERS, tolerance=3)
    assert record(desk, number, database, amount=less).status_code == 303
    assert "Bon de commande d’un autre montant" in desk.get(f"/devis/{number}").text


def test_the_administrator_alone_is_asked_why_a_greater_difference_is_accepted(
    app, buyer, database
):
    draw(buyer)
    number, data = scan(database)
    buyer.post(f"/devis/{number}/bon-de-commande", data={"scan": (BytesIO(data), "BC-1.pdf")})
    field = 'name="difference_reason"'
    refused = record(staff(app, database, SALES_ADMIN), number, database, amount="1,00")
    assert "Un administrateur de la boutique" in refused.text
    assert field not in refused.text
    boss = staff(app, database, ADMIN)
    asked = record(boss, number, database, amount="1,00")
    assert (asked.status_code, field in asked.text) == (422, True)
    told = {"amount": "1,00", "difference_reason": "Remise accordée"}
    assert record(boss, number, database, **told).status_code == 303
    assert "Remise accordée" in boss.get(f"/devis/{number}").text


def test_the_form_of_the_scan_shows_the_size_limit_of_this_shop(app, buyer):
    dossier = draw(buyer).location.partition("?")[0]
    assert "25\u00a0Mo au plus" in buyer.get(dossier).text
    app.extensions["comptoir.settings"] = replace(
        app.extensions["comptoir.settings"], upload_limit=3_000_000
    )
    assert "3\u00a0Mo au plus" in buyer.get(dossier).text


def test_the_office_records_the_original_and_mistakes_are_shown_beside_the_field(
    app, buyer, database
):
    draw(buyer)
    number, data = scan(database)
    buyer.post(f"/devis/{number}/bon-de-commande", data={"scan": (BytesIO(data), "BC-1.pdf")})
    desk = staff(app, database, SALES_ADMIN)
    assert number in desk.get("/bureau/bons-de-commande").text
    assert "Enregistrer l’original" in desk.get(f"/bureau/bons-de-commande/{number}").text
    wrong = record(desk, number, database, amount="1,00")
    assert wrong.status_code == 422
    assert "un écart de" in wrong.text
    assert 'value="Classeur 14, page 33"' in wrong.text
    assert record(desk, number, database, stamped="").status_code == 422
    assert count(database, Order) == 0
    done = record(desk, number, database)
    assert (done.status_code, done.location) == (303, "/bureau/bons-de-commande")
    assert count(database, Order) == 1
    assert "n’attend plus d’original" in desk.get(f"/bureau/bons-de-commande/{number}").text
    again = record(desk, number, database)
    assert again.status_code == 303
    assert count(database, Order) == 1


def test_a_buyer_cannot_open_the_offices_page_nor_record_an_original(buyer, database):
    draw(buyer)
    number, _data = scan(database)
    assert buyer.get("/bureau/bons-de-commande").status_code == 403
    assert record(buyer, number, database).status_code == 403
    assert count(database, Order) == 0


def test_an_accountant_of_the_body_neither_issues_quotes_nor_pays(buyer, database, town):
    with database.transaction() as session:
        membership = session.scalars(select(Membership)).one()
        membership.grant(["accountant"])
    page = buyer.get("/commande/paiement")
    assert page.status_code == 403
    assert "Il vous manque un droit" in page.text or "Permission required" in page.text
    for url in ("/commande/paiement/carte", "/commande/devis"):
        assert buyer.post(url, data={"accepted": "y"}).status_code == 403
    assert count(database, Quote) == count(database, CardPayment) == 0


def test_refusing_needs_a_reason_and_sends_it_by_e_mail(app, buyer, database):
    draw(buyer)
    number, _data = scan(database)
    desk = staff(app, database, SALES_ADMIN)
    url = f"/bureau/bons-de-commande/{number}/refus"
    assert desk.post(url, data={"refusal-reason": ""}).status_code == 422
    assert desk.post(url, data={"refusal-reason": "Il manque le tampon."}).status_code == 303
    with database.reading_session() as session:
        e_mail = session.scalars(
            select(Email).where(Email.template == "purchase_order_refused")
        ).one()
        assert e_mail.facts["reason"] == "Il manque le tampon."


def test_on_its_last_day_the_original_is_accepted_and_a_day_later_a_reason_is_asked(
    app, buyer, database
):
    draw(buyer)
    number, data = scan(database)
    buyer.post(f"/devis/{number}/bon-de-commande", data={"scan": (BytesIO(data), "BC-1.pdf")})
    with database.reading_session() as session:
        quote = session.scalars(select(Quote)).one()
    last = quote.valid_until
    with clock.travelled(timedelta(days=(last - clock.today()).days + 1)):
        desk, buyer = staff(app, database, SALES_ADMIN), sign_in(buyer, quote.user_id)
        assert "expiré" in desk.get(f"/bureau/bons-de-commande/{number}").text
        late = record(desk, number, database)
        assert late.status_code == 422
        assert count(database, Order) == 0
        assert "Renouveler" not in late.text
        assert "a expiré" in buyer.get(f"/devis/{number}").text
    with clock.travelled(timedelta(days=(last - clock.today()).days)):
        desk = staff(app, database, ADMIN)
        assert record(desk, number, database).status_code == 303
    assert count(database, Order) == 1


def test_a_get_request_changes_nothing(buyer, database):
    draw(buyer)
    number, _data = scan(database)
    buyer.head(f"/devis/{number}/annulation")
    assert "Ce dossier est annulé" not in buyer.get(f"/devis/{number}").text


def test_a_suspended_body_waits_and_the_form_loses_nothing(app, buyer, database, town):
    draw(buyer)
    number, _data = scan(database)
    desk = staff(app, database, SALES_ADMIN)
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED
    page = buyer.get(f"/devis/{number}").text
    assert "Ce dossier attend" in page
    assert "Envoyer la copie" not in page
    data = {"scan": (BytesIO(_data), "BC-1.pdf")}
    answer = record(desk, number, database, **data)
    assert answer.status_code == 422
    assert "n’est pas vérifié en ce moment" in answer.text
    assert 'value="Classeur 14, page 33"' in answer.text
    assert count(database, Order) == 0


def test_no_quote_is_issued_for_more_than_can_be_sold(buyer, database):
    page = buyer.get("/commande/devis").text
    with database.transaction() as session:
        session.scalars(select(CartLine)).one().quantity = 99
    assert draw(buyer).status_code == 303
    answers = {"seal": hidden(page, "seal"), "draft": hidden(page, "draft"), "accepted": "y"}
    assert buyer.post("/commande/devis", data=answers).status_code == 303
    assert count(database, Quote) == 0


def test_cancelling_asks_first(buyer, database):
    draw(buyer)
    number, _data = scan(database)
    assert "C’est définitif" in buyer.get(f"/devis/{number}/annulation").text
    assert buyer.post(f"/devis/{number}/annulation").status_code == 303
    assert "Ce dossier est annulé" in buyer.get(f"/devis/{number}").text


def test_an_expired_quote_is_renewed_by_its_buyer(buyer, database, town):
    draw(buyer)
    number, _data = scan(database)
    with clock.travelled(timedelta(days=40)):
        sign_in(buyer, town.buyer.user_id)
        page = buyer.get(f"/devis/{number}").text
        assert "Renouveler ce devis" in page
        shown = buyer.get(f"/devis/{number}/renouvellement").text
        seal = hidden(shown, "seal")
        assert "checked" not in shown
        unread = buyer.post(f"/devis/{number}/renouvellement", data={"seal": seal})
        assert (unread.status_code, "cochez la case" in unread.text) == (422, True)
        assert count(database, Quote) == 1
        answers = {"seal": seal, "accepted": "y"}
        answer = buyer.post(f"/devis/{number}/renouvellement", data=answers)
        assert answer.status_code == 303
        assert "DE-" in answer.location
    with database.reading_session() as session:
        renewed = session.scalars(select(Quote).order_by(Quote.id.desc())).first()
    assert (renewed.accepted_at - AT).days == 40, "acknowledged again"


def test_a_renewal_is_issued_at_the_prices_that_were_read(buyer, database, town):
    draw(buyer)
    number, _data = scan(database)
    with clock.travelled(timedelta(days=40)):
        sign_in(buyer, town.buyer.user_id)
        seal = hidden(buyer.get(f"/devis/{number}/renouvellement").text, "seal")
        with database.transaction() as session:
            session.get_one(Product, town.product_id).unit_price = UnitPrice(9_990_000)
        answers = {"seal": seal, "accepted": "y"}
        answer = buyer.post(f"/devis/{number}/renouvellement", data=answers)
        assert answer.location.endswith("/renouvellement")
        assert count(database, Quote) == 1
        page = buyer.get(f"/devis/{number}/renouvellement").text
        assert "Les prix ont changé" in page
        assert "999,00" in page
        answers["seal"] = hidden(page, "seal")
        assert "DE-" in buyer.post(f"/devis/{number}/renouvellement", data=answers).location
    assert count(database, Quote) == 2


def test_a_company_is_not_asked_for_a_paying_service(buyer, database, town):
    with database.transaction() as session:
        session.get_one(Organisation, town.organisation_id).nature = Nature.PRIVATE
    page = buyer.get("/commande/adresses").text
    assert "Service de paiement" not in page
    assert "Chorus Pro" not in page
    assert "votre devis" not in page.partition("<form")[2]


def test_the_office_reads_first_that_a_body_is_not_verified(buyer, app, database, town):
    number = draw(buyer).location.partition("DE-")[2].partition("?")[0]
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED
    desk = staff(app, database, SALES_ADMIN)
    page = desk.get(f"/bureau/bons-de-commande/DE-{number}").text
    assert "pas vérifié actuellement" in page
    assert "Obligatoire" in page
