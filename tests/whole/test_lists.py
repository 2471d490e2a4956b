"""Every list goes on: all its rows are reachable by "next", and its count is that of all rows."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkout.batches.batches import request_batch
from checkout.batches.rules import BatchAct
from checkout.cancellations.models import Cancellation
from checkout.cancellations.procedure import CancellationState
from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import PaymentState, ReversalKind, ReversalState
from checkout.entries.chart_rules import Chart
from checkout.entries.charts import set_chart
from checkout.invoices.models import Invoice
from checkout.payments.billing import bill_order
from checkout.returns.returns import ask_return
from checkout.returns.rules import Asked as AskedReturn
from checkout.returns.rules import Reason as ReturnReason
from checkout.statements.imports import read_file, receive_file
from checkout.statements.models import StatementMovement
from checkout.statements.movements import set_movement_aside
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import WithdrawalState
from shop.bank_details.changes import ask_bank_change, refuse_bank_change
from shop.bank_details.rules import BankAccount
from shop.catalogue import stock
from shop.catalogue.correction_rules import Correction, Reason
from shop.catalogue.corrections import correct_stock
from shop.catalogue.models import Stock
from shop.catalogue.price_rules import AskedPrice
from shop.catalogue.prices import plan_price
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN, THE_PROCESSOR, Actor
from shop.core.money import Money
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.dossiers.models import Paper, PdfAttempt, PdfOutcome
from shop.emails.kinds import get_kind
from shop.emails.wordings import publish_wording
from shop.emails.words_rules import Wording, Words
from shop.home.rules import HomeContent
from shop.home.versions import publish_home
from shop.members.invitations import revoke
from shop.ops.job_log import note_run
from shop.ops.worker import Job, Run
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.questions.questions import Asked, ask_question
from shop.settings.settings import set_settings
from shop.settings.table_rules import DELIVERY
from shop.storage import paging
from shop.storage.db import Database
from shop.storage.journal import record
from shop.storage.outbox import Email
from shop.texts.rules import TERMS
from shop.texts.texts import publish_text
from shop.web.kit.sessions import VISITOR
from tests.banking import Line, camt
from tests.factories import (
    AT,
    BOOKS,
    OFFICE,
    STORES,
    make_body,
    make_buyer,
    make_letterhead,
    make_person,
    make_product,
    make_shop,
    siret_of,
)
from tests.imported import compare, made
from tests.listed import Listed, said
from tests.orders import (
    deliver_all,
    locked_order,
    make_card_order,
    make_order_from_original,
    make_quote,
)
from tests.paid_out import make_payout
from tests.people import sign_in, staff
from tests.settled import BOSS
from tests.shelves import a_product, stock_shelves
from tests.snapshots import Snapshots
from tests.teams import make_asking, make_member, make_proven_town, send_invitation

#: Rows on a page here; every list is to have more.
A_PAGE = 6
MANY = A_PAGE + 2
LANGUAGES = ("fr", "en")

FILES = Listed("/devis", r'<a href="/devis/(DE-[0-9-]+)', r"([0-9]+) dossiers?[.]")
ORDERS = Listed("/commandes", r'href="/commandes/(CO-[0-9-]+)', r"([0-9]+) commandes?\b")
OWN_INVOICES = Listed("/factures", r"Télécharger : (FA-[0-9-]+)", r"([0-9]+) factures?\b")
REGISTER = Listed("/bureau/factures/registre", OWN_INVOICES.row, OWN_INVOICES.heading)
ORIGINALS = Listed(
    "/bureau/bons-de-commande",
    r'href="/bureau/bons-de-commande/(DE-[0-9-]+)',
    r"([0-9]+) originau?x? attendus?",
)
FOUND = Listed(
    "/bureau/recherche?q=chinon&kind=dossier",
    r'href="/devis/(DE-[0-9-]+)',
    r"([0-9]+) résultats?",
)
PREPARING = Listed(
    "/bureau/livraisons",
    r'href="/bureau/livraisons/(CO-[0-9-]+)',
    r"([0-9]+) commandes? à préparer",
)
TO_CHOOSE = Listed(
    "/bureau/livraisons/preparation",
    r'name="number" value="(CO-[0-9-]+)',
    r"([0-9]+) commandes? à préparer",
)
TO_INVOICE = Listed(
    "/bureau/factures",
    r'action="/bureau/factures/commandes/(CO-[0-9-]+)',
    r"([0-9]+) commandes?\b",
    "orders",
)
TO_SEND = Listed(
    "/bureau/factures",
    r"Envoyer la facture (FA-[0-9-]+)",
    r'id="unsent">[^<]*</h2>\s*<p[^>]*>\s*([0-9]+) factures?\b',
    "files",
)
BATCHES = Listed("/bureau/lots", r'href="/bureau/lots/([0-9]+)', r"([0-9]+) lots?\b")
BATCH = Listed("/bureau/lots/1", r'href="/bureau/factures/(FA-[0-9-]+)', r"sur ([0-9]+)<")
UNPAID = Listed(
    "/bureau/factures",
    r'href="/bureau/paiements/(FA-[0-9-]+)',
    r'id="unpaid">[^<]*</h2>\s*<p[^>]*>\s*([0-9]+) factures?\b',
    "due",
)
PAYMENTS = Listed(
    "/bureau/paiements",
    r'href="/bureau/paiements/(FA-[0-9-]+)',
    r"([0-9]+) factures? en attente",
)
CLIENTS = Listed("/bureau/clients", r'href="/bureau/clients/([0-9]+)', r"([0-9]+) organismes?\b")
PEOPLE = Listed(
    "/bureau/clients/personnes",
    r'href="/bureau/clients/personnes/([0-9]+)',
    r"([0-9]+) particuliers?\b",
)
CASES = Listed(
    "/bureau/verifications",
    r'href="/bureau/verifications/([0-9]+)',
    r"([0-9]+) organismes? atten",
)
PRODUCTS = Listed("/bureau/produits", r'href="/bureau/produits/([0-9]+)', r"([0-9]+) produits?[.]")
HISTORY = Listed("/bureau/produits/1", r'id="entry-([0-9]+)"', r"([0-9]+) événements?\b")
PRICES = Listed("/bureau/produits/1/prix", r'id="price-([0-9]+)"', r"([0-9]+) changements? de prix")
IMPORTS = Listed("/bureau/imports", r'href="/bureau/imports/([0-9]+)', r"([0-9]+) imports?[.]")
DIFFERENCES = Listed(
    "/bureau/imports/1",
    r'id="line-([0-9]+)"',
    r'id="differences">[^<]*</h2>\s*<p[^>]*>([0-9]+) produits?\b',
    "lines",
)
FAULTS = Listed("/bureau/imports/1", r'id="fault-([0-9]+)"', r"([0-9]+) erreurs?<", "faults")
STOCK = Listed("/bureau/stock", r"[?&;]sku=(SON-[0-9]+)", r"([0-9]+) produits?\b")
TURNED = Listed(
    "/bureau/rapports/rotation/produits", r'data-product="(SON-[0-9]+)"', r"([0-9]+) produits?\b"
)
JOBS = Listed("/bureau/travaux", r'data-job="([^"]+)"', r"([0-9]+) travaux\b")
RUNS = Listed("/bureau/travaux/job0", r'id="run-([0-9]+)"', r"([0-9]+) exécutions?\b")
MOVEMENTS = Listed(
    "/bureau/stock/SON-0412/mouvements", r'id="movement-([0-9]+)', r"([0-9]+) mouvements?\b"
)
EMAILS = Listed("/bureau", r'href="/bureau/e-mails/([0-9]+)', r"([0-9]+) e-mails?\b", "emails")
MAIL_LOG = Listed("/bureau/e-mails", r'href="/bureau/e-mails/([0-9]+)', r"([0-9]+) e-mails?\b")
DOCUMENTS = Listed("/bureau", r"documents/([0-9]+)[.]pdf", r"([0-9]+) documents?\b", "documents")
AGAIN = Listed(
    CASES.url,
    r'href="/bureau/verifications/([0-9]+)[^"]*"\s*>\s*<b>',
    r"À revoir [(]([0-9]+)[)]",
    "due",
)
QUESTIONS = Listed(
    "/bureau/questions", r'href="/bureau/questions/([0-9]+)', r"([0-9]+) questions? à traiter"
)
REVERSALS = Listed(
    PAYMENTS.url, r"/mouvements/(re_[0-9]+)", r"contestations [(]([0-9]+)[)]", "reversals"
)
BY_HAND = Listed(
    PAYMENTS.url, r'id="reference-([0-9]+)', r"à faire à la main [(]([0-9]+)[)]", "refunds"
)
FAILED = Listed(
    PAYMENTS.url,
    r'href="/bureau/retractations/([0-9]+)',
    r"rétractation[^(<]*[(]([0-9]+)[)]",
    "withdrawals",
)
STATEMENTS = Listed("/bureau/releves", r'href="/bureau/releves/([0-9]+)"', r"([0-9]+) relevés?")
TRANSFERS = Listed("/bureau/virements", r'href="/bureau/virements/([0-9]+)', r"([0-9]+) sommes?\b")
RECEIVABLES = Listed(
    "/bureau/creances",
    r'href="/bureau/factures/(FA-[0-9-]+)',
    r'id="invoices">[^<]*</h2>\s*<p[^>]*>\s*([0-9]+) factures?\b',
)
DEBTORS = Listed(
    "/bureau/creances",
    r'data-client="([^"]+)"',
    r'id="clients">[^<]*</h2>\s*<p[^>]*>\s*([0-9]+) clients?\b',
    "clients",
)
REMINDERS = Listed(
    "/bureau/relances",
    r'href="/bureau/relances/(FA-[0-9-]+)',
    r'id="overdue">[^<]*</h2>\s*<p[^>]*>\s*([0-9]+) factures?\b',
)
PAYOUTS = Listed("/bureau/versements", r'data-payout="(po_[0-9]+)"', r"([0-9]+) versements?\b")
UNPAID_OUT = Listed(
    "/bureau/versements", r'data-payment="([0-9]+)"', r"([0-9]+) paiements? par carte\b", "waiting"
)
ACCOUNT_NUMBERS = Listed(
    "/bureau/ecritures/comptes", r'data-change="([0-9]+)"', r"([0-9]+) changements?\b"
)
SETTINGS = Listed(
    "/bureau/reglages/livraison", r'data-change="([0-9]+)"', r"([0-9]+) changements?\b"
)
TEXTS = Listed(
    "/bureau/textes/conditions-de-vente", r'data-version="([0-9]+)"', r"([0-9]+) versions?\b"
)
HOME = Listed("/bureau/accueil", r'data-version="([0-9]+)"', r"([0-9]+) versions?\b")
WORDINGS = Listed(
    "/bureau/e-mails-de-la-boutique/quote_issued",
    r'data-version="([0-9]+)"',
    r"([0-9]+) versions?\b",
)
BANK_CHANGES = Listed(
    "/bureau/coordonnees-bancaires", r'data-change="([0-9]+)"', r"([0-9]+) changements?\b"
)
TEAM = "/compte/organisation/membres"
MEMBERS = Listed(
    TEAM, r'class="ref">\s*((?:m[0-9]+|claire)@chinon[.]example)', r"([0-9]+) membres?\s*</p>"
)
WAITING = Listed(
    TEAM, r'class="ref">\s*(w[0-9]+@chinon[.]example)', r"([0-9]+) demandes?\b", "waiting"
)
INVITATIONS = Listed(
    TEAM, r"<strong>(i[0-9]+@chinon[.]example)", r"([0-9]+) invitations?\b", "invitations"
)
CANCELLATIONS = Listed(
    "/bureau/annulations", r'id="cancellation-([0-9]+)', r"([0-9]+) annulations?\b"
)
RETURNS = Listed("/bureau/retours", r'href="/bureau/retours/(RT-[0-9-]+)', r"([0-9]+) retours?[.]")
UNCREDITED = Listed(
    "/bureau/avoirs",
    r'href="/commandes/(CO-[0-9-]+)',
    r"([0-9]+) commandes? à créditer",
    "uncredited",
)
WITHDRAWALS = Listed(
    "/bureau/retractations",
    r'href="/bureau/retractations/([0-9]+)',
    r"([0-9]+) rétractations? en cours",
)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "A_PAGE", A_PAGE)


def is_whole(rows: list[str]) -> bool:
    return len(rows) == len(set(rows)) == MANY


def _buyer(session: Session) -> Actor:
    """A buyer with as many quotes as fill a page, and two."""
    lines = make_shop(session)
    buyer = make_buyer(session)
    work = [SaleLine(None, "", "Réglage sur place", 1, lines[0].unit_price, 2000)]
    for _number in range(MANY):
        make_quote(session, buyer, work)
    return buyer


@pytest.fixture
def buyer(database: Database, snapshots: Snapshots) -> Actor:
    return snapshots.fill(database, _buyer)


def _ordered(session: Session) -> tuple[Actor, list[str]]:
    """As many orders to deliver, of one line of goods and its delivery."""
    lines = make_shop(session)
    session.execute(update(Stock).values(on_hand=MANY))
    buyer = make_buyer(session)
    numbers = []
    for number in range(MANY):
        quote = make_quote(session, buyer, [replace(lines[0], quantity=1)])
        order = make_order_from_original(session, quote, reference=f"BC-{number}")
        numbers.append(order.number)
    return buyer, numbers


@pytest.fixture
def ordered(database: Database, snapshots: Snapshots) -> tuple[Actor, list[str]]:
    return snapshots.fill(database, _ordered)


def test_quotes_are_listed_whole_to_the_buyer_and_at_the_desk(app, database, buyer: Actor):
    client = sign_in(app.test_client(), buyer.user_id)
    office = staff(app, database, SALES_ADMIN)
    for who, listed in ((client, FILES), (office, ORIGINALS), (office, FOUND)):
        assert is_whole(listed.rows(who)), listed
        assert listed.count(who) == MANY
        if listed is not FOUND:  # by its place in the index: it has neither filters nor orders
            assert list(listed.faults(who, database)) == []


def test_a_selected_row_is_on_the_page_that_is_shown(app, database, buyer: Actor):
    office = staff(app, database, SALES_ADMIN)
    for number in (f"DE-2026-{MANY:06d}", "DE-2026-000001"):
        page = said(office, f"/bureau/bons-de-commande/{number}")
        assert re.search(
            rf'href="/bureau/bons-de-commande/{number}(?:[?]page=2)?#selected"\s+id="selected" '
            'aria-current="true"',
            page,
        )


def test_after_a_deed_the_next_row_is_selected(app, database, buyer: Actor):
    office = staff(app, database, SALES_ADMIN)
    url = "/bureau/bons-de-commande/DE-2026-000003"
    answer = office.post(f"{url}/refus", data={"refusal-reason": "Il manque la signature."})
    assert answer.location == "/bureau/bons-de-commande/DE-2026-000004"
    place = "copy=without&sort=-until"
    page = said(office, f"/bureau/bons-de-commande/DE-2026-000005?{place}")
    action = unescape(re.findall(r'action="([^"]+/refus[^"]*)"', page)[0])
    assert action.endswith(f"?{place}"), "the form keeps the filter and the order"
    answer = office.post(action, data={"refusal-reason": "Il manque la signature."})
    assert answer.location == f"/bureau/bons-de-commande/DE-2026-000006?{place}"


def test_orders_are_listed_whole_at_every_desk_they_pass(app, database: Database, ordered):
    buyer, numbers = ordered
    client = sign_in(app.test_client(), buyer.user_id)
    stores = staff(app, database, LOGISTICS)
    for who, listed in ((client, ORDERS), (stores, PREPARING), (stores, TO_CHOOSE)):
        assert is_whole(listed.rows(who)), listed
        assert listed.count(who) == MANY
        assert list(listed.faults(who, database)) == []
    with database.transaction() as session:
        for number in numbers:
            deliver_all(session, locked_order(session, number))
    assert "Rien à préparer" in said(stores, PREPARING.url)
    books = staff(app, database, ACCOUNTING)
    assert is_whole(TO_INVOICE.rows(books))
    assert TO_INVOICE.count(books) == MANY
    assert list(TO_INVOICE.faults(books, database)) == []
    text = re.sub(r">\s+", ">", said(books, TO_INVOICE.url))
    assert ">1 unité" in text, "the line of the delivery is no unit"


def test_invoices_are_listed_whole(app, database: Database, ordered):
    with database.transaction() as session:
        for number in ordered[1]:
            order = locked_order(session, number)
            deliver_all(session, order)
            bill_order(session, order, by=BOOKS, at=AT)
    client = sign_in(app.test_client(), ordered[0].user_id)
    books = staff(app, database, ACCOUNTING)
    for who, listed in (
        (client, OWN_INVOICES),
        (books, REGISTER),
        (books, TO_SEND),
        (books, UNPAID),
        (books, PAYMENTS),
        (books, RECEIVABLES),
    ):
        assert is_whole(listed.rows(who)), listed
        assert listed.count(who) == MANY
        assert list(listed.faults(who, database)) == []
    assert list(DEBTORS.faults(books, database)) == []
    with database.transaction() as session:
        numbers = session.scalars(select(Invoice.number).order_by(Invoice.id)).all()
        for _each in range(MANY):
            request_batch(session, BatchAct.SEND, numbers, by=BOOKS, at=AT)
    for listed in (BATCHES, BATCH):
        assert is_whole(listed.rows(books)), listed
        assert listed.count(books) == MANY
        assert list(listed.faults(books, database)) == []
    with database.transaction() as session:
        late = paris_day(AT) - timedelta(days=40)
        session.execute(update(Invoice).values(payable_by=late, sent_at=AT))
    assert is_whole(REMINDERS.rows(books))
    assert list(REMINDERS.faults(books, database)) == []


def test_clients_verifications_and_the_stock_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(1, MANY + 1):
            person = make_person(session, at=AT, email=f"p{number}@ville.example")
            make_body(session, person, at=AT, siret=siret_of(number))
    stock_shelves(database, MANY)
    office = staff(app, database, ADMIN)
    for listed in (CLIENTS, CASES, STOCK, PRODUCTS, TURNED):
        assert is_whole(listed.rows(office)), listed
        assert listed.count(office) == MANY
        assert list(listed.faults(office, database)) == []


def test_the_jobs_of_the_worker_and_their_runs_are_listed_whole(app, database: Database):
    jobs = [Job(f"job{number}", 60, lambda: 1) for number in range(MANY)]
    with database.transaction() as session:
        for job in jobs:
            note_run(session, job, Run(AT, AT, 1), "")
        for _turn in range(MANY - 1):
            note_run(session, jobs[0], Run(AT, AT, 1), "")
    office = staff(app, database, ADMIN)
    for listed in (JOBS, RUNS):
        assert is_whole(listed.rows(office)), listed
        assert list(listed.faults(office, database)) == []


def test_private_customers_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            make_person(session, at=AT, email=f"p{number}@maison.example", name=f"Paul {number}")
    office = staff(app, database, SALES)
    assert is_whole(PEOPLE.rows(office))
    assert list(PEOPLE.faults(office, database)) == []


def test_the_papers_of_a_client_are_listed_whole_in_its_record(app, database, buyer: Actor):
    office = staff(app, database, SALES)
    quotes = Listed(
        f"/bureau/clients/{buyer.organisation_id}/liste/devis", FILES.row, r"([0-9]+) lignes?\b"
    )
    assert is_whole(quotes.rows(office))
    assert list(quotes.faults(office, database)) == []


def test_the_movements_of_a_product_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        product_id = make_product(session, on_hand=5)
        stock.reserve(session, {product_id: 2}, reference="DE-2026-000001", at=AT)
        for number in range(MANY - 2):
            found = Correction(Reason.FOUND if number % 2 else Reason.BROKEN, 1)
            correct_stock(session, "SON-0412", found, by=STORES, at=AT)
    office = staff(app, database, LOGISTICS)
    assert is_whole(MOVEMENTS.rows(office))
    assert MOVEMENTS.count(office) == MANY
    assert list(MOVEMENTS.faults(office, database)) == []
    seller = staff(app, database, SALES)
    assert HISTORY.count(seller) == len(HISTORY.rows(seller)) == MANY - 2
    assert list(HISTORY.faults(seller, database)) == []


def test_the_prices_of_a_product_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        product_id = make_product(session)
        for number in range(MANY):
            asked = AskedPrice(Money(100 + number), paris_day(AT) + timedelta(number), "Salon")
            plan_price(session, product_id, asked, by=OFFICE, at=AT)
    seller = staff(app, database, SALES)
    assert is_whole(PRICES.rows(seller))
    assert PRICES.count(seller) == MANY
    assert list(PRICES.faults(seller, database)) == []


def test_imports_their_differences_and_their_faults_are_listed_whole(app, database: Database):
    stock_shelves(database, [a_product(number) for number in range(1, MANY + 1)])
    prices = [[f"SON-{number:05d}", "1,23"] for number in range(1, MANY + 1)]
    dear = [[f"SON-{number:05d}", "cher"] for number in range(1, MANY + 1)]
    compare(database, made(["Référence", "Prix TTC"], [*prices, *dear]))
    for _each in range(MANY - 1):
        compare(database, made(["Référence", "Prix TTC"], prices[:1]))
    seller = staff(app, database, SALES)
    for listed in (IMPORTS, DIFFERENCES):
        assert is_whole(listed.rows(seller)), listed
        assert listed.count(seller) == MANY
        assert list(listed.faults(seller, database)) == []
    faults = FAULTS.rows(seller)
    assert FAULTS.count(seller) == len(set(faults)) == len(faults) == 2 * MANY


def test_refused_e_mails_and_documents_to_check_are_listed_whole(app, database, buyer: Actor):
    with database.transaction() as session:
        for email in session.scalars(select(Email)):
            email.refused_at, email.last_error = AT, "550 no such user"
        for paper in session.scalars(select(Paper.id)):
            session.add(
                PdfAttempt(
                    paper_id=paper,
                    outcome=PdfOutcome.NOT_MADE,
                    findings=["a fault"],
                    attempts=1,
                    next_try_at=AT,
                )
            )
    office = staff(app, database, SALES)
    for listed in (EMAILS, MAIL_LOG, DOCUMENTS):
        assert is_whole(listed.rows(office)), listed
        assert listed.count(office) == MANY
        assert list(listed.faults(office, database)) == []


def test_cancellations_and_returns_are_listed_whole(app, database: Database, ordered):
    _buyer_of_orders, numbers = ordered
    reasons = tuple(ReturnReason)
    with database.transaction() as session:
        for place, number in enumerate(numbers):
            order = locked_order(session, number)
            deliver_all(session, order)
            asked = AskedReturn(reasons[place % 4], "Rayée", {1: 1})
            ask_return(session, order, asked, by=STORES, at=AT)
            session.add(
                Cancellation(
                    order_id=order.id,
                    state=tuple(CancellationState)[place % 5],
                    begun_at=AT,
                    begun_by="Claire",
                    reason="Budget",
                    units={},
                )
            )
    office = staff(app, database, SALES_ADMIN)
    for listed in (CANCELLATIONS, RETURNS):
        assert is_whole(listed.rows(office)), listed
        assert listed.count(office) == MANY
        assert list(listed.faults(office, database)) == []


def test_orders_to_credit_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        session.execute(update(Stock).values(on_hand=MANY))
        for place in range(MANY):
            order = make_card_order(session, [replace(lines[0], quantity=1)])
            deliver_all(session, order)
            bill_order(session, order, by=BOOKS, at=AT)
            payment = owed_payment(f"paid-{place}")
            payment.order_id = order.id
            session.add(payment)
            session.flush()
            session.add(refunded_elsewhere(f"re_{place}", payment.id))
    books = staff(app, database, ACCOUNTING)
    assert is_whole(UNCREDITED.rows(books))
    assert UNCREDITED.count(books) == MANY
    assert list(UNCREDITED.faults(books, database)) == []


def test_withdrawals_are_listed_whole(app, database: Database):
    states = (WithdrawalState.RECEIVED, WithdrawalState.DUE, WithdrawalState.REFUNDING)
    with database.transaction() as session:
        for number in range(MANY):
            session.add(
                Withdrawal(
                    state=states[number % 3],
                    stated_at=AT - timedelta(days=number),
                    name=f"Léa {number}",
                    order_number="inconnu",
                    email="lea@example.org",
                    language="fr",
                    whole=True,
                    items="",
                    units={},
                )
            )
    office = staff(app, database, SALES_ADMIN)
    assert is_whole(WITHDRAWALS.rows(office))
    assert WITHDRAWALS.count(office) == MANY
    assert list(WITHDRAWALS.faults(office, database)) == []


def test_the_people_of_an_organisation_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        for number in range(MANY):
            sent = send_invitation(session, claire, f"i{number}@chinon.example", at=AT)
            if number % 2:
                revoke(session, sent, by=claire, at=AT)
            make_asking(session, f"w{number}@chinon.example")
            if number:
                make_member(session, f"m{number}@chinon.example")
    client = sign_in(app.test_client(), claire.user_id)
    for listed in (MEMBERS, WAITING, INVITATIONS):
        assert is_whole(listed.rows(client)), listed
        assert listed.count(client) == MANY
        assert list(listed.faults(client, database)) == []


def test_bodies_to_review_again_and_questions_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(1, MANY + 1):
            person = make_person(session, at=AT, email=f"p{number}@ville.example")
            body = make_body(session, person, at=AT, siret=siret_of(number))
            row = session.get_one(Organisation, body.id)
            row.verification, row.verified_at = Verification.VERIFIED, AT - timedelta(days=400)
            asked = Asked(
                f"Luc {number}",
                "luc@elsewhere.example",
                "Délai",
                "Quand ?",
                LANGUAGES[number % 2],
                "",
            )
            ask_question(session, asked, (), by=VISITOR, at=AT)
    office = staff(app, database, ADMIN)
    for listed in (AGAIN, QUESTIONS):
        assert is_whole(listed.rows(office)), listed
        assert listed.count(office) == MANY
        assert list(listed.faults(office, database)) == []


def test_refunds_and_disputes_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            payment = owed_payment(f"owed-{number}")
            session.add(payment)
            session.flush()
            subject, owed = f"card:{payment.id}", payment.amount.cents
            record(session, subject, "owe_refund", by=THE_PROCESSOR, at=AT, amount=owed)
            session.add(refunded_elsewhere(f"re_{number}", payment.id))
            session.add(failed_withdrawal(f"Léa {number}"))
    books = staff(app, database, ACCOUNTING)
    for listed in (REVERSALS, BY_HAND, FAILED):
        assert is_whole(listed.rows(books)), listed
        assert listed.count(books) == MANY
        assert list(listed.faults(books, database)) == []


def test_statements_movements_and_transfers_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            line = Line(100 + number, f"VIREMENT {number}")
            file = receive_file(session, camt(line), "releve.xml", by=BOOKS, at=AT)
            read_file(session, file.id, by=BOOKS, at=AT)
        for movement in session.scalars(
            select(StatementMovement.id).order_by(StatementMovement.id)
        ).all():
            set_movement_aside(session, movement, by=BOOKS, at=AT)
        many = camt(*(Line(-1 - number, "FRAIS") for number in range(MANY)))
        file = receive_file(session, many, "frais.xml", by=BOOKS, at=AT)
        (fees,) = read_file(session, file.id, by=BOOKS, at=AT)
    books = staff(app, database, ACCOUNTING)
    listed = Listed(
        f"/bureau/releves/{fees.id}", r"/mouvements/([0-9]+)[?]back", r"([0-9]+) mouvements?\b"
    )
    assert len(STATEMENTS.rows(books)) == MANY + 1 == STATEMENTS.count(books)
    for one in (listed, TRANSFERS):
        assert is_whole(one.rows(books)), one
        assert one.count(books) == MANY
    for one in (STATEMENTS, listed, TRANSFERS):
        assert list(one.faults(books, database)) == []


def test_changes_of_account_numbers_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            chart = Chart(clients=f"4119{number:03d}")
            since = paris_day(AT) + timedelta(days=number % 9)
            set_chart(session, chart, since, by=BOOKS, at=AT)
    books = staff(app, database, ACCOUNTING)
    assert is_whole(ACCOUNT_NUMBERS.rows(books))
    assert list(ACCOUNT_NUMBERS.faults(books, database)) == []


def test_changes_of_settings_are_listed_whole(app, database: Database):
    first = {one.key: one.default for one in DELIVERY.settings}
    seen = 0
    with database.transaction() as session:
        for number in range(MANY):
            values, since = (
                first | {"pallet": 4_000 + number},
                paris_day(AT) + timedelta(days=number % 9),
            )
            seen = set_settings(session, DELIVERY, values, since, seen=seen, by=BOOKS, at=AT).id
    books = staff(app, database, ACCOUNTING)
    assert is_whole(SETTINGS.rows(books))
    assert list(SETTINGS.faults(books, database)) == []


def test_versions_of_a_text_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            since = paris_day(AT) + timedelta(days=number % 9)
            words = (f"Texte {number}", f"Text {number}")
            publish_text(session, TERMS, words, since, seen=3 + number, by=BOSS, at=AT)
    boss = staff(app, database, ADMIN)
    assert is_whole(TEXTS.rows(boss))
    assert list(TEXTS.faults(boss, database)) == []


def test_versions_of_the_words_of_an_e_mail_are_listed_whole(app, database: Database):
    kind = get_kind("quote_issued")
    with database.transaction() as session:
        for number in range(MANY):
            words = Words(introduction=f"Merci {number}.")
            wording = Wording(words, words)
            publish_wording(session, kind, wording, seen=number, by=BOSS, at=AT)
    boss = staff(app, database, ADMIN)
    assert is_whole(WORDINGS.rows(boss))
    assert list(WORDINGS.faults(boss, database)) == []


def test_versions_of_the_home_page_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        for number in range(MANY):
            publish_home(session, HomeContent((f"rayon-{number}",)), seen=number, by=BOSS, at=AT)
    boss = staff(app, database, ADMIN)
    assert is_whole(HOME.rows(boss))
    assert list(HOME.faults(boss, database)) == []


def test_payouts_and_what_is_in_none_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        make_letterhead(session)
        for number in range(MANY):
            status = ("paid", "failed", "pending")[number % 3]
            make_payout(session, 900 + number % 4, key=f"po_{number}", status=status)
            payment = owed_payment(f"waits-{number}")
            payment.payment_intent = f"pi_{number}"
            payment.created_at = AT - timedelta(days=30, hours=number)
            session.add(payment)
    books = staff(app, database, ACCOUNTING)
    for one in (PAYOUTS, UNPAID_OUT):
        assert is_whole(one.rows(books))
        assert list(one.faults(books, database)) == []


def test_changes_of_bank_details_are_listed_whole(app, database: Database):
    with database.transaction() as session:
        make_letterhead(session)
        account = BankAccount("SON SAS", "FR1420041010050500013M02606", "PSSTFRPPPAR")
        for number in range(MANY):
            change = ask_bank_change(session, account, f"{number}", by=BOOKS, at=AT)
            if number + 1 < MANY:
                refuse_bank_change(session, change.id, "Non", by=BOOKS, at=AT)
    books = staff(app, database, ACCOUNTING)
    assert is_whole(BANK_CHANGES.rows(books))
    assert list(BANK_CHANGES.faults(books, database)) == []


def owed_payment(reference: str) -> CardPayment:
    """A card payment whose refund the card did not accept."""
    return CardPayment(
        reference=reference,
        state=PaymentState.REFUND_FAILED,
        email="lea@home.example",
        language="fr",
        guest_key="key",
        parties={},
        lines=[],
        shipping="parcel",
        amount=Money(54_900),
        created_at=AT,
        expires_at=AT,
        refund_reason="out_of_stock",
    )


def refunded_elsewhere(reversal_id: str, payment_id: int) -> CardReversal:
    """A refund that was made on the processor's site."""
    return CardReversal(
        id=reversal_id,
        payment_id=payment_id,
        kind=ReversalKind.REFUND,
        state=ReversalState.TAKEN,
        amount=Money(1_000),
        status="succeeded",
        reason="",
        key="",
        made_at=AT,
    )


def failed_withdrawal(name: str) -> Withdrawal:
    """A withdrawal whose refund the card did not take."""
    return Withdrawal(
        state=WithdrawalState.REFUND_FAILED,
        stated_at=AT,
        name=name,
        order_number="inconnu",
        email="lea@example.org",
        language="fr",
        whole=True,
        items="",
        units={},
        refunded=Money(500),
    )
