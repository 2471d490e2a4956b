"""Renewal: an expired quote issued again at today's prices, the differences shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.drafts.seal import seal_of
from quotes.quotes.models import Quote
from quotes.quotes.records import expected_from, sale_of_quote
from quotes.quotes.rules import NothingLeftToSell
from shop.agreements.conditions import conditions_in_force
from shop.agreements.rules import NO_CONDITIONS, Condition, agreed
from shop.catalogue.models import Product
from shop.core.actors import Actor
from shop.core.money import Money, UnitPrice
from shop.core.sales import AT_LIST_PRICE, Sale, SaleLine, line_of, wanted
from shop.core.text import paris_day
from shop.members.buying import as_known_now
from shop.settings.settings import settings_known
from shop.settings.vat import vat_moves_on


@dataclass(frozen=True, slots=True)
class Difference:
    """A line whose unit price changed, or that is no longer sold (`after` None)."""

    sku: str
    name: str
    before: Money
    after: Money | None

    def to_json(self) -> dict[str, Any]:
        """For the journal and the e-mail; amounts in cents, excluding VAT."""
        return {
            "sku": self.sku,
            "name": self.name,
            "before": self.before.cents,
            "after": self.after.cents if self.after is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a renewal sells at today's prices, with the differences. `seal` identifies it: the quote
    that is issued is the one that was read.
    """

    sale: Sale
    differences: Sequence[Difference]
    seal: str


def propose_renewal(session: Session, quote: Quote, *, by: Actor, at: datetime) -> Proposal:
    """The renewal of a quote as it would be issued now. Raises NothingLeftToSell."""
    sale = sale_of_quote(session, quote)
    lines, differences = at_todays_prices(
        session,
        sale.lines,
        conditions_in_force(session, quote.organisation_id, paris_day(at)),
        vat_moves_on(settings_known(session), paris_day(at)),
    )
    if not wanted(lines):
        raise NothingLeftToSell(number=quote.number)
    sale = replace(
        sale,
        lines=tuple(lines),
        expected_on=expected_from(quote, paris_day(at)),
        parties=as_known_now(session, sale.parties, sale.parties.establishment_id),
        buyer=replace(sale.buyer, email=by.email or quote.email),
    )
    return Proposal(sale, differences, seal_of(quote.number, sale))


def at_todays_prices(
    session: Session,
    lines: Sequence[SaleLine],
    conditions: Sequence[Condition] = NO_CONDITIONS,
    rates: Mapping[int, int] = MappingProxyType({}),
) -> tuple[list[SaleLine], list[Difference]]:
    """The lines at the present prices of the catalogue and of the buyer's agreements, and the
    differences. What is no product keeps its price including VAT, in cents as every price of today,
    at the rate of today: `rates` has it by the former one.
    """
    ids = [line.product_id for line in lines if line.product_id is not None]
    products = {
        product.id: product
        for product in session.scalars(
            select(Product).where(Product.id.in_(ids), Product.published)
        )
    }
    renewed, differences = [], []
    for line in lines:
        if line.product_id is None:
            rate = rates.get(line.vat_rate, line.vat_rate)
            price = UnitPrice.from_including(line.unit_price.including(line.vat_rate), rate)
            renewed.append(replace(line, unit_price=price, vat_rate=rate))
            continue
        product = products.get(line.product_id)
        if product is None:
            differences.append(Difference(line.sku, line.name, line.amount, None))
            continue
        today = _today(product, line, conditions)
        renewed.append(today)
        if today.amount != line.amount:
            differences.append(Difference(line.sku, line.name, line.amount, today.amount))
    return renewed, differences


def _today(product: Product, line: SaleLine, conditions: Sequence[Condition]) -> SaleLine:
    listed = line_of(
        product,
        product_id=product.id,
        sku=line.sku,
        quantity=line.quantity,
        detail=product.summary,
        weight_g=line.weight_g,
        unit_including=None,
        **AT_LIST_PRICE,
    )
    return agreed(listed, (product.category_id, product.chapter_id), conditions)
