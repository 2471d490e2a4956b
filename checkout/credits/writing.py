"""The rows and the document of a credit note; no e-mail and no journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from checkout.credits.composition_rules import Credit
from checkout.credits.models import CreditNote, CreditNoteLine
from checkout.credits.rules import CreditRequest
from checkout.invoices.corrections import references_of_invoice, sale_of_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.rules import PUBLIC
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.text import paris_day
from shop.documents.layout import sentences
from shop.dossiers.content import paper_content
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import CREDIT_NOTE, REVERSAL, issue_paper
from shop.duties.rules import ALONE
from shop.einvoicing.frozen import credited_parts
from shop.einvoicing.rules import faults_of
from shop.letterheads.letterheads import current_letterhead


@dataclass(frozen=True, slots=True)
class Effect:
    """What a credit note changes: the amount `left` to pay of its invoice, and the money to
    `refund` to the card (`by_card`) or by transfer.
    """

    left: Money
    refund: Money
    by_card: bool

    def to_json(self) -> dict[str, Any]:
        means = "card" if self.by_card else "transfer"
        return {"left": self.left.cents, "refund": self.refund.cents, "means": means}


def effect_of(order: Order, invoice: Invoice, credit: Credit, refund: Money) -> Effect:
    """The effect of a credit note that gives back that money."""
    left = max(invoice.due - credit.totals.payable, Money())
    return Effect(left, refund, order.origin is Origin.CARD)


@dataclass(frozen=True, slots=True)
class Credited:
    """The invoice that is credited, its order, and the number just taken. `is_alone`: issued by the
    person who recorded the original, as a setting of the shop allows.
    """

    invoice: Invoice
    order: Order
    number: str
    is_alone: bool = False

    @property
    def mark(self) -> dict[str, Any]:
        """What the document says of it."""
        return {ALONE: True} if self.is_alone else {}


def write_credit_note(
    session: Session,
    subject: Credited,
    credit: Credit,
    asked: CreditRequest,
    effect: Effect,
    *,
    by: Actor,
    at: datetime,
) -> CreditNote:
    """The credit note with its document and its lines; its amount is taken off the invoice. Raises
    UnsoundInvoice.
    """
    invoice, dossier_id = subject.invoice, subject.order.dossier_id
    content = _content(session, subject, credit, at=at)
    content |= {"reason": asked.reason, "effect": effect.to_json()} | subject.mark
    kind = REVERSAL if asked.is_internal else CREDIT_NOTE
    if not asked.is_internal:
        content |= _electronic(session, invoice, content, credit)
    paper = issue_paper(session, dossier_id, kind, content, at=at)
    note = CreditNote(
        number=subject.number,
        invoice_id=invoice.id,
        paper_id=paper.id,
        issued_at=at,
        issued_on=paris_day(at),
        reason=asked.reason,
        is_internal=asked.is_internal,
        goods=asked.goods,
        excluding=credit.totals.excluding,
        vat_total=credit.totals.vat_total,
        rounding=credit.totals.rounding,
        including=credit.totals.payable,
        by_name=by.name,
    )
    session.add(note)
    session.flush()
    session.execute(insert(CreditNoteLine), _rows(note, credit))
    invoice.credited = invoice.credited + note.including
    return note


def _rows(note: CreditNote, credit: Credit) -> list[dict[str, Any]]:
    return [
        {
            "credit_note_id": note.id,
            "position": line.position,
            "quantity": line.units,
            "amount": line.amount,
        }
        for line in credit.lines
    ]


def _content(
    session: Session, subject: Credited, credit: Credit, *, at: datetime
) -> dict[str, Any]:
    """What a credit note shows of the sale: the mentions of an invoice (CGI 289 I-5), the number
    and the day of the one that it credits (CGI 272-1), and no account to pay to.
    """
    invoice, order = subject.invoice, subject.order
    seller, credited = current_letterhead(session), content_of(session, invoice.paper_id)
    return paper_content(
        CREDIT_NOTE,
        subject.number,
        sale_of_invoice(session, invoice, order, [line.sold for line in credit.lines]),
        issued_on=paris_day(at).isoformat(),
        seller=seller | {"bank": None},
        references=references_of_invoice(invoice, order) | {"invoice": invoice.number},
        operation="goods",
        audience=credited.get("audience", PUBLIC),
        recovery=credited.get("recovery"),
        origin={"number": invoice.number, "issued_on": invoice.issued_on.isoformat()},
        lines=_lines(credit),
        totals=credit.totals.to_json(),
    )


def _electronic(
    session: Session, invoice: Invoice, content: dict[str, Any], credit: Credit
) -> dict[str, Any]:
    """The electronic form of a credit note, where its invoice has one. Raises UnsoundInvoice."""
    left = {rate: base.cents for rate, base in credit.left.items()}
    parts = credited_parts(content, content_of(session, invoice.paper_id), left)
    for fault in faults_of(content | parts, sentences(content["language"])):
        raise fault
    return parts


def _lines(credit: Credit) -> list[dict[str, Any]]:
    """The printed lines; `credit` says what a line without units of its own is."""
    printed = [pair for line in credit.lines for pair in line.printed]
    return [
        line.content(position) | ({"credit": kind} if kind else {})
        for position, (line, kind) in enumerate(printed, start=1)
    ]
