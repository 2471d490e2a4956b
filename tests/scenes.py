"""What a form of the world needs before it can be sent, where the world itself does not have it.

Each scene changes the database of a trial, and says the address of the form and its answers.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkout.cancellations.models import Cancellation
from checkout.cancellations.procedure import CancellationState
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.rules import CreditRequest
from checkout.credits.transfers import order_transfer
from checkout.deliveries.deliveries import notes_of
from checkout.deposits.deposits import MadeByHand, record_deposit
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import DepositState
from checkout.invoices.models import Invoice
from checkout.invoices.statuses import note_status
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage, Origin
from checkout.payments.billing import bill_order
from checkout.payments.transfers import Incoming, write_transfer
from checkout.returns.models import Return, ReturnLine
from checkout.returns.procedure import ReturnState
from checkout.statements.models import StatementMovement
from checkout.statements.movements import leave_out_movement
from checkout.transfers.returns import order_return
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from quotes.quotes.records import get_quote
from shop.agreements.models import AgreementClient, PriceAgreement
from shop.agreements.procedure import AgreementState
from shop.bank_details.models import BankChange
from shop.bank_details.procedure import BankChangeState
from shop.catalogue.models import Product
from shop.catalogue.sale import withdraw_product
from shop.catalogue.sheets import sheet_of
from shop.core.money import Money
from shop.imports.models import ProductImport
from shop.imports.procedure import ImportState
from shop.letterheads.letterheads import latest_letterhead
from shop.letterheads.models import Letterhead
from shop.members.invitation_links import InvitationLinks
from shop.members.models import Invitation, Membership, ProvenDomain
from shop.ops.clock import now, today
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.people.models import User
from shop.storage.outbox import Email
from shop.verification.models import ChangeRequest
from shop.web.kit.once import FIELD
from shop.web.kit.sessions import VISITOR
from tests.factories import BOOKS, OFFICE, SELLER
from tests.opened import (
    colleague_invited,
    doors_open,
    message_sent,
    nobody_administers,
    nothing_missing,
)
from tests.orders import deliver_all, locked_order, make_order_from_original
from tests.whole.test_matrix import Cell, Stage
from tests.world import PRIVATE

Answers = dict[str, Any]
Scene = Callable[[Stage, Cell, FlaskClient, Session], tuple[str, Answers]]
#: The key of a telephone's codes.
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACCOUNT = "FR7630006000011234567890189"


def in_state(state: Verification) -> Scene:
    """The organisation of the form is in that state, and asks for no change."""

    def scene(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
        body = stage.world.value(cell.endpoint, "organisation_id")
        session.execute(update(ChangeRequest).values(decided_at=now(), accepted=False))
        session.execute(update(Organisation).values(verification=state))
        return cell.url, {"person": str(member_of(session, body).user_id)}

    return scene


def one_invoice(stage: Stage, cell: Cell, _browser: FlaskClient, _session: Session):
    """A batch of one invoice to send."""
    return f"{cell.url}?act=send&number={stage.world.value('invoices.show', 'number')}", {}


def without_administrator(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(Membership).values(administers=False))
    body = stage.world.value(cell.endpoint, "organisation_id")
    return cell.url, {"about": str(member_of(session, body).user_id)}


def refused_body(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(Organisation).values(verification=Verification.REFUSED))
    return cell.url, {}


def sent_yesterday(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(Invitation).values(sent_at=now() - timedelta(days=1)))
    return cell.url, {}


def at_the_proven_domain(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    waits = session.scalars(select(Membership).where(~Membership.is_in)).one()
    session.add(
        ProvenDomain(
            organisation_id=waits.organisation_id,
            domain="matrix.example",
            proven_at=now(),
            by_name="Hugo Perrin",
        )
    )
    return f"/compte/organisation/membres/{waits.id}/{cell.url.rpartition('/')[2]}", {}


def invited(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The link of the e-mail, to the private person or to somebody new."""
    invitation = session.scalars(select(Invitation)).one()
    known = stage.world.person(PRIVATE).viewer
    if cell.endpoint == "members.accept" and known is not None:
        invitation.email = known.email
    token = InvitationLinks(stage.app.config["SECRET_KEY"]).write(invitation)
    return f"/invitations/{token}" + ("/compte" if cell.endpoint == "members.join" else ""), {}


def asked_for_an_address(_stage: Stage, _cell: Cell, browser: FlaskClient, session: Session):
    session.commit()
    browser.post("/compte/adresse-electronique", data=OF_NEW_EMAIL)
    sent = session.scalars(select(Email).where(Email.to == OF_NEW_EMAIL["email"])).one()
    return f"/compte/adresse-electronique/{sent.facts['token']}", {}


def refused_email(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """An e-mail of a dossier that nobody received, sent again to the same address."""
    email = session.scalars(select(Email).where(Email.is_refused).order_by(Email.id)).first()
    assert email is not None
    return f"{cell.url.rpartition('/')[0]}/{email.id}", {"to": email.to}


OF_NEW_EMAIL = {"email": "nouvelle@chinon.example", "password": "Une ancienne phrase 26"}


def shown_key(_stage: Stage, cell: Cell, browser: FlaskClient, _session: Session):
    with browser.session_transaction() as cookie:
        cookie["second_factor_key"] = KEY
    return cell.url, {"code": pyotp.TOTP(KEY).at(now())}


def with_codes(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(User).values(totp_secret=KEY))
    return cell.url, {"code": pyotp.TOTP(KEY).at(now())}


def member_of(session: Session, organisation_id: int) -> Membership:
    found = select(Membership).where(Membership.organisation_id == organisation_id)
    return session.scalars(found.order_by(Membership.id)).first()  # type: ignore[return-value]


def unmatched(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """A statement of withdrawal that names no order; what the desk answers."""
    stated = Statement("Léa Petit", "?", "particulier@example.org", "fr")
    row, _finding = declare_withdrawal(session, stated, by=VISITOR, at=now())
    order = session.scalars(select(Order.number).where(Order.organisation_id.is_(None))).first()
    answers = {"number": order, "answer": "Quel est le numéro de la commande ?"}
    return f"/bureau/retractations/{row.id}/{cell.url.rpartition('/')[2]}", answers


def specified(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(Withdrawal).values(units={"1": 1}))
    return cell.url, {"reference": "re_1"}


def interrupted(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    session.execute(update(Invoice).values(interrupted_on=today(), interruption_reason="?"))
    return cell.url, {
        "resumption-completed_on": today().isoformat(),
        "mistake-reason": "Une autre facture",
    }


def ordered_transfer(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """A transfer of a credit note's money, ordered by somebody else."""
    number = cell.url.split("/")[3]
    order_transfer(session, number, account=ACCOUNT, by=BOOKS, at=now())
    return cell.url, {"confirmation-reference": "VIR 2", "back-reason": "Compte clos"}


def paid_by_a_movement(stage: Stage, cell: Cell, _browser: FlaskClient, _session: Session):
    """One euro for the invoice of the world: of a movement, or of money that is held."""
    number = stage.world.value("invoices.show", "number")
    return cell.url, {"invoice_1": number, "amount_1": "1,00", "rest": "stays"}


def no_change_waits(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """No change of the bank details waits: one can be asked for."""
    session.execute(update(BankChange).values(state=BankChangeState.REFUSED))
    return cell.url, {
        "holder": "SON SAS",
        "iban": "FR1420041010050500013M02606",
        "bic": "PSSTFRPPPAR",
    }


def agreement_signed(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The agreement of the world is in force: it can be ended."""
    session.execute(update(PriceAgreement).values(state=AgreementState.SIGNED))
    return cell.url, {"end-reason": "Résilié"}


def agreement_to_attach(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The agreement of the world is in force: what its client signed is attached."""
    session.execute(update(PriceAgreement).values(state=AgreementState.SIGNED))
    client = session.scalars(select(AgreementClient.organisation_id)).first()
    return cell.url, {"copy-organisation": str(client)}


def recorded_by_hand(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """A transfer of the movement's amount that was recorded before."""
    told = Incoming(Money(100), today(), "VIR")
    transfer = write_transfer(session, told, by=BOOKS, at=now())
    return cell.url, {"transfer": str(transfer.id)}


def paid_out(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The line of the bank that has the amount of the payout."""
    statement = select(StatementMovement.id).where(StatementMovement.amount == Money(100))
    return cell.url, {"movement": str(session.scalars(statement).one())}


def left_out(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    leave_out_movement(session, int(cell.url.split("/")[4]), "TVA", by=BOOKS, at=now())
    return cell.url, {}


def ordered_return(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The return of held money, ordered by somebody else."""
    part = int(cell.url.split("/")[3])
    order_return(session, part, account=ACCOUNT, reason="?", by=BOOKS, at=now())
    return cell.url, {"confirmation-reference": "VIR 2", "back-reason": "Compte clos"}


def read_again(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The amount of everything that is left of the invoice, as the page before the issue shows
    it.
    """
    number = stage.world.value(cell.endpoint, "number")
    invoice = session.scalars(select(Invoice).where(Invoice.number == number)).one()
    return cell.url, {"expected": str(invoice.including.cents)}


def credited_by_card(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """A card order that was delivered, invoiced and credited."""
    order = locked_order(session, stage.world.guest_order)
    deliver_all(session, order, at=now())
    invoice = bill_order(session, order, by=BOOKS, at=now())
    asked = CreditRequest("Matériel repris", whole=True)
    note = issue_credit_note(session, invoice, order, asked, by=BOOKS, at=now())
    return f"/bureau/avoirs/{note.number}/{cell.url.rpartition('/')[2]}", {}


def deposited(state: DepositState | None) -> Scene:
    """An invoice written for Chorus Pro, with a deposit in that state, if any."""

    def scene(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
        settings = stage.app.extensions["comptoir.settings"]
        stage.app.extensions["comptoir.settings"] = replace(settings, chorus_client_id="sandbox")
        session.add(Letterhead(at=now(), content=SELLER | {"public_invoices": "chorus"}))
        order = locked_order(session, stage.world.waiting_order)
        deliver_all(session, order, at=now())
        number = bill_order(session, order, by=BOOKS, at=now()).number
        if state is not None:
            record_deposit(session, number, MadeByHand("CPP0001", today()), by=BOOKS, at=now())
            session.execute(update(Deposit).values(state=state, flow="CPP0001"))
        act = cell.url.split("/")[4:]
        answers = {
            "hand-flow": "CPP0001",
            "hand-deposited_on": today().isoformat(),
            "status-code": "MISE_A_DISPOSITION",
            "status-noted_on": today().isoformat(),
            "flow-flow": "CPP0001",
            "abandon-reason": "Erreur",
        }
        return "/".join([f"/bureau/depots/{number}", *act]), answers

    return scene


def undecided(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """No request waits for its order."""
    session.execute(update(Cancellation).values(state=CancellationState.REFUSED))
    return cell.url, {"units_1": "1", "units_2": "0", "units_3": "0"}


def without_prefix(_stage: Stage, cell: Cell, _browser: FlaskClient, _session: Session):
    """A form whose fields bear a prefix."""
    again = f"again-{cell.url.rpartition('/')[2]}"
    return cell.url, {"refusal-reason": "Déjà parti", f"{again}-reason": "Arrivage"}


def in_return_state(state: ReturnState) -> Scene:
    """The return of the form is in that state; what is back was counted."""

    def scene(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
        session.execute(update(Return).values(state=state))
        if state is ReturnState.RECEIVED:
            session.execute(update(ReturnLine).values(restocked=1))
            session.execute(
                update(OrderLine)
                .where(OrderLine.order_id.in_(select(Return.order_id)), OrderLine.position == 1)
                .values(returned=1)
            )
        return cell.url, {"refusal-reason": "Trop tard", "restocked_1": "1"}

    return scene


def refused_for_its_code(stage: Stage, cell: Cell, browser: FlaskClient, session: Session):
    """An invoice whose buyer is asked for the service code."""
    url, _answers = ordered_now(stage, cell, browser, session)
    order = locked_order(session, url.split("/")[2])
    deliver_all(session, order, at=now())
    invoice = bill_order(session, order, by=BOOKS, at=now())
    note_status(session, invoice, "210", on=today(), reason="Code service", by=BOOKS, at=now())
    return f"/commandes/{order.number}/reponse", {"invoice": invoice.number, "value": "CULT-09"}


def contested(stage: Stage, cell: Cell, browser: FlaskClient, session: Session):
    """An invoice that its recipient contests."""
    url, _answers = ordered_now(stage, cell, browser, session)
    order = locked_order(session, url.split("/")[2])
    deliver_all(session, order, at=now())
    invoice = bill_order(session, order, by=BOOKS, at=now())
    note_status(session, invoice, "207", on=today(), reason="Un prix", by=BOOKS, at=now())
    answers = {
        "answer": "Le prix du devis",
        "ending-answer": "Le prix du devis",
        "ending-ended_on": today().isoformat(),
    }
    if cell.endpoint == "corrections.end":
        return f"/bureau/rectifications/{invoice.number}/fin", answers
    return f"/commandes/{order.number}/factures/{invoice.number}/reponse", answers


def delivered_too_soon(stage: Stage, cell: Cell, browser: FlaskClient, session: Session):
    """A delivery note of goods that did not leave, of which nothing is invoiced."""
    url, _answers = ordered_now(stage, cell, browser, session)
    order = locked_order(session, url.split("/")[2])
    deliver_all(session, order, at=now())
    note = notes_of(session, order.id)[0].number
    units = {f"units_{line.position}": "1" for line in lines_of(session, order.id)}
    return f"/bureau/livraisons/{order.number}/{note}/rectification", units | {"reason": "Resté"}


def ordered_now(stage: Stage, _cell: Cell, _browser: FlaskClient, session: Session):
    """An order whose original has just been recorded: nothing of it is invoiced."""
    number = stage.world.value("purchase_orders.record", "number")
    quote = get_quote(session, number, by=OFFICE)
    order = make_order_from_original(session, quote, reference="BC-77", at=now())
    return f"/commandes/{order.number}/references", {}


def edited_sheet(
    stage: Stage, cell: Cell, browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """The sheet of a product as its page showed it, with another summary."""
    sheet = sheet_of(session, session.scalars(select(Product).order_by(Product.id)).first())
    pairs = [words for pair in sheet.specifications for words in pair]
    given = sheet.values() | {"specifications": pairs, "summary": "Autre", "eco_fee": "1,0417"}
    given |= {"bulky": "y"} if sheet.bulky else {"bulky": ""}
    answers = {name: value for name, value in given.items() if value is not None}
    return cell.url, answers | {"opened": json.dumps(sheet.values())}


def identity_read(
    stage: Stage, cell: Cell, browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """The statements about the seller as the page showed them, with other hours, shown before."""
    latest = latest_letterhead(session)
    assert latest is not None
    said = latest.content | {"capital": "50 000,00", "public_invoices": "reform"}
    said |= {key: "\n".join(said[key]) for key in ("address", "epr")}
    answers = {key: value for key, value in said.items() if isinstance(value, str)}
    return cell.url, answers | {"hours": "De 10 h à 12 h", "shown": "1", "seen": str(latest.id)}


def amended(
    stage: Stage, cell: Cell, browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """The terms of an order as the page showed them, with another number, shown before."""
    number = session.scalar(
        select(Order.number)
        .where(Order.stage == OrderStage.ORDERED, Order.origin == Origin.QUOTE)
        .order_by(Order.id)
    )
    url = cell.url.replace(cell.url.split("/")[3], str(number))
    fields = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', browser.get(url).text)
    answers = {name: value for name, value in fields if name not in ("csrf_token", "once", "shown")}
    answers |= {"engagement": "2026-009999", "reason": "Saisie"}
    shown = browser.post(url, data=answers | {FIELD: "k" * 16}).text
    return url, answers | {"shown": _mark_in(shown)}


def _mark_in(page: str) -> str:
    return page.partition('name="shown"')[2].partition('value="')[2][:16]


def withdrawn(
    stage: Stage, cell: Cell, browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """A product that was taken off sale."""
    product_id = stage.world.value(cell.endpoint, "product_id")
    withdraw_product(session, product_id, "Plus fabriqué", by=OFFICE, at=now())
    return cell.url, {}


def for_a_buyer(stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """A member of the organisation who may buy."""
    body = stage.world.value(cell.endpoint, "organisation_id")
    return cell.url, {"contact": str(member_of(session, body).user_id)}


def as_it_was_read(_stage: Stage, cell: Cell, browser: FlaskClient, _session: Session):
    """The seal of the quote that its preview shows."""
    page = browser.get(cell.url).text
    return cell.url, {"seal": page.partition('name="seal"')[2].partition('value="')[2][:32]}


def applied_import(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The import was applied."""
    session.execute(update(ProductImport).values(state=ImportState.APPLIED))
    return cell.url, {}


def compared_import(_stage: Stage, cell: Cell, _browser: FlaskClient, session: Session):
    """The differences of the comparison were read."""
    row = session.scalars(select(ProductImport).order_by(ProductImport.id)).one()
    return cell.url, {"seen": row.mark}


SCENES: dict[str, Scene] = {
    "office.send_email_again": refused_email,
    "imports.apply": compared_import,
    "imports.undo": applied_import,
    "client_quotes.begin": for_a_buyer,
    "client_quotes.issue": as_it_was_read,
    "payment_links.send": as_it_was_read,
    "letterheads.change": identity_read,
    "orders.amend_it": amended,
    "opening.close": doors_open,
    "staff.invite_again": colleague_invited,
    "staff.join": colleague_invited,
    "opening.check_mail_code": message_sent,
    "opening.open_up": nothing_missing,
    "opening.register_first": nobody_administers,
    "products.save": edited_sheet,
    "products.publish": withdrawn,
    "agreements.end": agreement_signed,
    "agreements.attach": agreement_to_attach,
    "bank_details.ask": no_change_waits,
    "returns.receive": in_return_state(ReturnState.ACCEPTED),
    "returns.refuse": in_return_state(ReturnState.ASKED),
    "returns.settle": in_return_state(ReturnState.RECEIVED),
    "returns.redeliver": in_return_state(ReturnState.RECEIVED),
    "cancellations.decide": undecided,
    "cancellations.send": undecided,
    "cancellations.refuse": without_prefix,
    "cancellations.reopen": without_prefix,
    "credits.confirm": ordered_transfer,
    "credits.issue": read_again,
    "credits.refund_card": credited_by_card,
    "credits.send_back": ordered_transfer,
    "deposits.abandon": deposited(DepositState.SENT),
    "deposits.again": deposited(DepositState.UNCLEAR),
    "deposits.ask": deposited(None),
    "deposits.confirm": deposited(DepositState.UNCLEAR),
    "deposits.note": deposited(DepositState.SENT),
    "deposits.record": deposited(None),
    "batches.start": one_invoice,
    "invoices.resume": interrupted,
    "invoices.cancel": interrupted,
    "members.accept": invited,
    "deliveries.correct": delivered_too_soon,
    "members.join": invited,
    "members.let_in": at_the_proven_domain,
    "members.resend_invitation": sent_yesterday,
    "corrections.end": contested,
    "orders.answer_contested": contested,
    "orders.give_answer": refused_for_its_code,
    "orders.give_references": ordered_now,
    "organisations.ask_again": refused_body,
    "signin.change_email": asked_for_an_address,
    "signin.end_second_factor": with_codes,
    "signin.renew_codes": with_codes,
    "signin.set_up_second_factor": shown_key,
    "payouts.match": paid_out,
    "statements.confirm": paid_by_a_movement,
    "statements.link": recorded_by_hand,
    "statements.take_up": left_out,
    "transfers.confirm": ordered_return,
    "transfers.move": paid_by_a_movement,
    "transfers.send_back": ordered_return,
    "verification.appoint": without_administrator,
    "verification.attach_letter": in_state(Verification.PENDING),
    "verification.confirm": in_state(Verification.VERIFIED),
    "verification.refuse": in_state(Verification.PENDING),
    "verification.suspend": in_state(Verification.VERIFIED),
    "verification.verify": in_state(Verification.PENDING),
    "withdrawals.answer": unmatched,
    "withdrawals.attach": unmatched,
    "withdrawals.record": specified,
    "withdrawals.refund": specified,
}
