"""The lists of price agreements: of the office, of a client, and what one of them changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from shop.agreements.models import AgreementClient, PriceAgreement, PriceCondition
from shop.agreements.rules import Condition, tiers
from shop.catalogue.models import Category, Product
from shop.core.errors import N_, NotFound
from shop.core.sales import AT_LIST_PRICE, SaleLine, line_of
from shop.organisations.models import Organisation
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of

#: So long before its last day an agreement is to be renewed.
ENDING = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class GoodsOfCondition:
    """A condition with the goods that it is for: a product, a family, or neither for all."""

    row: PriceCondition
    product: Product | None
    family: Category | None


def price_agreements(
    session: Session, day: date, place: Place = FIRST
) -> Page[tuple[PriceAgreement, int]]:
    """Every agreement with the number of its organisations, the newest first."""
    return page_of(session, _listing(_STATEMENT, day), place).of(lambda row: (row[0], row[1]))


def agreements_of(
    session: Session, organisation_id: int | None, day: date, place: Place, size: int | None = None
) -> Page[PriceAgreement]:
    """The agreements of an organisation, the newest first; none without one."""
    mine = select(AgreementClient.agreement_id).where(
        AgreementClient.organisation_id == organisation_id
    )
    kept = PriceAgreement.id.in_(mine) if organisation_id is not None else false()
    listing = _listing(_STATEMENT.where(kept), day)
    return page_of(session, listing, place, size=size).of(lambda row: row[0])


def agreed_conditions(
    session: Session, organisation_id: int | None, day: date, place: Place
) -> Page[tuple[PriceAgreement, GoodsOfCondition]]:
    """The conditions of an organisation that are in force or to come, each with its agreement."""
    statement = (
        select(PriceAgreement, PriceCondition, Product, Category)
        .join(PriceCondition, PriceCondition.agreement_id == PriceAgreement.id)
        .join(AgreementClient, AgreementClient.agreement_id == PriceAgreement.id)
        .outerjoin(Product, Product.id == PriceCondition.product_id)
        .outerjoin(Category, Category.id == PriceCondition.category_id)
        .where(
            AgreementClient.organisation_id == organisation_id,
            PriceAgreement.is_signed,
            PriceAgreement.ends_on >= day,
        )
    )
    coming = PriceAgreement.starts_on > day
    states = (
        Choice("force", N_("in force"), ~coming),
        Choice("coming", N_("to come"), coming),
    )
    listing = Listing(
        statement,
        (PriceCondition.id,),
        PriceCondition.id,
        (Filter("state", N_("Status"), states),),
        (
            Sort("units", N_("From how many units"), (PriceCondition.from_quantity,)),
            Sort("end", N_("Last day"), (PriceAgreement.ends_on,)),
        ),
    )
    return page_of(session, listing, place).of(lambda row: (row[0], GoodsOfCondition(*row[1:])))


def count_ending(day: date) -> ColumnElement[int]:
    """The agreements in force that end soon: the number on the tab."""
    return count_of(_listing(_STATEMENT, day).where(_ending(day)))


def get_agreement(session: Session, agreement_id: int) -> PriceAgreement:
    """Raises NotFound."""
    row = session.get(PriceAgreement, agreement_id)
    if row is None:
        raise NotFound
    return row


def organisations_of(session: Session, agreement_id: int) -> list[Organisation]:
    """Whom an agreement is for, by name: at most rules.MOST_CLIENTS."""
    statement = (
        select(Organisation)
        .join(AgreementClient, AgreementClient.organisation_id == Organisation.id)
        .where(AgreementClient.agreement_id == agreement_id)
        .order_by(Organisation.name_key, Organisation.id)
    )
    return list(session.scalars(statement))


def goods_of(session: Session, agreement_id: int) -> list[GoodsOfCondition]:
    """The conditions of an agreement with their goods: at most rules.MOST_CONDITIONS."""
    rows = session.execute(
        select(PriceCondition, Product, Category)
        .outerjoin(Product, Product.id == PriceCondition.product_id)
        .outerjoin(Category, Category.id == PriceCondition.category_id)
        .where(PriceCondition.agreement_id == agreement_id)
        .order_by(PriceCondition.id)
    )
    return [GoodsOfCondition(*row) for row in rows]


def find_organisation_named(session: Session, typed: str) -> Organisation | None:
    """The organisation of a customer code or of a SIREN, as they are typed."""
    code = "".join(typed.split()).upper()
    named = or_(Organisation.customer_code == code, Organisation.siren == code)
    return session.scalar(select(Organisation).where(named))


def effects_of(
    session: Session, row: PriceAgreement, place: Place
) -> Page[tuple[Product, tuple[SaleLine, ...]]]:
    """The products on sale that an agreement concerns, each with its agreed prices by quantity;
    none of these where no condition is below the public price.
    """
    goods = [one.row for one in goods_of(session, row.id)]
    conditions = [one.told(row.reference) for one in goods]
    listing = Listing(
        select(Product).where(Product.published, _concerned(conditions)),
        (Product.name_key, Product.id),
        Product.id,
        (),
        (
            Sort("name", N_("Product"), (Product.name_key, Product.id)),
            Sort("price", N_("Price"), (Product.unit_price, Product.id)),
        ),
        "name",
    )

    def priced(found: Any) -> tuple[Product, tuple[SaleLine, ...]]:
        product: Product = found[0]
        line = line_of(
            product,
            product_id=product.id,
            quantity=1,
            detail="",
            unit_including=None,
            **AT_LIST_PRICE,
        )
        return product, tiers(line, (product.category_id, product.chapter_id), conditions)

    return page_of(session, listing, place).of(priced)


def _concerned(conditions: Sequence[Condition]) -> Any:
    """Which products some of the conditions are for."""
    categories = {one.category_id for one in conditions if one.category_id is not None}
    products = {one.product_id for one in conditions if one.product_id is not None}
    everything = any(one.category_id is None and one.product_id is None for one in conditions)
    return or_(
        true() if everything else false(),
        Product.category_id.in_(categories),
        Product.chapter_id.in_(categories),
        Product.id.in_(products),
    )


_STATEMENT = select(
    PriceAgreement,
    select(func.count())
    .where(AgreementClient.agreement_id == PriceAgreement.id)
    .scalar_subquery()
    .label("clients"),
)


def _listing(statement: Any, day: date) -> Listing:
    coming = PriceAgreement.is_signed & (PriceAgreement.starts_on > day)
    over = PriceAgreement.is_signed & (PriceAgreement.ends_on < day)
    closed = ~PriceAgreement.is_signed & ~PriceAgreement.is_draft
    states = (
        Choice("draft", N_("in preparation"), PriceAgreement.is_draft),
        Choice("coming", N_("to come"), coming),
        Choice("force", N_("in force"), _in_force(day)),
        Choice("ending", N_("ends within 60 days"), _ending(day)),
        Choice("over", N_("over"), over | closed),
    )
    return Listing(
        statement,
        (PriceAgreement.id.desc(),),
        PriceAgreement.id,
        (Filter("state", N_("Status"), states),),
        (
            Sort("added", N_("Prepared on"), (PriceAgreement.created_at,)),
            Sort("start", N_("First day"), (PriceAgreement.starts_on,)),
            Sort("end", N_("Last day"), (PriceAgreement.ends_on,)),
        ),
        "-added",
    )


def _in_force(day: date) -> Any:
    between = (PriceAgreement.starts_on <= day) & (PriceAgreement.ends_on >= day)
    return PriceAgreement.is_signed & between


def _ending(day: date) -> Any:
    return _in_force(day) & (PriceAgreement.ends_on <= day + ENDING)
