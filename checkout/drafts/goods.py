"""The goods of a cart at today's prices, as a checkout reads them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop.agreements.conditions import conditions_in_force
from shop.agreements.rules import NO_CONDITIONS
from shop.cart.contents import NO_CART, Contents, cart_contents
from shop.core.actors import Actor
from shop.core.sales import SaleLine, price_basis
from shop.core.text import paris_day


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a sale: `contents` has their present availability."""

    contents: Contents = NO_CART

    @property
    def lines(self) -> tuple[SaleLine, ...]:
        return self.contents.sale_lines

    @property
    def weight_g(self) -> int:
        return self.contents.weight_g

    @property
    def lead_days(self) -> int:
        """The longest supply delay, in calendar days, of lines that the stock does not cover."""
        return max(
            (
                line.lead_days
                for line in self.contents.lines
                if line.backorder and line.sale.quantity > line.availability.available
            ),
            default=0,
        )


def goods_of(session: Session, cart_id: int | None, *, by: Actor, at: datetime) -> Goods:
    """The goods of a cart, in one statement, two where the organisation may have agreed prices;
    none for no cart, or for another person's.
    """
    if cart_id is None:
        return Goods()
    conditions = NO_CONDITIONS
    if not by.without_agreement:
        conditions = conditions_in_force(session, by.organisation_id, paris_day(at))
    basis = price_basis(by)
    return Goods(
        cart_contents(session, cart_id, user_id=by.user_id, basis=basis, conditions=conditions)
    )
