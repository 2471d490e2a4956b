"""The pages of credit notes: composed, read again, issued, shown wherever the invoice is."""

import csv
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select

from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import CreditRefundState
from checkout.credits.rules import Goods
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import write_bill
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from shop.core import series
from shop.core.actors import ACCOUNTING, LOGISTICS
from shop.core.money import Money
from shop.core.text import money
from shop.dossiers.models import Dossier
from shop.letterheads.letterheads import current_letterhead
from shop.members.models import Membership
from shop.settings import numbering
from shop.storage.db import Database
from shop.web.kit.sessions import VISITOR
from tests.credited import credit, invoiced, invoiced_by_card, pay
from tests.factories import AT, make_person, make_shop
from tests.orders import make_card_order
from tests.people import sign_in, staff

ACCOUNT = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def number(database: Database) -> str:
    return invoiced(database)


@pytest.fixture
def books(app, database: Database) -> Any:
    """A browser of the accounting staff."""
    return staff(app, database, ACCOUNTING)


def answers(**more: str) -> dict[str, str]:
    return {"scope": "part", "reason": "Enceinte rayée", "goods": "kept"} | more


def hidden(page: str) -> dict[str, str]:
    """The hidden answers of the page that confirms."""
    form = page.partition("/emission")[2].partition("</form>")[0]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name not in ("csrf_token", "once")}


def notes(database: Database) -> list[CreditNote]:
    with database.reading_session() as session:
        return list(session.scalars(select(CreditNote).order_by(CreditNote.id)))


def test_a_credit_note_is_read_again_before_it_is_issued(books, database: Database, number: str):
    page = books.get(f"/bureau/factures/{number}").text
    url = f"/bureau/avoirs/factures/{number}"
    assert url in page and "Aucun avoir" in page
    assert "Enceinte active" in books.get(url).text
    read = books.post(url, data=answers(units_1="1"))
    assert read.status_code == 200 and notes(database) == []
    assert "Enceinte rayée" in read.text and "Émettre l’avoir de" in unescape(read.text)
    form = hidden(read.text)
    assert form["units_1"] == "1" and int(form["expected"]) > 0
    done = books.post(f"{url}/emission", data=form)
    assert done.status_code == 303
    (note,) = notes(database)
    assert note.including == Money(int(form["expected"]))
    assert done.location == f"/bureau/avoirs/{note.number}"
    shown = books.get(done.location).text
    assert note.number in shown and "Enceinte rayée" in shown
    assert note.number in books.get(f"/bureau/factures/{number}").text
    assert note.number in books.get("/bureau/avoirs").text


def test_the_form_comes_back_with_what_was_typed(books, number: str):
    url = f"/bureau/avoirs/factures/{number}"
    back = books.post(url, data=answers(amount_1="12,50", change="1"))
    assert back.status_code == 200
    assert 'value="12,50"' in back.text and "Enceinte rayée" in back.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"units_1": "999"}, ": de 0 à"),
        ({"amount_1": "99999"}, "Saisissez un montant inférieur"),
        ({"amount_1": "abc"}, "Saisissez un montant en euros"),
        ({"units_1": "1", "amount_1": "5"}, "pas les deux"),
        ({}, "une quantité ou un montant sur au moins une ligne"),
        ({"units_1": "1", "reason": ""}, "Indiquez le motif"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_is_kept(
    books, database: Database, number: str, typed: dict[str, str], told: str
):
    url = f"/bureau/avoirs/factures/{number}"
    for address in (url, f"{url}/emission"):
        refused = books.post(address, data=answers(**typed))
        assert refused.status_code == 422
        page = unescape(refused.text).replace("\u00a0", " ")
        assert told in page and "field__error" in page
        for value in typed.values():
            assert not value.isdecimal() or f'value="{value}"' in page
    assert notes(database) == []


def test_goods_that_were_shipped_are_not_cancelled(books, database: Database):
    url = f"/bureau/avoirs/factures/{invoiced_by_card(database)}"
    refused = books.post(url, data=answers(units_1="1", goods="unshipped"))
    assert refused.status_code == 422 and "n’ont pas été expédiées" in unescape(refused.text)
    assert notes(database) == []


def test_goods_of_a_body_are_invoiced_once_they_are_shipped(books, number: str):
    page = unescape(books.get(f"/bureau/avoirs/factures/{number}").text)
    assert "remise en stock" in page and "n’ont pas été expédiés" not in page


def test_goods_that_wait_to_be_shipped_are_proposed_to_be_cancelled(books, database: Database):
    url = f"/bureau/avoirs/factures/{paid_before_shipping(database)}"
    page = books.get(url).text
    field = next(one for one in page.split("<input") if 'value="unshipped"' in one)
    assert "checked" in field
    kept = books.post(url, data=answers(goods="returned", change="1")).text
    field = next(one for one in kept.split("<input") if 'value="returned"' in one)
    assert "checked" in field


def paid_before_shipping(database: Database) -> str:
    """The invoice of a card order of which nothing is shipped."""
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        number = numbering.take_number(session, series.INVOICE, at=AT)
        seller = current_letterhead(session)
        write_bill(session, order, lines_of(session, order.id), number, seller, at=AT)
    return number


def test_the_desk_of_withdrawals_names_the_credit_notes(books, database: Database):
    note = credit(database, paid_before_shipping(database), units={1: 1}, goods=Goods.UNSHIPPED)
    with database.transaction() as session:
        order = session.scalars(select(Order)).one()
        stated = Statement("Léa Petit", order.number, order.email, "fr")
        row, _finding = declare_withdrawal(session, stated, by=VISITOR, at=AT)
        withdrawal_id = row.id
    assert note.number in books.get(f"/bureau/retractations/{withdrawal_id}").text


def test_what_has_changed_since_it_was_read_is_read_again(books, database: Database, number: str):
    url = f"/bureau/avoirs/factures/{number}"
    form = hidden(books.post(url, data=answers(scope="whole")).text)
    credit(database, number, units={1: 1})
    again = books.post(f"{url}/emission", data=form)
    assert again.status_code == 422 and "relisez-les" in again.text
    assert len(notes(database)) == 1


def test_nothing_is_issued_that_was_not_read(books, database: Database, number: str):
    url = f"/bureau/avoirs/factures/{number}/emission"
    again = books.post(url, data=answers(scope="whole"))
    assert again.status_code == 422 and "relisez-les" in again.text
    assert notes(database) == []


def test_an_invoice_credited_in_full_is_no_longer_credited(books, database: Database, number: str):
    credit(database, number)
    page = books.get(f"/bureau/factures/{number}").text
    assert "Soldé par avoir" in page and f"/bureau/avoirs/factures/{number}" not in page
    form = books.get(f"/bureau/avoirs/factures/{number}").text
    assert "il n’en reste rien" in unescape(form) and "Relire l’avoir" not in unescape(form)
    url = f"/bureau/avoirs/factures/{number}"
    refused = books.post(url, data=answers(scope="whole"), follow_redirects=True)
    assert "entièrement soldée par avoir" in unescape(refused.text)
    assert number not in books.get("/bureau/paiements").text


def test_the_office_finds_a_credit_note_by_its_number(books, database: Database, number: str):
    note = credit(database, number)
    with database.reading_session() as session:
        dossier = session.scalars(select(Dossier.number)).one()
    found = books.get(f"/bureau/recherche?q={note.number}", follow_redirects=True)
    assert dossier in found.text


def test_logistics_sees_no_credit_note(app, database: Database, number: str):
    note = credit(database, number)
    browser = staff(app, database, LOGISTICS)
    for url in ("/bureau/avoirs", f"/bureau/avoirs/{note.number}"):
        assert browser.get(url).status_code == 403


def test_the_payment_desk_counts_the_credits(books, database: Database, number: str):
    note = credit(database, number, units={1: 1})
    with database.reading_session() as session:
        due = session.scalars(select(Invoice)).one().due
    page = unescape(books.get(f"/bureau/paiements/{number}").text)
    assert money(due.cents) in page and money(note.including.cents) in page


def accountant_of(app, database: Database) -> Any:
    """A browser of an accountant of the body that was invoiced."""
    with database.transaction() as session:
        dossier = session.scalars(select(Dossier)).one()
        user = make_person(session, at=AT, email="compta@ville.example")
        member = session.scalars(
            select(Membership).where(Membership.organisation_id == dossier.organisation_id)
        ).first()
        session.add(
            Membership(
                user_id=user.id,
                organisation_id=dossier.organisation_id,
                establishment_id=member.establishment_id,
                everywhere=True,
                accountant=True,
                asked_at=AT,
                approved_at=AT,
            )
        )
        user_id = user.id
    return sign_in(app.test_client(), user_id)


def test_the_client_lists_and_exports_credit_notes(app, database: Database, number: str):
    note = credit(database, number, units={1: 1})
    browser = accountant_of(app, database)
    page = browser.get("/factures").text
    assert note.number in page and "en avoir" in page
    file = browser.get("/factures/export.csv?since=2026-01-01&until=2026-12-31").text
    rows = list(csv.DictReader(StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    assert [row["Facture"] for row in rows] == [number, note.number]
    euros = f"{note.including.cents / 100:.2f}".replace(".", ",")
    assert (rows[0]["Avoirs"], rows[1]["Total TTC"]) == (euros, f"-{euros}")
    assert rows[1]["Avoir sur la facture"] == number
    assert (rows[0]["État"], rows[1]["État"]) == ("à payer", "avoir")
    sheet = browser.get("/factures/export.xlsx?since=2026-01-01&until=2026-12-31")
    assert sheet.status_code == 200


def test_the_file_of_a_client_shows_the_credit_note(app, database: Database, number: str):
    note = credit(database, number)
    browser = accountant_of(app, database)
    with database.reading_session() as session:
        dossier = session.scalars(select(Dossier.number)).one()
    page = unescape(browser.get(f"/devis/{dossier}").text)
    assert f"Avoir {note.number}" in page and "Soldé par avoir" in page
    assert "Soldé par avoir" in browser.get("/devis").text
    assert "soldée par avoir" in browser.get("/factures").text
    assert number not in browser.get("/compte").text.partition("Factures à payer")[2]


def test_the_order_of_a_private_person_shows_the_credit_note(books, database: Database):
    note = credit(database, invoiced_by_card(database), units={1: 1})
    with database.reading_session() as session:
        order = session.scalars(select(Order.number)).one()
    assert f"Avoir {note.number}" in unescape(books.get(f"/commandes/{order}").text)


def test_a_transfer_is_ordered_by_one_person_and_confirmed_by_another(
    app, books, database: Database
):
    note = credit(database, paid_invoice(database))
    url = f"/bureau/avoirs/{note.number}"
    assert note.number in books.get("/bureau/avoirs").text
    wrong = books.post(f"{url}/virement", data={"account": "FR76 1"})
    assert wrong.status_code == 422 and "IBAN n’est pas valable" in unescape(wrong.text)
    assert 'value="FR76 1"' in wrong.text
    assert books.post(f"{url}/virement", data={"account": ACCOUNT}).status_code == 303
    own = books.post(f"{url}/virement/confirmation", data={"confirmation-reference": "VIR 9"})
    assert own.status_code == 422 and "une autre personne le confirme" in own.text
    with database.transaction() as session:
        second = make_person(session, at=AT, email="second@comptoir.example", name="Ada Roy")
        second.staff_roles = frozenset({ACCOUNTING})
        second_id = second.id
    colleague = sign_in(app.test_client(), second_id)
    done = colleague.post(f"{url}/virement/confirmation", data={"confirmation-reference": "VIR 9"})
    assert done.status_code == 303
    with database.reading_session() as session:
        refund = session.scalars(select(CreditRefund)).one()
    assert (refund.state, refund.reference) == (CreditRefundState.REFUNDED, "VIR 9")
    assert "VIR 9" in colleague.get(url).text


def paid_invoice(database: Database) -> str:
    """An invoice that a transfer paid."""
    number = invoiced(database)
    pay(database, number)
    return number


def test_a_transfer_that_is_not_made_is_ordered_again(books, database: Database):
    note = credit(database, paid_invoice(database))
    url = f"/bureau/avoirs/{note.number}"
    assert books.post(f"{url}/virement", data={"account": ACCOUNT}).status_code == 303
    assert books.post(f"{url}/virement/renvoi", data={"back-reason": ""}).status_code == 422
    sent = books.post(f"{url}/virement/renvoi", data={"back-reason": "Compte clos"})
    assert sent.status_code == 303
    with database.reading_session() as session:
        refund = session.scalars(select(CreditRefund)).one()
    assert (refund.state, refund.account) == (CreditRefundState.DUE, "")


def test_a_card_order_is_refunded_to_the_card_from_its_credit_note(books, database: Database):
    note = credit(database, invoiced_by_card(database), units={1: 1})
    url = f"/bureau/avoirs/{note.number}"
    assert "sur la carte" in books.get(url).text
    assert books.post(f"{url}/carte").status_code == 303
    with database.reading_session() as session:
        assert session.scalars(select(CreditRefund.state)).one() is CreditRefundState.REFUNDING
    again = books.post(f"{url}/carte", follow_redirects=True)
    assert "a déjà été ordonné" in unescape(again.text)
