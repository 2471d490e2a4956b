"""The account of the shop changes with two persons; papers that were issued keep theirs."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.models import Invoice
from shop.bank_details.changes import (
    account_in_force,
    ask_bank_change,
    confirm_bank_change,
    refuse_bank_change,
)
from shop.bank_details.models import BankChange
from shop.bank_details.procedure import BankChangeState
from shop.bank_details.rules import (
    AnotherChangeWaits,
    BankAccount,
    BicNotValid,
    ChangeConfirmed,
    ChangeReasonMissing,
    HolderMissing,
    IbanNotValid,
    SameAccount,
)
from shop.core.actors import ACCOUNTING, ADMIN, SALES, Actor
from shop.core.errors import NotAllowed
from shop.dossiers.dossiers import content_of
from shop.duties.rules import AskedByYou
from shop.letterheads.letterheads import BankDiffers, current_letterhead, set_letterhead
from shop.people.models import User
from shop.storage.db import Database, Immutable
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.banking import invoices
from tests.factories import AT, BOOKS, SELLER, STORES, make_letterhead, make_staff
from tests.people import sign_in, staff
from tests.writers import Writer

NEW = BankAccount("BOUTIQUE SON SAS", "FR14 2004 1010 0505 0001 3M02 606", "PSSTFRPPPAR", "Poste")
OTHER = Actor("Zoé Colin", frozenset({ACCOUNTING}))


@pytest.fixture
def shop(database: Database) -> Database:
    with database.transaction() as session:
        make_letterhead(session)
        make_staff(session, ADMIN)
    return database


def ask(database: Database, account: BankAccount = NEW, *, reason="Banque changée", by=BOOKS):
    with database.transaction() as session:
        return ask_bank_change(session, account, reason, by=by, at=AT).id


def account(database: Database) -> BankAccount:
    with database.reading_session() as session:
        return account_in_force(session)


def test_one_person_asks_and_another_one_confirms(shop: Database):
    before = account(shop)
    change = ask(shop)
    assert account(shop) == before
    with shop.transaction() as session:
        with pytest.raises(AskedByYou):
            confirm_bank_change(session, change, by=BOOKS, at=AT)
        confirm_bank_change(session, change, by=OTHER, at=AT)
        with pytest.raises(ChangeConfirmed):
            confirm_bank_change(session, change, by=OTHER, at=AT)
    now = account(shop)
    assert (now.iban, now.bic) == ("FR1420041010050500013M02606", "PSSTFRPPPAR")
    with shop.reading_session() as session:
        kept = current_letterhead(session)
        assert {**kept, "bank": None} == {**SELLER, "bank": None}
        templates = session.scalars(select(Email.template).order_by(Email.id)).all()
        assert templates == ["bank_change_asked", "bank_change_confirmed"]
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert {"ask_bank_change", "confirm_bank_change"} <= set(acts)


def test_an_invoice_that_was_issued_keeps_its_account(database: Database):
    invoices(database, 1)
    before = account(database)
    with database.transaction() as session:
        confirm_bank_change(session, _ask(session), by=OTHER, at=AT)
        invoice = session.scalars(select(Invoice)).one()
        content = content_of(session, invoice.paper_id)
        assert content["seller"]["bank"]["iban"] == before.iban != account_in_force(session).iban


def _ask(session) -> int:
    return ask_bank_change(session, NEW, "Banque changée", by=BOOKS, at=AT).id


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (BankAccount("", NEW.iban, NEW.bic), HolderMissing),
        (BankAccount("X", "FR76 0000", NEW.bic), IbanNotValid),
        (BankAccount("X", NEW.iban, "PSST"), BicNotValid),
    ],
)
def test_an_account_is_checked_before_it_is_asked_for(shop: Database, asked, refusal):
    with pytest.raises(refusal):
        ask(shop, asked)


def test_what_makes_no_sense_is_refused(shop: Database):
    with pytest.raises(SameAccount):
        ask(shop, account(shop))
    with pytest.raises(ChangeReasonMissing):
        ask(shop, reason=" ")
    with pytest.raises(NotAllowed):
        ask(shop, by=STORES)
    ask(shop)
    with pytest.raises(AnotherChangeWaits):
        ask(shop)


def test_a_change_is_refused_and_the_account_stays(shop: Database):
    before, change = account(shop), ask(shop)
    with shop.transaction() as session:
        refuse_bank_change(session, change, "Inconnu de la banque", by=OTHER, at=AT)
    assert account(shop) == before
    with shop.reading_session() as session:
        assert session.get_one(BankChange, change).state is BankChangeState.REFUSED
        assert (
            "bank_change_refused"
            in session.scalars(select(Email.template).order_by(Email.id)).all()
        )
    ask(shop)


@pytest.mark.each_database
def test_two_people_confirm_at_once(shop: Database):
    change = ask(shop)

    def confirms(session) -> None:
        confirm_bank_change(session, change, by=OTHER, at=AT)

    with shop.transaction() as session:
        confirms(session)
        second = Writer(shop, confirms)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, ChangeConfirmed)


def test_no_letterhead_and_no_row_changes_the_account_alone(shop: Database):
    with pytest.raises(BankDiffers), shop.transaction() as session:
        set_letterhead(session, SELLER | {"bank": NEW.to_json()}, at=AT)
    change = ask(shop)
    with pytest.raises(Immutable), shop.transaction() as session:
        session.get_one(BankChange, change).bank = {}


def test_the_command_line_can_only_ask(
    app: Flask, shop: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", shop.url.render_as_string(hide_password=False))
    file, before = tmp_path / "letterhead.json", account(shop)
    file.write_text(json.dumps(SELLER | {"phone": "02 00", "bank": NEW.to_json()}))
    result = app.test_cli_runner().invoke(args=("shop", "letterhead", str(file)))
    assert result.exit_code == 0, result.output
    assert "another person confirms" in result.output
    assert account(shop) == before
    with shop.reading_session() as session:
        assert current_letterhead(session)["phone"] == "02 00"
        change = session.scalars(select(BankChange)).one()
        assert change.asked_by.endswith("(command line)")
    with shop.transaction() as session:
        confirm_bank_change(session, change.id, by=BOOKS, at=AT)
    assert account(shop).iban == "FR1420041010050500013M02606"


def test_the_office_sees_both_accounts_before_it_confirms(app: Flask, shop: Database):
    books = staff(app, shop, ACCOUNTING)
    url = "/bureau/coordonnees-bancaires"
    answers = {"holder": NEW.holder, "iban": NEW.iban, "bic": NEW.bic, "reason": "Banque changée"}
    wrong = books.post(url, data=answers | {"iban": "FR76 1"})
    assert wrong.status_code == 422 and 'value="FR76 1"' in wrong.text
    assert books.post(url, data=answers).status_code == 303
    page = books.get(url).text
    assert "une autre personne le confirme" in page and "/confirmation" not in page
    with shop.reading_session() as session:
        change = session.scalars(select(BankChange)).one().id
    assert books.post(f"{url}/{change}/confirmation").status_code == 422
    with shop.reading_session() as session:
        person = session.scalars(select(User).where(User.works_as(ADMIN))).one()
    admin = sign_in(app.test_client(), person.id)
    page = admin.get(url).text
    assert "FR14 2004 1010 0505 0001 3M02 606" in page and "FR76 3000" in page
    assert admin.post(f"{url}/{change}/confirmation").status_code == 303
    assert "confirmé" in admin.get(url).text
    assert staff(app, shop, SALES).get(url).status_code == 403
