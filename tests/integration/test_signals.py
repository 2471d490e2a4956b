"""Signals of fraud, read from the shop's data: at the verification, and at the original."""

from datetime import timedelta

from sqlalchemy import select

from quotes.purchase_orders.warnings import warnings_on
from quotes.quotes.models import Quote
from shop.core.money import Money, Rate
from shop.core.parties import Contact, Place
from shop.core.text import paris_day
from shop.members.domains import prove_domain
from shop.organisations.addresses import add_place
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.settings.vat_rules import VAT
from shop.signin.attempts import REGISTRATION, SIRET_NAMED, Attempt, note
from shop.storage.db import Database
from shop.verification import signal_rules, verification
from shop.verification.signals import signals_on
from tests.counting import counted
from tests.factories import (
    AT,
    OFFICE,
    make_body,
    make_buyer,
    make_person,
    make_shop,
    member_of,
    siret_of,
)
from tests.integration.test_expired_originals import copy_of
from tests.orders import make_order_from_original, make_quote
from tests.people import staff
from tests.settled import settle

LATER = AT + timedelta(days=90)
ALERT = Money(500_000)


def body(session, email: str = "claire@ville-chinon.fr", siret: int = 0) -> Organisation:
    user = make_person(session, at=AT, email=email)
    user.email_confirmed_at = AT
    made = make_body(session, user, at=AT, siret=siret_of(siret))
    session.flush()
    return made


def said(signals) -> list[str]:
    return [one.sentence for one in signals]


def test_an_ordinary_town_has_no_signal(database: Database):
    with database.transaction() as session:
        assert signals_on(session, body(session), at=LATER) == []


def test_a_place_of_delivery_far_away_is_shown(database: Database):
    with database.transaction() as session:
        member = make_buyer(session, "claire@ville-chinon.fr")
        town = session.get_one(Organisation, member.organisation_id)
        depot = Place("Dépôt", "1 rue du Port", "93200", "Saint-Denis")
        add_place(session, depot, contact=Contact("X", "01 00 00 00 00"), by=member, at=AT)
        session.flush()
        assert said(signals_on(session, town, at=LATER)) == [signal_rules.FAR]


def test_a_young_domain_that_looks_like_a_proven_one_is_shown(database: Database):
    with database.transaction() as session:
        real = body(session)
        prove_domain(session, real, "ville-chinon.fr", source="site", by=OFFICE, at=AT)
        false = body(session, "achats@ville-ch1non.fr", 5)
        assert said(signals_on(session, false, at=AT)) == [
            signal_rules.YOUNG_DOMAIN,
            signal_rules.LOOK_ALIKE,
        ]
        assert said(signals_on(session, false, at=LATER)) == [signal_rules.LOOK_ALIKE]
        assert signals_on(session, real, at=AT) == [], "a proven domain is neither"


def test_a_domain_is_as_old_as_the_first_account_there(database: Database):
    with database.transaction() as session:
        make_person(session, at=AT - timedelta(days=60), email="ancien@ville-chinon.fr")
        assert signals_on(session, body(session), at=AT) == []


def test_members_with_free_addresses_only_are_a_signal(database: Database):
    with database.transaction() as session:
        town = body(session, "mairie@orange.fr")
        assert said(signals_on(session, town, at=AT)) == [signal_rules.FREE_MAIL_ONLY]


def test_many_attempts_are_shown(database: Database):
    with database.transaction() as session:
        town = body(session)
        claire = member_of(session, session.scalars(select(User)).one())
        for number in range(4):
            email = "claire@ville-chinon.fr" if number == 0 else f"x{number}@tours.fr"
            registered = Attempt.on(email, origin="192.0.2.7", kind=REGISTRATION)
            note(session, registered, at=AT)
            named = Attempt.on(siret_of(number), origin="192.0.2.7", kind=SIRET_NAMED)
            note(session, named, at=AT)
        for _ in range(2):
            verification.refuse(session, town, reason="Lettre manquante", by=OFFICE, at=AT)
            verification.ask_again(session, town, by=claire, at=AT)
        assert said(signals_on(session, town, at=LATER)) == [
            signal_rules.REGISTERED_TOGETHER,
            signal_rules.SIRETS_TRIED,
            signal_rules.REFUSED_BEFORE,
        ]


def test_a_large_first_order_is_shown_at_the_original_and_not_the_second(database: Database):
    with database.transaction() as session:
        buyer = make_buyer(session, "claire@ville-chinon.fr")
        town = session.get_one(Organisation, buyer.organisation_id)
        lines = make_shop(session)
        quote = make_quote(session, buyer, lines)
        small = Money(100)
        told = warnings_on(session, quote, town, reference="", alert=small, at=LATER)
        assert said(told) == [signal_rules.FIRST_LARGE]
        assert warnings_on(session, quote, town, reference="", alert=ALERT, at=LATER) == []


def test_a_rate_that_changed_since_the_quote_is_pointed_out_at_the_original(database: Database):
    settle(database, VAT, paris_day(LATER), standard=2_100)
    with database.transaction() as session:
        buyer = make_buyer(session, "claire@ville-chinon.fr")
        town = session.get_one(Organisation, buyer.organisation_id)
        quote = make_quote(session, buyer, make_shop(session))
        before = LATER - timedelta(days=1)
        assert warnings_on(session, quote, town, reference="", alert=ALERT, at=before) == []
        (told,) = warnings_on(session, quote, town, reference="", alert=ALERT, at=LATER)
    assert told.sentence == signal_rules.RATE_CHANGED
    assert (told.facts["before"], told.facts["after"]) == (Rate(2_000), Rate(2_100))


def test_a_purchase_order_number_used_before_is_shown(database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        buyer = make_buyer(session, "claire@ville-chinon.fr")
        quote = make_quote(session, buyer, lines)
        order = make_order_from_original(session, quote, reference="BC 2026-41")
        assert order.purchase_order == "BC 2026-41"
        other = make_buyer(session, "marc@ville-tours.fr", siret=siret_of(5))
        again, theirs = make_quote(session, buyer, lines), make_quote(session, other, lines)
        for quote, sentence in (
            (again, signal_rules.REFERENCE_AGAIN),
            (theirs, signal_rules.REFERENCE_ELSEWHERE),
        ):
            town = session.get_one(Organisation, quote.organisation_id)
            told = warnings_on(session, quote, town, reference="bc 2026-41", alert=ALERT, at=LATER)
            assert sentence in said(told)


def test_the_offices_pages_show_signals_and_do_not_block(app, database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        buyer = make_buyer(session, "mairie@orange.fr")
        make_quote(session, buyer, lines)
        number = session.scalars(select(Quote.number)).one()
    desk = staff(app, database, "sales_admin")
    assert "adresses gratuites" in desk.get("/bureau/verifications/1").text
    page = desk.get(f"/bureau/bons-de-commande/{number}").text
    assert "adresses gratuites" in page
    assert page.index("adresses gratuites") < page.index('name="original_paper"')


def test_signals_cost_as_many_statements_for_one_member_as_for_twenty(database: Database):
    with database.transaction() as session:
        town = body(session)
        with counted(database) as few:
            signals_on(session, town, at=AT)
        for number in range(20):
            make_body(session, make_person(session, at=AT, email=f"m{number}@v{number}.fr"), at=AT)
        session.flush()
        with counted(database) as many:
            signals_on(session, town, at=AT)
        assert len(many) == len(few)


def test_a_request_to_join_from_an_imitated_domain_is_shown(database: Database):
    with database.transaction() as session:
        town = body(session)
        prove_domain(session, town, "ville-chinon.fr", source="site", by=OFFICE, at=AT)
        stranger = make_person(session, at=AT, email="compta@ville-chinon.com")
        make_body(session, stranger, at=AT)
        session.flush()
        assert said(signals_on(session, town, at=LATER)) == [signal_rules.LOOK_ALIKE]


def test_a_number_of_another_body_is_an_information_beside_the_record(app, database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        buyer = make_buyer(session, "claire@ville-chinon.fr")
        make_order_from_original(session, make_quote(session, buyer, lines), reference="BC-0001")
        other = make_buyer(session, "marc@ville-tours.fr", siret=siret_of(5))
        quote = make_quote(session, other, lines)
        copy_of(session, quote, reference="BC 0001")
    page = staff(app, database, "sales_admin").get(f"/bureau/bons-de-commande/{quote.number}").text
    told = page.index("a aussi servi pour le devis DE-2026-000001")
    note = page.rindex('class="note', 0, told)
    assert page[note:].startswith('class="note note--info')
    assert 'name="reuse_confirmed"' not in page, "there is nothing to confirm"
