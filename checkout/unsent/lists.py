"""One list, and one number, of what is due and has not left.

Each kind is a statement with the same columns; the list is their union, so that its number is that
of one statement. A thing is counted once: an invoice that waits for its e-mail or its deposit is
counted as that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment
from checkout.card.procedure import OWED_BACK, OWED_BY_HAND
from checkout.credits import procedure as credits
from checkout.credits.models import CreditNote, CreditRefund
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import OPEN as DEPOSITS_OPEN
from checkout.deposits.procedure import TO_DO as DEPOSITS_TO_DO
from checkout.deposits.procedure import UNSENT as DEPOSITS_UNSENT
from checkout.invoices.models import Invoice
from checkout.invoices.queue import TO_SEND
from checkout.invoices.sendings import is_under_way
from checkout.orders.models import Order
from checkout.unsent.rules import (
    DEPOSIT_AFTER,
    DOCUMENT_AFTER,
    EMAIL_AFTER,
    INVOICE_AFTER,
    Awaited,
    UnsentKind,
)
from checkout.withdrawals import procedure as withdrawals
from checkout.withdrawals.models import Withdrawal
from shop.core.errors import N_
from shop.dossiers.models import Dossier, Paper, PdfAttempt, PdfToMake
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.outbox import Email, is_followed
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of

_ORDER, _PROCESSOR = Awaited.ORDER.value, Awaited.PROCESSOR.value
_TRANSFER, _SECOND = Awaited.TRANSFER.value, Awaited.SECOND.value


@dataclass(frozen=True, slots=True)
class Unsent:
    """One thing that has not left, due since `since`. `id` is that of its row; `number` that of the
    document, else the address; `dossier` the number of its dossier, where it has one. `awaited`:
    whom an e-mail or a refund awaits; `state` the stored state of a deposit, or the result of the
    last attempt of a PDF; `cause` the last answer of a server as it is stored. Each may be empty.
    """

    kind: UnsentKind
    id: int
    since: datetime
    number: str
    dossier: str | None
    awaited: Awaited | None
    state: str
    cause: str


def unsent(session: Session, place: Place = FIRST, *, at: datetime) -> Page[Unsent]:
    """What has not left, the oldest first."""
    return page_of(session, _listing(at), place).of(_unsent)


def _unsent(row: Any) -> Unsent:
    kind, key, since, number, dossier, awaited, state, cause = row
    whom = Awaited(awaited) if awaited else None
    return Unsent(UnsentKind(kind), key, since, number, dossier, whom, state, cause)


def count_unsent(*, at: datetime) -> ColumnElement[int]:
    """How many things have not left."""
    return count_of(_listing(at))


def _row(kind: UnsentKind, key: Any, since: Any, number: Any, **more: Any) -> Select[Any]:
    """The columns of every kind."""
    return select(
        literal(kind.value).label("kind"),
        key.label("id"),
        since.label("since"),
        number.label("number"),
        more.get("dossier_id", null()).label("dossier_id"),
        more.get("awaited", literal("")).label("awaited"),
        more.get("state", literal("")).label("state"),
        more.get("cause", literal("")).label("cause"),
    )


def _emails(at: datetime) -> tuple[Select[Any], ...]:
    """Those that were given up, those that the server has not taken. Two statements: each has its
    index.
    """
    row = _row(
        UnsentKind.EMAIL,
        Email.id,
        Email.created_at,
        Email.to,
        dossier_id=Email.dossier_id,
        awaited=case((Email.is_refused, Awaited.ADDRESS.value), else_=""),
        cause=func.coalesce(Email.last_error, ""),
    )
    return (
        row.where(Email.is_refused, ~is_followed()),
        row.where(~Email.is_sent, ~Email.is_refused, Email.created_at <= at - EMAIL_AFTER),
    )


def _documents(at: datetime) -> Select[Any]:
    return (
        _row(
            UnsentKind.DOCUMENT,
            Paper.id,
            Paper.issued_at,
            Paper.number,
            dossier_id=Paper.dossier_id,
            state=func.coalesce(cast(PdfAttempt.outcome, String), ""),
        )
        .outerjoin(PdfAttempt, PdfAttempt.paper_id == Paper.id)
        .where(Paper.id.in_(select(PdfToMake.paper_id)), Paper.issued_at <= at - DOCUMENT_AFTER)
    )


def _deposits(at: datetime) -> Select[Any]:
    late = Deposit.state.in_(DEPOSITS_UNSENT) & (Deposit.requested_at <= at - DEPOSIT_AFTER)
    return (
        _row(
            UnsentKind.DEPOSIT,
            Deposit.id,
            Deposit.requested_at,
            Deposit.number,
            dossier_id=Order.dossier_id,
            state=cast(Deposit.state, String),
            cause=Deposit.reason,
        )
        .join(Order, Order.id == Deposit.order_id)
        .where(or_(Deposit.state.in_(DEPOSITS_TO_DO), late))
    )


def _invoices(at: datetime) -> Select[Any]:
    deposited = exists().where(
        Deposit.paper_id == Invoice.paper_id,
        Deposit.state.in_((*DEPOSITS_OPEN, *DEPOSITS_TO_DO)),
    )
    return (
        _row(
            UnsentKind.INVOICE,
            Invoice.id,
            Invoice.issued_at,
            Invoice.number,
            dossier_id=Order.dossier_id,
        )
        .join(Order, Order.id == Invoice.order_id)
        .where(
            *TO_SEND,
            ~is_under_way(),
            ~deposited,
            Invoice.issued_at <= at - INVOICE_AFTER,
        )
    )


def _card_refunds() -> Select[Any]:
    return _row(
        UnsentKind.CARD_REFUND,
        CardPayment.id,
        CardPayment.created_at,
        CardPayment.email,
        awaited=case((CardPayment.state.in_(OWED_BACK), _PROCESSOR), else_=_TRANSFER),
    ).where(CardPayment.state.in_((*OWED_BACK, *OWED_BY_HAND)))


def _credit_refunds() -> Select[Any]:
    return (
        _row(
            UnsentKind.CREDIT_REFUND,
            CreditRefund.id,
            CreditNote.issued_at,
            CreditNote.number,
            dossier_id=Order.dossier_id,
            awaited=case(
                (CreditRefund.state.in_(credits.DUE), _ORDER),
                (CreditRefund.state.in_(credits.REQUESTED), _PROCESSOR),
                (CreditRefund.state.in_(credits.AWAITING), _SECOND),
                else_=_TRANSFER,
            ),
        )
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .where(CreditRefund.state.in_((*credits.TO_DO, *credits.REQUESTED)))
    )


def _withdrawal_refunds() -> Select[Any]:
    return (
        _row(
            UnsentKind.WITHDRAWAL_REFUND,
            Withdrawal.id,
            Withdrawal.stated_at,
            Withdrawal.order_number,
            dossier_id=Order.dossier_id,
            awaited=case(
                (Withdrawal.state.in_(withdrawals.DUE), _ORDER),
                (Withdrawal.state.in_(withdrawals.ORDERED), _PROCESSOR),
                else_=_TRANSFER,
            ),
        )
        .outerjoin(Order, Order.id == Withdrawal.order_id)
        .where(Withdrawal.state.in_(withdrawals.OWED))
    )


def _listing(at: datetime) -> Listing:
    things = union_all(
        *_emails(at),
        _documents(at),
        _deposits(at),
        _invoices(at),
        _card_refunds(),
        _credit_refunds(),
        _withdrawal_refunds(),
    ).subquery()
    kind, since = things.c.kind, things.c.since
    kinds = (
        Choice("emails", N_("E-mails that have not left"), kind == UnsentKind.EMAIL),
        Choice("documents", N_("PDFs"), kind == UnsentKind.DOCUMENT),
        Choice("deposits", N_("Deposits"), kind == UnsentKind.DEPOSIT),
        Choice("invoices", N_("Files of invoices"), kind == UnsentKind.INVOICE),
        Choice("refunds", N_("Refunds"), kind.in_(_REFUNDS)),
    )
    return Listing(
        select(
            kind,
            things.c.id,
            since,
            things.c.number,
            Dossier.number.label("dossier"),
            things.c.awaited,
            things.c.state,
            things.c.cause,
        ).outerjoin(Dossier, Dossier.id == things.c.dossier_id),
        (since, kind, things.c.id),
        kind.concat(":").concat(cast(things.c.id, String)),
        (Filter("kind", N_("Kind"), kinds),),
        (
            Sort("since", N_("Due since"), (since,)),
            Sort("number", N_("Document or address"), (things.c.number,)),
        ),
        sorted_by="since",
    )


_REFUNDS = (UnsentKind.CARD_REFUND, UnsentKind.CREDIT_REFUND, UnsentKind.WITHDRAWAL_REFUND)
