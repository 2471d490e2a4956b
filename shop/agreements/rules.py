"""The price that an agreement gives a line, pure; and what a condition may be."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shop.core.errors import N_, DomainError
from shop.core.money import UnitPrice, round_half_up
from shop.core.sales import SaleLine

#: A condition is from so many units of a line at most: a line of a cart holds no more.
MOST_UNITS = 9_999
#: How far from today the days of an agreement may be.
FARTHEST = timedelta(days=3_653)
#: Conditions of an agreement: each price of a client is read from all of them.
MOST_CONDITIONS = 300
MOST_CLIENTS = 300
#: In basis points. What is given away is no price.
MOST_DISCOUNT = 9_999


class PeriodReversed(DomainError):
    sentence = N_("The last day comes before the first one.")
    status = 422


class AgreementOver(DomainError):
    sentence = N_("The last day is past: an agreement that is over gives no price.")
    status = 422


class AgreementReferenceTaken(DomainError):
    sentence = N_("Another price agreement has this reference.")
    status = 422


class NeitherDiscountNorPrice(DomainError):
    sentence = N_("Give a discount or a fixed price, not both.")
    status = 422


class DiscountNotPossible(DomainError):
    sentence = N_("Enter a discount above 0 and below 100 per cent.")
    status = 422


class PriceNotPossible(DomainError):
    sentence = N_("A fixed price is more than zero.")
    status = 422


class GoodsTwice(DomainError):
    sentence = N_("Give a reference or choose a family, not both.")
    status = 422


class PriceOfMany(DomainError):
    sentence = N_("A fixed price is the price of one product: give its reference.")
    status = 422


class UnitsNotPossible(DomainError):
    sentence = N_("A condition applies from 1 to %(most)s units.")
    status = 422


class PriceNotLower(DomainError):
    sentence = N_(
        "Enter a price below that of everybody (%(public)s) and above the eco-contribution "
        "(%(kept)s)."
    )
    status = 422


class ConditionThere(DomainError):
    sentence = N_("The agreement has a condition for the same goods and quantity: remove it first.")
    status = 422


class AgreementDayFar(DomainError):
    sentence = N_("Enter days within ten years of today.")
    status = 422


class TooManyConditions(DomainError):
    sentence = N_("An agreement has at most %(most)s conditions.")
    status = 422


class TooManyClients(DomainError):
    sentence = N_("An agreement is for at most %(most)s organisations.")
    status = 422


class NoConditions(DomainError):
    sentence = N_("Add a condition first: the agreement gives no price yet.")


class NotItsClient(DomainError):
    sentence = N_("Choose one of the organisations of the agreement.")
    status = 422


class NoClients(DomainError):
    sentence = N_("Add an organisation first: the agreement is for nobody yet.")


class ClientSignatoryMissing(DomainError):
    sentence = N_("Enter who signed for the client.")
    status = 422


class SignedLater(DomainError):
    sentence = N_("The day of the signature is in the future.")
    status = 422


class AgreementReasonMissing(DomainError):
    sentence = N_("Give the reason: the journal keeps it.")
    status = 422


@dataclass(frozen=True, slots=True)
class Condition:
    """What an agreement gives: a `discount` in basis points, or the `price` of one unit, excluding
    VAT and including its eco-contribution.

    It applies to lines of at least `from_quantity` units of one product, of a family or department
    (`category_id`), or of all products where both are None. `agreement` is the reference.
    """

    agreement: str
    discount: int = 0
    price: UnitPrice | None = None
    category_id: int | None = None
    product_id: int | None = None
    from_quantity: int = 1

    def concerns(self, product_id: int | None, categories: Collection[int]) -> bool:
        """Whether it is for this product, which is in these categories."""
        if self.product_id is not None:
            return self.product_id == product_id
        return self.category_id is None or self.category_id in categories

    def price_of(self, public: UnitPrice, eco_fee: UnitPrice) -> UnitPrice:
        """The price of one unit: never below the eco-contribution, on which the law allows no
        discount (Code de l'environnement, L541-10-20).
        """
        if self.price is None:
            return public.reduced(self.discount, eco_fee)
        return UnitPrice(max(self.price.tenthousandths, eco_fee.tenthousandths))


#: The conditions of somebody without an agreement.
NO_CONDITIONS: tuple[Condition, ...] = ()


def agreed(
    line: SaleLine, categories: Collection[int], conditions: Iterable[Condition]
) -> SaleLine:
    """The line at the best price of the conditions; as it is where none is below its price.

    Of two that give the same price, the first counts. Prices including VAT, those of consumers,
    and what is no product have no agreement.
    """
    if line.product_id is None or line.unit_including is not None:
        return line
    best, by = line.unit_price, ""
    for one in conditions:
        if line.quantity < one.from_quantity or not one.concerns(line.product_id, categories):
            continue
        price = one.price_of(line.unit_price, line.eco_fee)
        if price.tenthousandths < best.tenthousandths:
            best, by = price, one.agreement
    if not by:
        return line
    public = line.unit_price
    share = share_of(public, best, line.eco_fee)
    return replace(line, unit_price=best, list_price=public, discount=share, agreement=by)


def share_of(public: UnitPrice, price: UnitPrice, eco_fee: UnitPrice) -> int:
    """What a price is below the public one, in basis points of it without its eco-contribution."""
    off = public.tenthousandths - price.tenthousandths
    return round_half_up(off * 10_000, public.tenthousandths - eco_fee.tenthousandths)


def tiers(
    line: SaleLine, categories: Collection[int], conditions: Collection[Condition]
) -> tuple[SaleLine, ...]:
    """The line at each quantity from which its price is lower than before, the smallest first."""
    steps = {one.from_quantity for one in conditions} - {1}
    priced = [
        agreed(replace(line, quantity=units), categories, conditions)
        for units in (1, *sorted(steps))
    ]
    kept: list[SaleLine] = []
    before = line.unit_price
    for one in priced:
        if one.unit_price.tenthousandths < before.tenthousandths:
            kept.append(one)
            before = one.unit_price
    return tuple(kept)


def ensure_near(day: date, today: date) -> None:
    """A year typed wrongly is found. Raises AgreementDayFar."""
    if abs(day - today) > FARTHEST:
        raise AgreementDayFar


def ensure_period(starts_on: date, ends_on: date, today: date) -> None:
    """Raises AgreementDayFar, PeriodReversed, AgreementOver."""
    for day in (starts_on, ends_on):
        ensure_near(day, today)
    if ends_on < starts_on:
        raise PeriodReversed
    if ends_on < today:
        raise AgreementOver


def ensure_lower(price: UnitPrice, *, public: UnitPrice, kept: UnitPrice) -> None:
    """A fixed price is between the eco-contribution, which is `kept`, and the price of everybody.
    Raises PriceNotLower.
    """
    if not kept.tenthousandths < price.tenthousandths < public.tenthousandths:
        raise PriceNotLower(public=public, kept=kept)


def ensure_condition(asked: Condition) -> None:
    """Raises GoodsTwice, NeitherDiscountNorPrice, DiscountNotPossible, PriceNotPossible,
    PriceOfMany, UnitsNotPossible.
    """
    if asked.product_id is not None and asked.category_id is not None:
        raise GoodsTwice
    if bool(asked.discount) == (asked.price is not None):
        raise NeitherDiscountNorPrice
    if asked.price is None and not 0 < asked.discount <= MOST_DISCOUNT:
        raise DiscountNotPossible
    if asked.price is not None and asked.price.tenthousandths <= 0:
        raise PriceNotPossible
    if asked.price is not None and asked.product_id is None:
        raise PriceOfMany
    if not 1 <= asked.from_quantity <= MOST_UNITS:
        raise UnitsNotPossible(most=MOST_UNITS)
