"""What an accountant asks of a list of invoices and credit notes, besides its filters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from shop.core.folding import fold_name, fold_reference
from shop.core.money import Money
from shop.dossiers.models import Dossier

#: The digits of a SIREN and of a SIRET.
_SIREN, _SIRET = 9, 14
#: Whether an invoice has parties and references of its own (corrections.Correction as JSON).
_IS_CORRECTED = Invoice.corrected["engagement"].as_string().is_not(None)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The days of issue, both included; the establishment of the buyer; the `service` that pays,
    by its code or a part of its name; a part of the purchase order's and of the commitment number;
    the amount including VAT, `least` and `most` included; for the office, the `client` by name,
    SIREN or SIRET. What is empty is not asked.
    """

    since: date | None = None
    until: date | None = None
    establishment_id: int | None = None
    service: str = ""
    purchase_order: str = ""
    engagement: str = ""
    least: Money | None = None
    most: Money | None = None
    client: str = ""

    def conditions(self, issued_on: Any, including: Any) -> list[ColumnElement[bool]]:
        """For a statement that joins invoices, orders and dossiers: of documents with that day and
        that amount, not negative. Of a credit note, all else is what its invoice says.
        """
        asked = (
            (self.since is not None, lambda: issued_on >= self.since),
            (self.until is not None, lambda: issued_on <= self.until),
            (self.least is not None, lambda: including >= self.least),
            (self.most is not None, lambda: including <= self.most),
            (
                self.establishment_id is not None,
                lambda: Dossier.establishment_id == self.establishment_id,
            ),
            (bool(self.service), lambda: _is_paid_by(self.service)),
            (bool(self.purchase_order), lambda: _has_purchase_order(self.purchase_order)),
            (bool(self.engagement), lambda: _has(_engagement(), self.engagement)),
            (bool(self.client), lambda: _is_of(self.client)),
        )
        return [condition() for is_asked, condition in asked if is_asked]


def party(*path: str) -> ColumnElement[str]:
    """What the parties of an invoice say, in SQL: its own where it has them, else its order's."""
    return case(
        (_IS_CORRECTED, Invoice.corrected[("parties", *path)].as_string()),
        else_=Order.parties[path].as_string(),
    )


def _engagement() -> ColumnElement[str]:
    own = Invoice.corrected["engagement"].as_string()
    return case((_IS_CORRECTED, own), else_=Order.engagement)


def _has(column: Any, typed: str) -> ColumnElement[bool]:
    """Whether the text contains what was typed, in either case."""
    return func.lower(column).contains(typed.lower(), autoescape=True)


def _is_paid_by(typed: str) -> ColumnElement[bool]:
    code, name = (party("paying_service", key) for key in ("service_code", "name"))
    return or_(func.lower(code) == typed.lower(), _has(name, typed))


def _has_purchase_order(typed: str) -> ColumnElement[bool]:
    """An order's number is compared folded, one of a corrected invoice as it was typed."""
    own = _has(Invoice.corrected["purchase_order"].as_string(), typed)
    folded = fold_reference(typed)
    key = Order.purchase_order_key.contains(folded, autoescape=True) if folded else false()
    return or_(and_(_IS_CORRECTED, own), and_(~_IS_CORRECTED, key))


def _is_of(typed: str) -> ColumnElement[bool]:
    digits = typed.replace(" ", "")
    if digits.isdecimal() and len(digits) in (_SIREN, _SIRET):
        return party("siren" if len(digits) == _SIREN else "siret") == digits
    folded = fold_name(typed)
    named = Dossier.parties_key.contains(folded, autoescape=True) if folded else false()
    own = _has(Invoice.corrected[("parties", "header", "name")].as_string(), typed)
    return or_(named, own)
