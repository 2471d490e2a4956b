"""A statement is imported and confirmed, a transfer is split, a reminder is read and leaves."""

import re
from datetime import timedelta
from itertools import count

from playwright.sync_api import expect
from sqlalchemy import select

from checkout.invoices.models import Invoice
from checkout.jobs import remind
from checkout.orders.models import Order
from checkout.payouts.models import CardPayout
from checkout.receivables.models import Reminder
from checkout.receivables.reminder_lists import may_be_reminded
from shop.ops import clock
from tests.banking import Line, camt
from tests.e2e.gestures import button, fill, headed, link, main, says, sign_in
from tests.e2e.live import LiveShop
from tests.e2e.tabs import People, on

_statements = count(1)


def unpaid(shop: LiveShop) -> list[Invoice]:
    """The invoices with something due, the oldest first."""
    with shop.database.reading_session() as session:
        rows = select(Invoice).where(Invoice.is_due).order_by(Invoice.id)
        return list(session.scalars(rows))


@on("without-scripts")
def test_a_statement_is_confirmed_and_a_transfer_split(people: People, shop: LiveShop) -> None:
    invoice, other = unpaid(shop)[-2:]
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/releves")
    day = clock.today().isoformat()
    serial = next(_statements)
    paid = Line(invoice.due.cents, f"VIR {invoice.number} MANDAT {serial}", day=day)
    data = camt(paid, Line(4_321, f"VIREMENT SANS LIBELLE {serial}", day=day))
    upload = {"name": "banque.xml", "mimeType": "text/xml", "buffer": data}
    accounts.page.get_by_label("Relevé bancaire").set_input_files(files=[upload])
    accounts.press(button(accounts, "Lire le relevé"))
    headed(accounts, "Relevé banque.xml")
    expect(main(accounts)).to_contain_text("Aucune facture n’est citée")
    accounts.press(button(accounts, "Confirmer tous les rapprochements exacts"))
    says(accounts, re.compile("1 mouvement imputé, 1 reste à traiter"))
    accounts.go(f"/bureau/paiements/{invoice.number}")
    accounts.press(link(accounts, "Déplacer ou répartir").first)
    headed(accounts, re.compile("^Virement du"))
    fill(accounts, invoice_1=other.number, amount_1="10,00", reason="Réglé ensemble")
    accounts.page.get_by_label("est conservé au crédit du client").check()
    accounts.press(button(accounts, "Affecter cette somme"))
    expect(main(accounts)).to_contain_text(other.number)
    accounts.go(f"/bureau/paiements/{invoice.number}")
    expect(main(accounts)).to_contain_text("correction")
    assert [one.number for one in unpaid(shop)][-2:] == [invoice.number, other.number]


@on("phone")
def test_a_reminder_is_read_before_it_leaves(people: People, shop: LiveShop) -> None:
    with shop.database.transaction() as session:
        rows = select(Invoice).join(Order, Order.id == Invoice.order_id)
        invoice = session.scalars(rows.where(*may_be_reminded(clock.today()))).first()
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/relances")
    assert invoice is not None
    accounts.press(link(accounts, invoice.number))
    headed(accounts, f"Relances de la facture {invoice.number}")
    expect(main(accounts)).to_contain_text("Intérêts moratoires")
    accounts.page.get_by_label("suspendre").check()
    fill(accounts, reason="Paiement promis")
    accounts.press(button(accounts, "Enregistrer"))
    says(accounts, "Les relances sont suspendues.")
    before = shop.journal("send_reminder")
    with shop.later(timedelta(days=10)):
        remind(shop.database)
    with shop.database.reading_session() as session:
        sent = select(Reminder).where(Reminder.invoice_id == invoice.id)
        assert all(one.sent_on <= clock.today() for one in session.scalars(sent))
    assert shop.journal("send_reminder") >= before
    accounts.page.get_by_label("reprendre").check()
    fill(accounts, reason="Paiement toujours attendu")
    accounts.press(button(accounts, "Enregistrer"))
    says(accounts, "Les relances reprennent.")


@on("desktop")
def test_a_payout_of_the_cards_is_found_on_the_statement(people: People, shop: LiveShop) -> None:
    with shop.database.reading_session() as session:
        payout = session.scalars(select(CardPayout).where(CardPayout.is_whole)).one()
    accounts = people.arrive()
    sign_in(accounts, "comptabilite@comptoir.example")
    accounts.go("/bureau/versements")
    row = main(accounts).locator(f"tr[data-payout={payout.id}]")
    expect(row).to_contain_text("en cours d’acheminement")
    expect(row).to_contain_text("tout concorde")
    expect(row).to_contain_text("ligne de la banque non trouvée")
    accounts.go("/bureau/releves")
    line = Line(payout.amount.cents, "STRIPE PAYOUT", day=clock.today().isoformat())
    upload = {"name": "cartes.xml", "mimeType": "text/xml", "buffer": camt(line)}
    accounts.page.get_by_label("Relevé bancaire").set_input_files(files=[upload])
    accounts.press(button(accounts, "Lire le relevé"))
    headed(accounts, "Relevé cartes.xml")
    accounts.go("/bureau/versements")
    accounts.press(link(accounts, payout.id))
    expect(main(accounts)).to_contain_text("STRIPE PAYOUT")
    accounts.press(button(accounts, "Cette ligne est le versement"))
    says(accounts, "La ligne du relevé bancaire est rattachée à ce versement.")
    expect(main(accounts)).to_contain_text("Sa ligne de relevé bancaire a été trouvée.")
    accounts.go("/bureau/versements")
    expect(row).not_to_contain_text("non trouvée")
