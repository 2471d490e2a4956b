"""Price agreements: prepared, signed, ended; and the conditions that apply on a day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.demonstration.agreed import fill_agreement
from quotes.demonstration.goods import Filling
from shop.agreements import rules
from shop.agreements.agreements import (
    AgreementTerms,
    change_terms,
    draft_agreement,
    end_agreement,
    sign_agreement,
    withdraw_agreement,
)
from shop.agreements.conditions import conditions_in_force
from shop.agreements.drafts import add_client, add_condition, remove_client, remove_condition
from shop.agreements.models import PriceAgreement
from shop.agreements.procedure import AgreementState
from shop.agreements.rules import Condition
from shop.core.actors import SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.organisations.models import Organisation
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.agreed import FIRST, LAST, PERCENT, TERMS, make_agreement, make_draft
from tests.factories import AT, OFFICE, make_town

DESK = Actor("Nora Petit", frozenset({SALES}))


def in_force(session: Session, organisation_id: int | None, day: date) -> list[str]:
    return [one.agreement for one in conditions_in_force(session, organisation_id, day)]


@pytest.mark.each_database
def test_the_conditions_apply_from_the_first_to_the_last_day(database: Database):
    one = timedelta(days=1)
    with database.transaction() as session:
        town = make_town(session, at=AT)
        make_agreement(session, town.organisation_id)
        for day, found in (
            (FIRST - one, []),
            (FIRST, [TERMS.reference]),
            (LAST, [TERMS.reference]),
            (LAST + one, []),
        ):
            assert in_force(session, town.organisation_id, day) == found
        assert in_force(session, town.organisation_id + 1, FIRST) == []
        assert in_force(session, None, FIRST) == []


def test_a_draft_gives_no_price(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = make_draft(session, town.organisation_id)
        assert in_force(session, town.organisation_id, FIRST) == []
        assert session.get_one(Organisation, town.organisation_id).agreed_until is None
        withdraw_agreement(session, row.id, "Négociation rompue", by=OFFICE, at=AT)
        assert row.state is AgreementState.WITHDRAWN


def test_the_administrators_are_told_and_the_organisation_bears_the_last_day(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = make_agreement(session, town.organisation_id)
        assert session.get_one(Organisation, town.organisation_id).agreed_until == LAST
        assert (row.signatory, row.signed_on) == ("Le maire", FIRST)
        told = select(Email).where(Email.template == "price_agreement").order_by(Email.id)
        assert [one.to for one in session.scalars(told)] == ["claire@chinon.example"]
        entries = select(JournalEntry.act).where(
            JournalEntry.subject == f"price_agreement:{row.id}"
        )
        assert list(session.scalars(entries.order_by(JournalEntry.id))) == [
            "draft_agreement",
            "change_agreement",
            "change_agreement",
            "sign_agreement",
        ]


def test_an_agreement_that_is_ended_gives_no_price_and_leaves_the_others(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        first = make_agreement(session, town.organisation_id)
        sooner = AgreementTerms("Autre", "Micros", FIRST, LAST - timedelta(days=30))
        make_agreement(session, town.organisation_id, terms=sooner)
        end_agreement(session, first.id, "Résilié par la ville", by=OFFICE, at=AT)
        assert in_force(session, town.organisation_id, FIRST) == ["Autre"]
        organisation = session.get_one(Organisation, town.organisation_id)
        assert organisation.agreed_until == LAST - timedelta(days=30)


def test_a_signed_agreement_is_not_changed(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = make_agreement(session, town.organisation_id)
        for change in (
            lambda: change_terms(session, row.id, TERMS, by=OFFICE, at=AT),
            lambda: add_condition(session, row.id, PERCENT, by=OFFICE, at=AT),
            lambda: remove_condition(session, row.id, 1, by=OFFICE, at=AT),
            lambda: add_client(session, row.id, town.organisation_id, by=OFFICE, at=AT),
            lambda: remove_client(session, row.id, town.organisation_id, by=OFFICE, at=AT),
            lambda: withdraw_agreement(session, row.id, "Trop tard", by=OFFICE, at=AT),
        ):
            with pytest.raises(IllegalTransition):
                change()


def test_the_sales_desk_prepares_and_the_sales_administration_puts_in_force(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = draft_agreement(session, TERMS, by=DESK, at=AT)
        add_client(session, row.id, town.organisation_id, by=DESK, at=AT)
        with pytest.raises(NotAllowed):
            sign_agreement(session, row.id, signed_on=FIRST, signatory="X", by=DESK, at=AT)
        with pytest.raises(NotAllowed):
            draft_agreement(session, TERMS, by=town.buyer, at=AT)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"signatory": " "}, rules.ClientSignatoryMissing),
        ({"signed_on": FIRST + timedelta(days=1)}, rules.SignedLater),
        ({}, rules.NoClients),
    ],
)
def test_what_is_missing_holds_a_signature_up(database: Database, change, refusal):
    with database.transaction() as session:
        row = draft_agreement(session, TERMS, by=OFFICE, at=AT)
        signed = {"signed_on": FIRST, "signatory": "Le maire"} | change
        with pytest.raises(refusal):
            sign_agreement(session, row.id, **signed, by=OFFICE, at=AT)
        assert row.state is AgreementState.DRAFT


def test_an_agreement_without_a_condition_is_not_signed(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = make_draft(session, town.organisation_id, conditions=())
        with pytest.raises(rules.NoConditions):
            sign_agreement(session, row.id, signed_on=FIRST, signatory="X", by=OFFICE, at=AT)


def test_a_draft_is_changed_and_keeps_one_condition_for_the_same_goods(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        row = make_draft(session, town.organisation_id)
        with pytest.raises(rules.ConditionThere):
            add_condition(session, row.id, PERCENT, by=OFFICE, at=AT)
        of_product = Condition("", 1_500, product_id=town.product_id)
        added = add_condition(session, row.id, of_product, by=OFFICE, at=AT)
        with pytest.raises(NotFound):
            add_condition(session, row.id, Condition("", 100, product_id=999), by=OFFICE, at=AT)
        remove_condition(session, row.id, added.id, by=OFFICE, at=AT)
        with pytest.raises(NotFound):
            remove_condition(session, row.id, added.id, by=OFFICE, at=AT)
        remove_client(session, row.id, town.organisation_id, by=OFFICE, at=AT)
        with pytest.raises(NotFound):
            remove_client(session, row.id, town.organisation_id, by=OFFICE, at=AT)


def test_two_agreements_do_not_share_a_reference(database: Database):
    with database.transaction() as session:
        first = draft_agreement(session, TERMS, by=OFFICE, at=AT)
        with pytest.raises(rules.AgreementReferenceTaken):
            draft_agreement(session, TERMS, by=OFFICE, at=AT)
        change_terms(session, first.id, TERMS, by=OFFICE, at=AT)
        found = select(PriceAgreement.title).order_by(PriceAgreement.id)
        assert list(session.scalars(found)) == [TERMS.title]


def test_the_demonstration_has_an_agreement_in_force(database: Database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
    fill_agreement(Filling(database, {}, ""), town.organisation_id, at=AT)
    with database.reading_session() as session:
        assert in_force(session, town.organisation_id, FIRST) == ["CONV-SONO", "CONV-SONO"]
