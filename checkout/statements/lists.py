"""The statements of the bank, their movements, and the invoices that these may pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import parties_of
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.statements.matching_rules import OpenInvoice, Proposal, contested, propose
from checkout.statements.models import Statement, StatementFile, StatementMovement
from checkout.statements.procedure import DONE, LEFT_OUT, OPEN, is_open
from shop.core.errors import N_, NotFound
from shop.core.folding import fold_name, fold_reference
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of

#: A transfer recorded by hand and its movement are at most so many days apart.
_NEAR = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in the list: the number of its movements, and of those to decide about."""

    statement: Statement
    filename: str
    movements: int
    open: int


@dataclass(frozen=True, slots=True)
class KnownTransfer:
    """A transfer that was recorded, with an invoice that it pays; `is_linked`: a movement of the
    bank is known to be it.
    """

    transfer: Transfer
    invoice: str
    is_linked: bool

    def is_like(self, movement: StatementMovement) -> bool:
        """Whether a movement may be it: the same amount, about the same day; the same day when
        another movement is known to be it.
        """
        apart = abs(self.transfer.received_on - movement.booked_on)
        near = timedelta() if self.is_linked else _NEAR
        return self.transfer.amount == movement.amount and apart <= near


@dataclass(frozen=True, slots=True)
class Decision:
    """A movement with what is known about it: proposals, the best first; transfers of its amount
    that were recorded before; whether another movement names the same invoice.
    """

    movement: StatementMovement
    proposals: Sequence[Proposal] = ()
    known: Sequence[KnownTransfer] = ()
    is_contested: bool = False

    @property
    def best(self) -> Proposal | None:
        return self.proposals[0] if self.proposals else None

    @property
    def is_exact(self) -> bool:
        """Whether it may be confirmed together with others."""
        best = self.best
        by_hand = any(not one.is_linked for one in self.known)
        return best is not None and best.is_exact and not self.is_contested and not by_hand


def statements(session: Session, today: date, place: Place = FIRST) -> Page[StatementRow]:
    """The statements that were read, the latest first."""
    return page_of(session, _statements(today), place).of(
        lambda row: StatementRow(row[0], row[1], int(row[2] or 0), int(row[3] or 0))
    )


def movements_of(
    session: Session, statement: Statement, place: Place = FIRST
) -> Page[StatementMovement]:
    """The movements of a statement, in the order of the bank, a page at a time."""
    narrowed = _MOVEMENTS.where(StatementMovement.statement_id == statement.id)
    return page_of(session, narrowed, place).of(lambda row: row[0])


def next_open_movement(
    session: Session, movement: StatementMovement, place: Place = FIRST
) -> int | None:
    """The movement of its statement after that one that is to be decided about."""
    mine = StatementMovement.statement_id == movement.statement_id
    waiting = or_(StatementMovement.state.in_(OPEN), StatementMovement.id == movement.id)
    found: int | None = following(session, _MOVEMENTS.where(mine, waiting).at(place), movement.id)
    return found


def open_movements_of(session: Session, statement: Statement) -> Sequence[StatementMovement]:
    """The movements of a statement that are to be decided about."""
    return session.scalars(
        select(StatementMovement)
        .where(StatementMovement.statement_id == statement.id, StatementMovement.state.in_(OPEN))
        .order_by(StatementMovement.id)
    ).all()


def get_statement(session: Session, statement_id: int) -> tuple[Statement, StatementFile]:
    """A statement with its file. Raises NotFound."""
    found = session.execute(
        select(Statement, StatementFile)
        .join(StatementFile, StatementFile.id == Statement.file_id)
        .where(Statement.id == statement_id)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def get_movement(session: Session, movement_id: int) -> StatementMovement:
    """A movement, to be read. Raises NotFound."""
    found = session.get(StatementMovement, movement_id)
    if found is None:
        raise NotFound
    return found


def decisions(session: Session, movements: Sequence[StatementMovement]) -> list[Decision]:
    """What is known about movements; one that is decided about has no proposal."""
    waiting = [one for one in movements if is_open(one.state)]
    if not waiting:
        return [Decision(one) for one in movements]
    invoices = open_invoices(session)
    known = _known(session, waiting)
    found = {one.id: propose(one.amount, _said(one), one.payer, invoices) for one in waiting}
    rivals = contested({key: each[0] if each else None for key, each in found.items()})
    return [
        Decision(one, found.get(one.id, ()), known.get(one.id, ()), one.id in rivals)
        for one in movements
    ]


def open_invoices(session: Session) -> list[OpenInvoice]:
    """The invoices with something due, the oldest first, as a wording may name them."""
    rows = session.execute(
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.is_due)
        .order_by(Invoice.id)
    )
    return [_open(invoice, order) for invoice, order in rows]


def count_open() -> ColumnElement[int]:
    """The number on the tab: movements to decide about."""
    return count_of(_MOVEMENTS.where(StatementMovement.state.in_(OPEN)))


def _open(invoice: Invoice, order: Order) -> OpenInvoice:
    parties = parties_of(invoice, order)
    references = (order.number, order.quote_number, order.purchase_order, order.engagement)
    return OpenInvoice(
        invoice.number,
        invoice.due,
        parties.header.name,
        fold_name(parties.header.name),
        tuple(fold_reference(one) for one in references if one),
    )


def _said(one: StatementMovement) -> str:
    return f"{one.wording} {one.end_to_end}"


def _known(
    session: Session, movements: Sequence[StatementMovement]
) -> dict[int, list[KnownTransfer]]:
    """Transfers of the same amount that were received about the same day, with the invoice that
    they pay: the movement may be one of them.
    """
    days = [one.booked_on for one in movements]
    linked = (
        select(StatementMovement.id).where(StatementMovement.transfer_id == Transfer.id).exists()
    )
    rows = session.execute(
        select(Transfer, func.min(Invoice.number), linked)
        .outerjoin(TransferPart, TransferPart.transfer_id == Transfer.id)
        .outerjoin(Payment, Payment.id == TransferPart.payment_id)
        .outerjoin(Invoice, Invoice.id == Payment.invoice_id)
        .where(
            Transfer.received_on.between(min(days) - _NEAR, max(days) + _NEAR),
            Transfer.amount.in_({one.amount for one in movements}),
        )
        .group_by(Transfer.id)
    ).all()
    known = [KnownTransfer(row[0], row[1] or "", bool(row[2])) for row in rows]
    return {one.id: [each for each in known if each.is_like(one)] for one in movements}


def _statements(today: date) -> Listing:
    has_open = (
        select(StatementMovement.id)
        .where(StatementMovement.statement_id == Statement.id, StatementMovement.state.in_(OPEN))
        .exists()
    )
    counts = (
        select(func.count(StatementMovement.id))
        .where(StatementMovement.statement_id == Statement.id)
        .scalar_subquery()
    )
    waiting = (
        select(func.count(StatementMovement.id))
        .where(StatementMovement.statement_id == Statement.id, StatementMovement.state.in_(OPEN))
        .scalar_subquery()
    )
    return Listing(
        select(Statement, StatementFile.filename, counts, waiting).join(
            StatementFile, StatementFile.id == Statement.file_id
        ),
        (Statement.id.desc(),),
        Statement.id,
        (
            Filter(
                "state",
                N_("Status"),
                (
                    Choice("open", N_("To decide"), has_open),
                    Choice("done", N_("Finished"), ~has_open),
                ),
            ),
            by_period(Statement.until, today),
        ),
        (
            Sort("read", N_("Read on"), (Statement.id,)),
            Sort("until", N_("Until"), (Statement.until,)),
        ),
        "-read",
    )


_MOVEMENTS = Listing(
    select(StatementMovement),
    (StatementMovement.id,),
    StatementMovement.id,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("open", N_("To decide"), StatementMovement.state.in_(OPEN)),
                Choice("done", N_("Decided"), StatementMovement.state.in_(DONE)),
                Choice("out", N_("Left out"), StatementMovement.state.in_(LEFT_OUT)),
            ),
        ),
    ),
    (
        Sort("day", N_("Booked on"), (StatementMovement.booked_on,)),
        Sort("amount", N_("Amount"), (StatementMovement.amount,)),
    ),
    "",
)
