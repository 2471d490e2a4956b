"""Rows of orders and their lines: copies of what was agreed, never references to the catalogue's
prices.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, or_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from checkout.orders.procedure import OrderStage, Origin
from shop.core.folding import fold_reference
from shop.core.lookup_terms import email_terms, number_terms, phone_terms, reference_terms
from shop.core.money import Money, UnitPrice
from shop.core.sales import LINE_COLUMNS, PICK_UP
from shop.storage.columns import (
    Agreement,
    Detail,
    Discount,
    EmailAddress,
    LanguageCode,
    LineName,
    ProductKey,
    ShippingKey,
    Sku,
    Weight,
)
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column
from shop.storage.lookup import LookupEntry, LookupKind, entry


class Order(Base):
    """A sale. `proof` is its evidence: "card:<payment intent>" or "original:<record id>"; it is
    never empty and never used twice. `purchase_order` etc. come from the original. `expected_on` is
    the promised day of arrival, None for the orders of before.

    What later documents are composed from changes with an amendment (amendments.py) and not at all
    once an invoice exists: `amendment_id` is the last one. `line_count` is the number of lines at
    the start. `refunded` and `disputed` are what its card payment lost: the refunds made or under
    way, and the disputes that are open or lost.
    """

    __tablename__ = "orders"
    frozen_columns = frozenset(
        [
            "number",
            "dossier_id",
            "origin",
            "proof",
            "ordered_at",
            "organisation_id",
            "quote_number",
            "line_count",
            "expected_on",
        ]
    )
    amendable_columns = frozenset(
        [
            "parties",
            "shipping",
            "excluding",
            "vat_total",
            "including",
            "purchase_order",
            "purchase_order_date",
            "purchase_order_file_id",
            "purchase_order_amount",
            "engagement",
            "payment_delay_days",
        ]
    )
    __table_args__ = (
        CheckConstraint(
            "(origin = 'card' AND proof LIKE 'card:_%')"
            " OR (origin = 'quote' AND proof LIKE 'original:_%')",
            name="proof",
        ),
        Index("ix_orders_stage", "stage", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), unique=True)
    stage: Mapped[OrderStage] = mapped_column(enumeration(OrderStage))
    origin: Mapped[Origin] = mapped_column(enumeration(Origin))
    proof: Mapped[str] = mapped_column(String(120), unique=True)
    ordered_at: Mapped[datetime]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[EmailAddress]
    language: Mapped[LanguageCode]
    parties: Mapped[dict[str, Any]]
    shipping: Mapped[ShippingKey]
    expected_on: Mapped[date | None]
    excluding: Mapped[Money]
    vat_total: Mapped[Money]
    including: Mapped[Money]
    quote_number: Mapped[str | None] = mapped_column(String(20))
    purchase_order: Mapped[str | None] = mapped_column(String(60))
    purchase_order_key: Mapped[str] = folded_column(60)
    purchase_order_date: Mapped[str | None] = mapped_column(String(10))
    purchase_order_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    purchase_order_amount: Mapped[Money | None]
    engagement: Mapped[str | None] = mapped_column(String(50))
    payment_delay_days: Mapped[int] = mapped_column(default=30)
    card_last4: Mapped[str | None] = mapped_column(String(4))
    line_count: Mapped[int]
    amendment_id: Mapped[int | None] = mapped_column(RowId)
    refunded: Mapped[Money] = mapped_column(default=Money())
    disputed: Mapped[Money] = mapped_column(default=Money())

    looked_up = ("number", "purchase_order", "engagement", "proof", "email", "parties")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        contact = self.parties.get("contact") or {}
        paid_by = self.proof.removeprefix("card:") if self.origin is Origin.CARD else ""
        terms = (
            number_terms(self.number),
            reference_terms(self.purchase_order, self.engagement, paid_by),
            phone_terms(contact.get("phone")),
            email_terms(self.email, contact.get("own_email")),
        )
        return [entry(LookupKind.ORDER, self.id, *terms, dossier_id=self.dossier_id)]

    @property
    def is_collected(self) -> bool:
        """Whether the goods are collected at the shop."""
        return bool(self.shipping == PICK_UP)

    @property
    def rounding(self) -> Money:
        """What the invoices come to, less the order: its purchase order may be lower by cents."""
        if self.purchase_order_amount is None:
            return Money()
        return min(Money(), self.purchase_order_amount - self.including)

    @hybrid_property
    def is_reversed(self) -> bool:
        """Whether its card payment is disputed, or wholly refunded: nothing is delivered."""
        return self.disputed > Money() or Money() < self.refunded >= self.including

    @is_reversed.inplace.expression
    @classmethod
    def _is_reversed(cls) -> ColumnElement[bool]:
        wholly = and_(cls.refunded > Money(), cls.refunded >= cls.including)
        return or_(cls.disputed > Money(), wholly)

    @validates("purchase_order")
    def _fold_purchase_order(self, _column: str, reference: str | None) -> str | None:
        self.purchase_order_key = fold_reference(reference or "")[:60]
        return reference


class OrderLine(Base):
    """A line of an order; `product_id` is None for shipping. `delivered`, `invoiced` are sums, and
    `cancelled`: the units that are not delivered any more; `returned`: those that were
    delivered and came back, `credited` those that a credit note took without a withdrawal. The rest
    changes with an amendment of
    the order.
    """

    __tablename__ = "order_lines"
    frozen_columns = frozenset(("order_id", "position"))
    amendable_columns = LINE_COLUMNS
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("delivered BETWEEN 0 AND quantity", name="delivered"),
        CheckConstraint("invoiced BETWEEN 0 AND quantity", name="invoiced"),
        CheckConstraint("cancelled >= 0 AND delivered + cancelled <= quantity", name="cancelled"),
        CheckConstraint("returned >= 0 AND returned <= delivered", name="returned"),
        CheckConstraint("credited >= 0 AND credited <= quantity", name="credited"),
        Index("ix_order_lines_billable", text("(delivered - invoiced)")),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[ProductKey]
    sku: Mapped[Sku]
    name: Mapped[LineName]
    detail: Mapped[Detail]
    quantity: Mapped[int]
    unit_price: Mapped[UnitPrice]
    unit_including: Mapped[Money | None]
    eco_fee: Mapped[UnitPrice]
    vat_rate: Mapped[int]
    amount: Mapped[Money]
    weight_g: Mapped[Weight]
    list_price: Mapped[UnitPrice | None]
    discount: Mapped[Discount]
    agreement: Mapped[Agreement]
    delivered: Mapped[int] = mapped_column(default=0)
    invoiced: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    credited: Mapped[int] = mapped_column(default=0)
    amendment_id: Mapped[int | None] = mapped_column(RowId)

    @hybrid_property
    def is_shipping(self) -> bool:
        """Whether it is the delivery: goods and free lines have a SKU."""
        return not self.sku

    @is_shipping.inplace.expression
    @classmethod
    def _is_shipping(cls) -> ColumnElement[bool]:
        return cls.sku == ""


class OrderAmendment(Base):
    """A change of what was agreed in an order, with its reason: the values before and after, by
    field.
    """

    __tablename__ = "order_amendments"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
