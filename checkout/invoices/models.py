"""Rows of invoices, issued once, in a gapless series, never changed (CGI ann. II art. 242 nonies
A); and of the payments received for them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from checkout.invoices.cure_rules import AskedField
from checkout.invoices.objection_rules import LONGEST_ANSWER
from checkout.invoices.procedure import (
    REVERSED,
    TO_CURE,
    InvoiceState,
    is_disputed,
    is_objected,
    is_replaced,
    is_suspended,
    is_to_be_replaced,
)
from checkout.invoices.rules import Interruption
from shop.core.money import Money
from shop.storage.db import Base, RowId, enumeration
from shop.storage.indexes import partial_index
from shop.storage.lookup import PLAIN_TERM


class Invoice(Base):
    """One invoice (series FA). `including` is the amount to pay, with its `rounding`; `paid` is the
    sum of the payments received, `credited` that of its credit notes.

    `due_on` is the last day to pay at the earliest, printed on it where it is paid or was issued
    before; `payable_by` the last day to pay, None while the payment period does not run: see
    `rules.last_day_to_pay()` and `rules.last_day_after()`. `received_on` is the day on which the
    paying service received it, where this is recorded. `interrupted_on` is the day on which the
    body notified that it interrupts the period, for the `interruption_reason`; `resumed_on` the one
    on which it had received everything.

    `to_service`: of a quote order. `sent_at` is the moment at which the mail server accepted the
    file for the address `sent_to`, or one of the day on which the staff forwarded it. `state` is
    its place in its life cycle, which `InvoiceEvent` tells.

    One that takes the place of another, `replaces_id`, has the parties and the references of its
    own, `corrected` (corrections.Correction as JSON).
    """

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("paid >= 0 AND paid <= including", name="paid"),
        CheckConstraint("credited >= 0 AND credited <= including", name="credited"),
        Index("ix_invoices_due", "due_on", "id"),
        Index("ix_invoices_payable_by", "payable_by", "id"),
        Index("ix_invoices_state", "state", "id"),
        Index("ix_invoices_replaces_id", "replaces_id", unique=True),
        Index("ix_invoices_left", text("(including - paid - credited)")),
        partial_index("ix_invoices_to_send", "id", "sent_at IS NULL", flag="to_service"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"))
    corrected: Mapped[dict[str, Any] | None]
    state: Mapped[InvoiceState] = mapped_column(
        enumeration(InvoiceState), default=InvoiceState.ISSUED
    )
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    received_on: Mapped[date | None]
    payable_by: Mapped[date | None]
    interrupted_on: Mapped[date | None]
    interruption_reason: Mapped[str] = mapped_column(String(500), default="")
    resumed_on: Mapped[date | None]
    excluding: Mapped[Money]
    vat_total: Mapped[Money]
    rounding: Mapped[Money]
    including: Mapped[Money]
    paid: Mapped[Money]
    credited: Mapped[Money] = mapped_column(default=Money())
    to_service: Mapped[bool]
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None] = mapped_column(String(320))
    by_name: Mapped[str] = mapped_column(String(200))

    @property
    def covered(self) -> Money:
        """What was paid or credited of it: more than its amount once a paid part is credited."""
        return self.paid + self.credited

    @property
    def net(self) -> Money:
        """What its credit notes left of its amount."""
        return self.including - self.credited

    @property
    def due(self) -> Money:
        """What is left to pay."""
        return max(self.including - self.covered, Money())

    @hybrid_property
    def is_due(self) -> bool:
        """Whether something is left to pay."""
        return bool(self.due)

    @is_due.inplace.expression
    @classmethod
    def _is_due(cls) -> ColumnElement[bool]:
        return cls.including - cls.paid - cls.credited > text("0")

    @hybrid_property
    def is_credited(self) -> bool:
        """Whether credit notes took all of it."""
        return Money() < self.credited == self.including

    @is_credited.inplace.expression
    @classmethod
    def _is_credited(cls) -> ColumnElement[bool]:
        return and_(cls.credited > Money(), cls.credited == cls.including)

    @property
    def is_replaced(self) -> bool:
        """Whether another invoice took its place."""
        return is_replaced(self.state)

    @property
    def is_disputed(self) -> bool:
        """Whether its recipient contests it."""
        return is_disputed(self.state)

    @property
    def is_suspended(self) -> bool:
        """Whether its recipient interrupts its payment, and waits for something."""
        return is_suspended(self.state)

    @property
    def is_to_be_replaced(self) -> bool:
        """Whether it was refused or rejected: a corrected one goes out."""
        return is_to_be_replaced(self.state)

    @hybrid_property
    def is_to_cure(self) -> bool:
        """Whether it is refused, rejected, contested or suspended: not late, the shop answers."""
        return self.state in TO_CURE

    @is_to_cure.inplace.expression
    @classmethod
    def _is_to_cure(cls) -> ColumnElement[bool]:
        return cls.state.in_(TO_CURE)

    @property
    def late_after(self) -> date | None:
        """The last day to pay; None while its period does not run or the shop is to answer."""
        return None if self.is_to_cure else self.payable_by

    @property
    def is_objected(self) -> bool:
        """Whether its recipient contests or suspends it."""
        return is_objected(self.state)

    @hybrid_property
    def is_reversed(self) -> bool:
        """Whether it was reversed in the books: its recipient never booked it."""
        return self.state in REVERSED

    @is_reversed.inplace.expression
    @classmethod
    def _is_reversed(cls) -> ColumnElement[bool]:
        return cls.state.in_(REVERSED)

    @property
    def interruption(self) -> Interruption | None:
        """The interruption of its payment period, if any."""
        begun = self.interrupted_on
        return Interruption(begun, self.resumed_on) if begun else None

    @property
    def is_interrupted(self) -> bool:
        """Whether its payment period is interrupted now."""
        return self.interrupted_on is not None and self.resumed_on is None

    @hybrid_property
    def is_sent(self) -> bool:
        """Whether its file was sent to the paying service."""
        return self.sent_at is not None

    @is_sent.inplace.expression
    @classmethod
    def _is_sent(cls) -> ColumnElement[bool]:
        return cls.sent_at.is_not(None)


class InvoiceEvent(Base):
    """What was told of an invoice: the `transition` and the `code` that told it (of the reform, or
    of Chorus Pro; empty where a person recorded it), the day from which it counts, its reason, and
    the `state` that followed.
    """

    __tablename__ = "invoice_events"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    transition: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    state: Mapped[InvoiceState] = mapped_column(enumeration(InvoiceState))
    told_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    recorded_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class RefusalAnswer(Base):
    """What the buyer says belongs in the `field` that a refusal names, `event_id`: the accounting
    staff issue the corrected invoice with it.
    """

    __tablename__ = "refusal_answers"
    written_once = True

    event_id: Mapped[int] = mapped_column(ForeignKey("invoice_events.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    field: Mapped[AskedField] = mapped_column(enumeration(AskedField))
    value: Mapped[str] = mapped_column(String(100))
    answered_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class ObjectionAnswer(Base):
    """What the buyer says of an invoice that is contested or suspended, by `event_id`."""

    __tablename__ = "objection_answers"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("invoice_events.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    answer: Mapped[str] = mapped_column(String(LONGEST_ANSWER))
    answered_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class InvoiceSending(Base):
    """An e-mail with the file of an invoice for its paying service. The invoice is sent once the
    mail server has accepted it: `noted_at` is the moment at which the clock noted this.
    """

    __tablename__ = "invoice_sendings"
    __table_args__ = (Index("ix_invoice_sendings_noted_at", "noted_at"),)

    email_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    noted_at: Mapped[datetime | None]

    @hybrid_property
    def is_noted(self) -> bool:
        """Whether the clock has noted that the mail server accepted it."""
        return self.noted_at is not None

    @is_noted.inplace.expression
    @classmethod
    def _is_noted(cls) -> ColumnElement[bool]:
        return cls.noted_at.is_not(None)


class InvoiceLine(Base):
    __tablename__ = "invoice_lines"
    written_once = True
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    amount: Mapped[Money]


class TermOf(StrEnum):
    """What a term of an invoice is of."""

    CLIENT = "client"
    SERVICE = "service"
    PURCHASE = "purchase"
    COMMITMENT = "commitment"


class InvoiceTerm(Base):
    """A folded word by which lists of invoices are filtered: see `named.py`."""

    __tablename__ = "invoice_terms"
    __table_args__ = ({"sqlite_with_rowid": False},)

    field: Mapped[TermOf] = mapped_column(enumeration(TermOf), primary_key=True)
    term: Mapped[str] = mapped_column(PLAIN_TERM, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
