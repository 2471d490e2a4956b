"""The data of the matrix: one body with everything that can be read, another one, the staff; a
browser for each person; the parameters of the routes.

A new route whose parameters are not known here is named by the matrix: add to `named` its value,
and whose it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import FINDERS
from checkout.batches.batches import request_batch
from checkout.batches.rules import BatchAct
from checkout.cancellations.cancellations import ask_cancellation, decide_cancellation
from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import PaymentState, ReversalKind, ReversalState
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote
from checkout.credits.rules import CreditRequest
from checkout.invoices.invoice_files import prepare_invoice_file
from checkout.invoices.sendings import forward_invoice_file
from checkout.orders.models import Order
from checkout.payments.billing import bill_order
from checkout.payments.models import TransferPart
from checkout.payments.payments import record_payment
from checkout.returns.models import Return
from checkout.returns.returns import ask_return
from checkout.returns.rules import Asked as AskedReturn
from checkout.returns.rules import Reason as ReturnReason
from checkout.statements.imports import read_file, receive_file
from checkout.statements.models import StatementMovement
from checkout.statements.movements import set_movement_aside
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from quotes.client_quotes.adjustments import add_free_line
from quotes.client_quotes.models import ClientQuoteLine
from quotes.order_forms.order_forms import last_order_form
from quotes.quotes.models import Quote
from quotes.signatories.links import share_quote
from quotes.signatories.rules import Recipient
from shop.agreements.copies import keep_copy
from shop.agreements.models import AgreementCopy, PriceAgreement, PriceCondition
from shop.bank_details.changes import ask_bank_change
from shop.bank_details.rules import BankAccount
from shop.catalogue.brands import find_or_add_brand
from shop.catalogue.correction_rules import Correction, Reason
from shop.catalogue.corrections import correct_stock
from shop.catalogue.departments import FamilyNames, add_family
from shop.catalogue.models import Category, Product
from shop.catalogue.price_rules import AskedPrice
from shop.catalogue.prices import plan_price
from shop.core.actors import (
    ACCOUNTANT,
    ADMIN,
    BUYER,
    LOGISTICS,
    MEMBER_ADMIN,
    SALES_ADMIN,
    STAFF_ROLES,
    Actor,
)
from shop.core.money import Money
from shop.core.parties import PayingService, Place
from shop.core.text import paris_day
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import INVOICE, PDF, SCAN, keep_file
from shop.emails.kinds import get_kind
from shop.emails.wordings import publish_wording
from shop.emails.words_rules import Wording, Words
from shop.home.rules import Banner, HomeContent
from shop.home.versions import publish_home
from shop.imports.imports import receive_import, table_of_file
from shop.imports.models import ImportLine
from shop.imports.procedure import ImportState
from shop.members.models import Invitation, Membership, ProvenDomain
from shop.ops.clock import now, today
from shop.ops.job_log import note_run
from shop.ops.worker import Job, Run
from shop.organisations.addresses import add_paying_service, add_place
from shop.organisations.contacts import Person as Contact
from shop.organisations.contacts import add_contact
from shop.organisations.models import Establishment
from shop.people.models import User
from shop.photographs.models import Photograph, PhotographFile
from shop.questions.questions import ask_question
from shop.questions.rules import Asked
from shop.signin.models import Passkey, UserSession
from shop.signin.sessions import open_user_session
from shop.staff.leaves import LeaveTerms, enter_leave
from shop.storage.db import Database
from shop.storage.outbox import post
from shop.texts.rules import LEGAL
from shop.texts.texts import publish_text
from shop.verification.changes import ask_change
from shop.verification.evidence_letters import send_letter
from shop.verification.verification import Evidence, verify
from shop.web.kit.sessions import VISITOR, load_viewer
from shop.web.kit.viewers import Viewer
from tests.agreed import make_draft
from tests.banking import Line, camt
from tests.factories import (
    BOOKS,
    OFFICE,
    STORES,
    make_body,
    make_buyer,
    make_person,
    make_shop,
    make_staff,
    member_of,
    siret_of,
)
from tests.links import make_payment_link, send_payment_link
from tests.orders import (
    deliver_all,
    make_card_order,
    make_client_quote,
    make_order_from_original,
    make_quote,
    scan,
)
from tests.paid_out import make_payout
from tests.settled import BOSS

#: Members of the body, then of the other one, by their rights.
MEMBERS = {
    "administrator": {MEMBER_ADMIN},
    "buyer": {BUYER},
    "accountant": {ACCOUNTANT},
    "reader": set[str](),
}
CONFINED, PENDING, PRIVATE, VISITORS = "reader elsewhere", "not let in", "private", "visitor"
GUEST_KEY = "k" * 43
#: Pages about a delivery that was made.
RETURNED = ("signed_note", "keep_signed_note", "acceptance", "accept", "contrary", "correct")
#: The secret of a link in an e-mail that was never sent: it is not valid.
UNSENT = "unsent"


class Rehearsal(Database):
    """A database on which services run to the end and nothing is committed."""

    def __init__(self, real: Database) -> None:
        self.url, self.is_sqlite = real.url, real.is_sqlite
        self.read_engine, self.write_engine = real.read_engine, real.write_engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        session = Session(self.write_engine, expire_on_commit=False)
        try:
            yield session
            session.flush()
            session.expunge_all()  # a page shows what was made, as after a commit
        finally:
            session.rollback()
            session.close()


#: A CSV file whose headings say nothing.
UNREAD = b"Jour;Quoi;Combien\n18/11/2026;VIREMENT;12,34\n"


@dataclass(frozen=True)
class Own:
    """A parameter that belongs to somebody: to a body, or to one person; those of the shop with a
    role of `office` may have it too.
    """

    value: Any
    organisation_id: int | None = None
    user_id: int | None = None
    office: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """A person of the matrix. `viewer` None: a visitor."""

    role: str
    viewer: Viewer | None

    @property
    def actor(self) -> Actor:
        return self.viewer.actor if self.viewer else VISITOR


@dataclass
class World:
    """`dossiers` by number; `named` are the parameters: by endpoint and name, by document and name,
    or by name alone.
    """

    people: list[Person] = field(default_factory=list)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)
    own_order: str = ""
    guest_order: str = ""
    waiting_order: str = ""
    home: str = ""

    def value(self, endpoint: str, name: str) -> Any:
        """The value of `name` in the address of that route. Raises KeyError."""
        for known in (f"{endpoint}:{name}", f"{endpoint.partition('.')[0]}:{name}", name):
            if known in self.named:
                return self.named[known]
        raise KeyError(name)

    def person(self, role: str) -> Person:
        return next(person for person in self.people if person.role == role)


def _colleague_away(session: Session) -> dict[str, int]:
    """A colleague who is away in a week."""
    lea = make_staff(session, LOGISTICS, email="lea@comptoir.example")
    session.flush()
    day = today() + timedelta(days=7)
    leave = enter_leave(session, lea, LeaveTerms(day, day), by=BOSS, at=now())
    session.flush()
    return {"staff:user_id": lea.id, "staff:leave_id": leave.id}


def make_world(database: Database) -> World:
    """Everything, by the services where there are services for it."""
    world = World()
    with database.transaction() as session:
        lines = make_shop(session)
        body = _body(session, "", 0)
        theirs = _body(session, "other ", 1)
        _somebody(session, PENDING, body, set(), let_in=False)
        elsewhere = Establishment(
            organisation_id=body.organisation_id,
            siret=siret_of(2),
            name="Médiathèque",
            header={},
            created_at=now(),
        )
        session.add(elsewhere)
        session.flush()
        far = _somebody(session, CONFINED, body, set())
        far.everywhere, far.establishment_id = False, elsewhere.id
        private = make_person(session, at=now(), email="private@matrix.example", name="Léa Petit")
        for role in STAFF_ROLES:
            make_staff(session, role)
        session.flush()
        _sales(session, world, body, lines, private.id)
        _bank(session, world)
        _book(session, world, body)
        _contact(session, world, body)
        _agreement(session, world, body)
        world.named |= {
            "organisation_id": theirs.organisation_id,
            "clients:user_id": private.id,
            "clients:name": "devis",
            "settings:part": "livraison",
            **_texts(session),
            "home:number": _home(session),
            **_wording(session),
            "pages:version": 3,
            **_colleague_away(session),
            "staff:act": "suspension",
            **_drawn(session, theirs),
            **_links(session),
            "establishment_id": Own(elsewhere.id, body.organisation_id),
        }
        _memberships(session, world, body.organisation_id or 0)
        _for_the_office(session, world)
        session.flush()
        buyer = session.scalars(select(User.id).where(User.email == "buyer@matrix.example")).one()
        open_user_session(session, buyer, staff=False, at=now())
        browser = session.scalars(select(UserSession.id).where(UserSession.user_id == buyer)).one()
        world.named["session_id"] = Own(browser, user_id=buyer)
        passkey = Passkey(
            user_id=buyer,
            credential_id="matrix",
            public_key=b"",
            sign_count=0,
            transports=[],
            name="Bureau",
            created_at=now(),
        )
        session.add(passkey)
        session.flush()
        world.named["passkey_id"] = Own(passkey.id, user_id=buyer)
    _people(database, world)
    return world


def _texts(session: Session) -> dict[str, Any]:
    """A text that the office wrote."""
    words = ("Édité à Lyon.", "Published in Lyon.")
    row = publish_text(session, LEGAL, words, today(), seen=1, by=BOSS, at=now())
    return {"texts:text": row.text, "texts:number": row.number}


def _wording(session: Session) -> dict[str, Any]:
    """A version of the shop's own words in a kind of e-mail."""
    words = Words(introduction="Merci de votre confiance.")
    kind = get_kind("quote_issued")
    row = publish_wording(session, kind, Wording(words, words), seen=0, by=BOSS, at=now())
    return {"wordings:kind": row.template, "wordings:number": row.number}


def _shared(session: Session, quote: Quote, body: Actor) -> dict[str, Any]:
    """A link for the person who signs, and the purchase order that it leads to."""
    shared = share_quote(session, quote, Recipient("Paul Lenoir"), by=body, at=now())
    form = last_order_form(session, quote)
    assert form is not None
    return {
        "signatories:token": shared.token,
        "signatories:link_id": shared.link.id,
        "order_forms:paper_id": form.id,
    }


def _home(session: Session) -> int:
    """The number of a version of the home page."""
    banner = Banner("Fermé lundi.", "Closed on Monday.", today(), today())
    return publish_home(session, HomeContent(banner=banner), seen=0, by=BOSS, at=now()).number


def _drawn(session: Session, buyer: Actor) -> dict[str, Any]:
    """A quote that the office prepares, with a line that is no product."""
    row = make_client_quote(session, buyer, "SON-0412", at=now())
    add_free_line(session, row, "Installation", Money(10_000), 2_000, 1)
    free = session.scalars(
        select(ClientQuoteLine.id).where(ClientQuoteLine.client_quote_id == row.id)
    ).one()
    return {"client_quote_id": row.id, "client_quotes:line_id": free}


def _links(session: Session) -> dict[str, Any]:
    """A sale for a private person that is prepared, and one whose link was sent."""
    sent = send_payment_link(session, make_payment_link(session, "SON-0412", at=now()), at=now())
    prepared = make_payment_link(session, "SON-0412", at=now())
    return {
        "payment_links:link_id": prepared.id,
        "payment_links.send_again:link_id": sent.id,
        "payment_links.revoke:link_id": sent.id,
        "payment_links:token": sent.token,
    }


def _body(session: Session, prefix: str, number: int) -> Actor:
    """A verified town and its members; its administrator."""
    first = make_buyer(
        session, f"{prefix}administrator@matrix.example".replace(" ", "-"), siret=siret_of(number)
    )
    for role, roles in list(MEMBERS.items())[1:]:
        _somebody(session, prefix + role, first, roles)
    return first


def _somebody(
    session: Session, name: str, first: Actor, roles: set[str], *, let_in: bool = True
) -> Membership:
    user = make_person(
        session, at=now(), email=f"{name}@matrix.example".replace(" ", "-"), name=name
    )
    membership = Membership(
        user_id=user.id,
        organisation_id=first.organisation_id,
        establishment_id=first.establishment_id,
        everywhere=True,
        asked_at=now(),
        approved_at=now() if let_in else None,
        approved_by=first.name if let_in else "",
    )
    membership.grant(roles)
    session.add(membership)
    session.flush()
    return membership


def _sales(session: Session, world: World, body: Actor, lines: Any, private_id: int) -> None:
    """An open quote, one that has expired, one that became an invoice, two card orders."""
    at = now()
    lapsed = make_quote(session, body, lines, at=at - timedelta(days=60))
    quote = make_quote(session, body, lines, at=at)
    sold = make_quote(session, body, lines, at=at)
    keep_file(
        session,
        scan(),
        kind=SCAN,
        filename="bon.pdf",
        media_type=PDF,
        by=body,
        at=at,
        dossier_id=sold.dossier_id,
    )
    order = make_order_from_original(session, sold, at=at)
    note = deliver_all(session, order, at=at)
    invoice = bill_order(session, order, by=BOOKS, at=at)
    prepare_invoice_file(session, invoice, order, scan(), by=BOOKS, at=at)
    forward_invoice_file(session, invoice, order, paris_day(at), by=BOOKS, at=at)
    batch = request_batch(session, BatchAct.SEND, [invoice.number], by=BOOKS, at=at)
    waiting = make_order_from_original(
        session, make_quote(session, body, lines, at=at), reference="BC-26-0872", at=at
    )
    credited = _credited(session, make_quote(session, body, lines, at=at))
    cancelling = make_order_from_original(
        session, make_quote(session, body, lines, at=at), reference="BC-26-0875", at=at
    )
    cancelled = decide_cancellation(session, cancelling, {2: 1}, reason="Rupture", by=OFFICE, at=at)
    ask_cancellation(session, cancelling, reason="Budget refusé", by=body, at=at)
    returning = _returned(session, order, body)
    guests = make_card_order(session, lines, at=at)
    own = make_card_order(session, lines, at=at)
    dossiers = {d.number: d for d in session.scalars(select(Dossier))}
    dossiers[own.number].user_id = private_id
    of = {dossier.id: dossier for dossier in dossiers.values()}
    for sale in session.scalars(select(Order)):
        dossiers[sale.number] = of[sale.dossier_id]
    world.dossiers = dossiers
    world.home = sold.number
    world.own_order, world.guest_order = own.number, guests.number
    world.waiting_order = waiting.number
    world.papers = list(session.scalars(select(Paper).order_by(Paper.id)))
    for paper in world.papers:
        _stand_in(session, paper)
    world.files = list(
        session.scalars(
            select(StoredFile).where(StoredFile.paper_id.is_(None)).order_by(StoredFile.id)
        )
    )
    numbers = {
        "quotes": quote,
        "order_forms": quote,
        "signatories": quote,
        "purchase_orders": quote,
        "orders": order,
        "deliveries": waiting,
        "invoices": invoice,
        "payments": invoice,
        "reminders": invoice,
        "credits": credited,
        "corrections": invoice,
        "deposits": invoice,
        "cancellations": cancelling,
    }
    for act in ("show", "accept", "refuse", "receive", "settle", "redeliver"):
        world.named[f"returns.{act}:number"] = returning.number
    world.named |= {f"{blueprint}:number": paper.number for blueprint, paper in numbers.items()}
    world.named |= {
        "dossiers:number": sold.number,
        **{
            f"invoices.{act}:number": sold.number
            for act in ("paid_copy", "bundle", "forwarding", "forward_by_email")
        },
        "quotes.renew:number": lapsed.number,
        "quotes.renewal:number": lapsed.number,
        "purchase_orders.give_up_waiting:number": lapsed.number,
        **{f"invoices.{act}:number": order.number for act in ("issue", "preview")},
        **{f"credits.{act}:number": invoice.number for act in ("compose", "check", "issue")},
        "paper_id": next(paper.id for paper in world.papers if paper.kind == INVOICE),
        "file_id": world.files[0].id,
        "batch_id": batch.id,
        "cancellation_id": cancelled.id,
        "returns:number": order.number,
        "reference": returning.number,
        "page": 1,
        "note": note.number,
        "invoice_number": invoice.number,
        **{f"deliveries.{act}:number": order.number for act in RETURNED},
        "deliveries:token": note.token,
        **_shared(session, quote, body),
        "mail_id": 1,
        "opening:step": "delivery",
        "mailbox:name": "terms",
        "jobs:name": _run_job(session),
        "reports:kind": "csv",
        "email_id": _refused_email(session, sold.dossier_id),
        "token": UNSENT,
        "payment_id": (owed := _owed_back(session)),
        "reversal_id": _refunded_elsewhere(session, owed),
        "withdrawal_id": _withdrawn(session, own.number),
        "question_id": _asked(session, sold.number),
        "sku": "SON-0412",
        "product_id": session.scalars(select(Product.id).where(Product.sku == "SON-0412")).one(),
        "correction_id": _corrected(session),
        "price_id": _planned(session),
        **_photographed(session),
        "import_id": _imported(session),
        "category_id": _empty_family(session),
        "brand_id": find_or_add_brand(session, "Sans produit").id,
        "catalogue.category:slug": "enceintes",
        "slug": "son-0412",
        "family": "accessory-bag",
        "finish": "black",
    }


def _run_job(session: Session) -> str:
    """A job of the worker that did something."""
    job = Job("mail", 1, lambda: 1)
    note_run(session, job, Run(now(), now(), 1), "")
    return job.name


def _imported(session: Session) -> int:
    """A file of products, as the worker would have compared it."""
    sent = table_of_file("tarif.csv", "Référence;Prix TTC\nSON-0412;12,50\n".encode())
    row = receive_import(session, sent, by=OFFICE, at=now())
    row.state, row.lines, row.done, row.changed = ImportState.CHECKED, 1, 1, 1
    row.facts = {"brands": 0}
    product = session.scalars(select(Product).where(Product.sku == "SON-0412")).one()
    session.add(
        ImportLine(
            import_id=row.id,
            line=2,
            product_id=product.id,
            sku=product.sku,
            name=product.name,
            is_new=False,
            changes={"price": [product.price_including.cents, 1_250]},
        )
    )
    return row.id


def _photographed(session: Session) -> dict[str, Any]:
    """A photograph of a product, as the worker would keep it."""
    product_id = session.scalars(select(Product.id).where(Product.sku == "SON-0412")).one()
    row = Photograph(
        product_id=product_id,
        position=1,
        filename="a.jpg",
        name="1-a",
        width=400,
        height=300,
        sent_at=now(),
    )
    session.add(row)
    session.flush()
    name = "1-a-400.jpeg"
    session.add(PhotographFile(photograph_id=row.id, name=name, media_type="image/jpeg", data=b"-"))
    return {"photograph_id": row.id, "catalogue.photograph:name": name}


def _empty_family(session: Session) -> int:
    """A family without products."""
    chapter = select(Category.id).where(Category.slug == "sonorisation")
    names = FamilyNames("Famille vide", "Empty family", 9)
    chapter_id = session.scalars(chapter).one()
    return add_family(session, chapter_id, names, by=OFFICE, at=now()).id


def _planned(session: Session) -> int:
    """A price of a product from tomorrow on."""
    product_id = session.scalars(select(Product.id).where(Product.sku == "SON-0412")).one()
    asked = AskedPrice(Money(1_000), today() + timedelta(days=1), "Salon")
    return plan_price(session, product_id, asked, by=OFFICE, at=now()).id


def _corrected(session: Session) -> int:
    """A correction of the stock: a unit was found."""
    found = Correction(Reason.FOUND, 1)
    return correct_stock(session, "SON-0412", found, by=STORES, at=now()).id


def _returned(session: Session, order: Order, body: Actor) -> Return:
    """A return that waits for the decision of the office."""
    asked = AskedReturn(ReturnReason.DEFECT, "Ne s’allume pas", {1: 1})
    return ask_return(session, order, asked, by=body, at=now())


def _bank(session: Session, world: World) -> None:
    """A statement with a movement to decide about and one that is set aside; a CSV file that waits
    for its columns.
    """
    lines = (Line(100, "VIREMENT", day=today().isoformat()), Line(300, "INCONNU"))
    file = receive_file(session, camt(*lines), "releve.xml", by=BOOKS, at=now())
    (statement,) = read_file(session, file.id, by=BOOKS, at=now())
    rows = select(StatementMovement.id).order_by(StatementMovement.id)
    movement, other = session.scalars(rows).all()
    set_movement_aside(session, other, by=BOOKS, at=now())
    unread = receive_file(session, UNREAD, "releve.csv", by=BOOKS, at=now())
    account = BankAccount("SON SAS", "FR1420041010050500013M02606", "PSSTFRPPPAR")
    change = ask_bank_change(session, account, "Banque changée", by=BOOKS, at=now())
    held = select(TransferPart.id).order_by(TransferPart.id.desc()).limit(1)
    world.named |= {
        "statement_id": statement.id,
        "movement_id": movement,
        "statements:file_id": unread.id,
        "bank_details:change_id": change.id,
        "payout_id": make_payout(session, 100, at=now()).id,
        "part_id": session.scalars(held).one(),
    }


def _agreement(session: Session, world: World, body: Actor) -> None:
    """A price agreement that is prepared for the town."""
    assert body.organisation_id is not None
    row = make_draft(session, body.organisation_id)
    conditions = select(PriceCondition.id).where(PriceCondition.agreement_id == row.id)
    world.named |= {
        "agreement_id": row.id,
        "copy_id": (copy := _copy(session, row, body.organisation_id).id),
        "agreements.own_copy:copy_id": Own(copy, organisation_id=body.organisation_id),
        "kind": "registration",
        "condition_id": session.scalars(conditions).one(),
        "agreements:organisation_id": body.organisation_id,
    }


def _copy(session: Session, row: PriceAgreement, organisation_id: int) -> AgreementCopy:
    """What the town signed of its agreement."""
    file = keep_copy(session, scan(), "accord.pdf", PDF, by=BOSS, at=now())
    copy = AgreementCopy(
        agreement_id=row.id, organisation_id=organisation_id, file_id=file.id, by_name=BOSS.name
    )
    copy.attached_at = now()
    session.add(copy)
    session.flush()
    return copy


def _credited(session: Session, quote: Quote) -> CreditNote:
    """A credit note of an invoice that was paid: its money is to be given back."""
    at = now()
    order = make_order_from_original(session, quote, reference="BC-26-0873", at=at)
    deliver_all(session, order, at=at)
    invoice = bill_order(session, order, by=BOOKS, at=at)
    record_payment(
        session,
        invoice,
        amount=invoice.including,
        received_on=today(),
        reference="VIR 1",
        by=BOOKS,
        at=at,
    )
    asked = CreditRequest("Matériel repris", whole=True)
    return issue_credit_note(session, invoice, order, asked, by=BOOKS, at=at)


def _stand_in(session: Session, paper: Paper) -> None:
    """Some PDF of a document: only who may read it is tested here, not its content."""
    session.execute(
        insert(StoredFile).values(
            dossier_id=paper.dossier_id,
            paper_id=paper.id,
            kind=paper.kind,
            filename=f"{paper.number}.pdf",
            media_type=PDF,
            sha256="0" * 64,
            size=4,
            stored_at=now(),
            stored_by="Comptoir",
            data=scan(),
        )
    )


def _refused_email(session: Session, dossier_id: int) -> int:
    """An e-mail of a dossier that nobody received."""
    email = post(session, "quote_expired", to="x@x.example", language="fr", at=now())
    email.dossier_id, email.refused_at, email.last_error = dossier_id, now(), "550 no such user"
    session.flush()
    return email.id


def _asked(session: Session, number: str) -> int:
    """A question of a visitor that names a dossier of the body."""
    asked = Asked("Luc Petit", "luc@elsewhere.example", "Délai", "Quand ?", "fr", number)
    return ask_question(session, asked, FINDERS, by=VISITOR, at=now()).id


def _owed_back(session: Session) -> int:
    """A card payment whose refund the card did not accept."""
    payment = CardPayment(
        reference="owed",
        state=PaymentState.REFUND_FAILED,
        email="lea@home.example",
        language="fr",
        guest_key=GUEST_KEY,
        parties={},
        lines=[],
        shipping="parcel",
        amount=Money(54_900),
        created_at=now(),
        expires_at=now(),
        refund_reason="out_of_stock",
    )
    session.add(payment)
    session.flush()
    return payment.id


def _refunded_elsewhere(session: Session, payment_id: int) -> str:
    """A refund of that payment, made on the processor's site."""
    made = CardReversal(
        id="re_elsewhere",
        payment_id=payment_id,
        kind=ReversalKind.REFUND,
        state=ReversalState.TAKEN,
        amount=Money(1_000),
        status="succeeded",
        reason="",
        key="",
        made_at=now(),
    )
    session.add(made)
    session.flush()
    return made.id


def _withdrawn(session: Session, number: str) -> int:
    """A private person's withdrawal from part of an order, in words."""
    stated = Statement("Léa Petit", number, "particulier@example.org", "fr", False, "1 enceinte")
    row, _finding = declare_withdrawal(session, stated, by=VISITOR, at=now())
    return row.id


def _book(session: Session, world: World, body: Actor) -> None:
    place = Place("Salle Rabelais", "1, rue du Stade", "37500", "Chinon")
    kept = add_place(session, place, by=body, at=now())
    service = add_paying_service(session, PayingService("Comptabilité"), by=body, at=now())
    world.named |= {
        f"organisations.{route}:address_id": Own(row.id, body.organisation_id)
        for thing, row in (("place", kept), ("service", service))
        for route in (f"edit_{thing}", f"{thing}_removal", f"remove_{thing}")
    }


def _contact(session: Session, world: World, body: Actor) -> None:
    contact = add_contact(session, Contact("signatory", "Paul Lenoir", "Maire"), by=body, at=now())
    world.named["contact_id"] = Own(contact.id, body.organisation_id)


def _for_the_office(session: Session, world: World) -> None:
    """A verified body that sent a letter, asks for another name, and has a domain of its own."""
    user = make_person(session, at=now(), email="asking@matrix.example", name="Ada")
    body = make_body(session, user, at=now(), siret=siret_of(3))
    by = member_of(session, user)
    letter = send_letter(
        session, body, scan(), filename="arrêté.pdf", media_type=PDF, by=by, at=now()
    )
    verify(session, body, evidence=Evidence(letter=True, letter_id=letter.id), by=OFFICE, at=now())
    establishment = session.get_one(Establishment, by.establishment_id)
    asked = ask_change(
        session,
        body,
        establishment,
        name="Chinon et environs",
        siret="",
        reason="Fusion des deux communes",
        by=by,
        at=now(),
    )
    proven = ProvenDomain(
        organisation_id=body.id,
        domain="chinon.example",
        proven_at=now(),
        by_name="Hugo Perrin",
    )
    session.add(proven)
    session.flush()
    world.named |= {
        "verification:organisation_id": body.id,
        "verification:membership_id": session.scalars(
            select(Membership.id).where(Membership.user_id == user.id)
        ).one(),
        "verification:change_id": asked.id,
        "verification:domain_id": proven.id,
        "letter_id": Own(letter.id, user_id=user.id, office=frozenset({SALES_ADMIN, ADMIN})),
    }


def _memberships(session: Session, world: World, organisation_id: int) -> None:
    """The reader's membership of the body, and an invitation to it that waits."""
    users = {user.email.partition("@")[0]: user.id for user in session.scalars(select(User))}
    reader = session.scalars(
        select(Membership.id).where(Membership.user_id == users["reader"])
    ).one()
    invitation = Invitation(
        organisation_id=organisation_id,
        establishment_id=world.named["establishment_id"].value,
        email="marc@chinon.example",
        invited_by_id=users["administrator"],
        invited_at=now(),
        sent_at=now(),
        expires_at=now() + timedelta(days=7),
    )
    session.add(invitation)
    session.flush()
    world.named |= {
        "membership_id": Own(reader, organisation_id),
        "invitation_id": Own(invitation.id, organisation_id),
    }


def _people(database: Database, world: World) -> None:
    with database.reading_session() as session:
        for user in session.scalars(select(User).order_by(User.id)):
            name = user.email.partition("@")[0].replace("-", " ")
            world.people.append(Person(name, load_viewer(session, user.id)))
    world.people.insert(0, Person(VISITORS, None))
