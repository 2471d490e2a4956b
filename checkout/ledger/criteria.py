"""What an accountant asks of a list of invoices and credit notes, besides its filters."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case

from checkout.invoices.models import Invoice
from checkout.invoices.named import has_engagement, has_purchase_order, is_for, is_paid_by
from checkout.orders.models import Order
from shop.core.money import Money
from shop.dossiers.models import Dossier

#: Whether an invoice has parties and references of its own (corrections.Correction as JSON).
_IS_CORRECTED = Invoice.corrected["engagement"].as_string().is_not(None)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The days of issue, both included; the establishment of the buyer; the `service` that pays,
    by its code or the beginnings of words of its name; the beginning of a part of the purchase
    order's and of the commitment number; the amount including VAT, `least` and `most` included; for
    the office, the `client` by name, SIREN or SIRET. What is empty is not asked.
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
            (bool(self.service), lambda: is_paid_by(self.service)),
            (bool(self.purchase_order), lambda: has_purchase_order(self.purchase_order)),
            (bool(self.engagement), lambda: has_engagement(self.engagement)),
            (bool(self.client), lambda: is_for(self.client)),
        )
        return [condition() for is_asked, condition in asked if is_asked]


def party(*path: str) -> ColumnElement[str]:
    """What the parties of an invoice say, in SQL: its own where it has them, else its order's."""
    return case(
        (_IS_CORRECTED, Invoice.corrected[("parties", *path)].as_string()),
        else_=Order.parties[path].as_string(),
    )
