"""What an organisation spends, or what the shop sells, excluding VAT: the invoices of a list less
its credit notes, by year, by establishment, by paying service and by family of goods; for the
office, by client too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    cast,
    extract,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNoteLine
from checkout.invoices.models import Invoice, InvoiceLine
from checkout.ledger.criteria import party
from checkout.ledger.documents import Asked, select_documents
from checkout.ledger.rows import sees_all_clients
from checkout.orders.models import Order, OrderLine
from shop.catalogue.models import Category, Product
from shop.core.money import Money, total
from shop.dossiers.models import Dossier
from shop.organisations.models import Establishment, Organisation
from shop.register.rules import Nature


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was spent; `label` is empty for what has no name of its own. `share` is its
    length beside the greatest part, in hundredths; nothing below zero is drawn.
    """

    label: str
    excluding: Money
    share: int


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent, cut in several ways; each adds up to the `whole`. `clients` is empty for who
    reads their own documents.
    """

    years: Sequence[Part]
    establishments: Sequence[Part]
    services: Sequence[Part]
    families: Sequence[Part]
    clients: Sequence[Part] = ()

    @property
    def whole(self) -> Money:
        return total([one.excluding for one in self.years])


def spend_of(session: Session, asked: Asked, language: str) -> Spend:
    """What the documents of the list come to; the families of goods are those of the catalogue of
    today. Raises NotAllowed.
    """
    return Spend(
        years=_parts(session, _by_year(asked)),
        establishments=_parts(session, _by_establishment(asked)),
        services=_parts(session, _by_service(asked)),
        families=_parts(session, _by_family(asked, language)),
        clients=_parts(session, _by_client(asked)) if sees_all_clients(asked.by) else (),
    )


def parts_of(rows: Sequence[tuple[str, int]]) -> list[Part]:
    """Labels with their cents, as parts."""
    most = max((cents for _label, cents in rows), default=0)
    return [
        Part(label, Money(cents), max(0, cents * 100 // most) if most > 0 else 0)
        for label, cents in rows
    ]


def _parts(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Part]:
    """The parts of rows of names and a sum: what has a name and a number is called by both."""
    rows = session.execute(statement).all()
    return parts_of([(" · ".join(str(one) for one in row[:-1] if one), row[-1]) for row in rows])


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _by_year(asked: Asked) -> Select[*tuple[Any, ...]]:
    rows = select_documents(asked, "issued_on", "excluding").subquery()
    year = extract("year", rows.c.issued_on)
    return select(year, _sum(rows.c.excluding)).group_by(year).order_by(year.desc())


def _by_establishment(asked: Asked) -> Select[*tuple[Any, ...]]:
    rows = select_documents(asked, "excluding", Dossier.establishment_id).subquery()
    spent = _sum(rows.c.excluding)
    return (
        select(Establishment.name, Establishment.siret, spent)
        .select_from(rows)
        .outerjoin(Establishment, Establishment.id == rows.c.establishment_id)
        .group_by(Establishment.name, Establishment.siret)
        .order_by(spent.desc(), Establishment.siret)
    )


def _by_client(asked: Asked) -> Select[*tuple[Any, ...]]:
    """The organisations; all private customers are one part."""
    rows = select_documents(asked, "excluding", Dossier.organisation_id).subquery()
    spent = _sum(rows.c.excluding)
    return (
        select(Organisation.name, Organisation.customer_code, spent)
        .select_from(rows)
        .outerjoin(Organisation, Organisation.id == rows.c.organisation_id)
        .group_by(Organisation.id, Organisation.name, Organisation.customer_code)
        .order_by(spent.desc(), Organisation.id)
    )


def _by_service(asked: Asked) -> Select[*tuple[Any, ...]]:
    name, code = (party("paying_service", key).label(key) for key in ("name", "service_code"))
    rows = select_documents(asked, "excluding", name, code).subquery()
    named, coded = (func.coalesce(rows.c[key], "") for key in ("name", "service_code"))
    spent = _sum(rows.c.excluding)
    return select(named, coded, spent).group_by(named, coded).order_by(spent.desc(), named, coded)


def _by_family(asked: Asked, language: str) -> Select[*tuple[Any, ...]]:
    found = select_documents(asked, "invoice_id", "credit_note_id", Invoice.order_id).cte("found")
    lines = union_all(_invoiced(found), _credited(found)).subquery("lines")
    name = Category.name_en if language == "en" else Category.name
    spent = _sum(lines.c.cents)
    position = and_(OrderLine.order_id == lines.c.order_id, OrderLine.position == lines.c.position)
    return (
        select(name, spent)
        .select_from(lines)
        .join(OrderLine, position)
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .group_by(Category.id, name)
        .order_by(spent.desc(), Category.id)
    )


def spend_of_bodies(session: Session, asked: Asked, language: str) -> list[tuple[str, str, Money]]:
    """What each public body spends in each family of goods, excluding VAT: the body by its name and
    number, the family in that language, empty for what is no product. Raises NotAllowed.
    """
    found = select_documents(asked, "invoice_id", "credit_note_id", Invoice.order_id).cte("found")
    lines = union_all(_invoiced(found), _credited(found)).subquery("lines")
    name = Category.name_en if language == "en" else Category.name
    position = and_(OrderLine.order_id == lines.c.order_id, OrderLine.position == lines.c.position)
    body = (Organisation.name, Organisation.customer_code)
    rows = session.execute(
        select(*body, name, _sum(lines.c.cents))
        .select_from(lines)
        .join(OrderLine, position)
        .join(Order, Order.id == lines.c.order_id)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .where(Organisation.nature == Nature.PUBLIC)
        .group_by(Organisation.id, *body, Category.id, name)
        .order_by(Organisation.id, Category.id)
    )
    return [
        (" · ".join(one for one in (body, code) if one), family or "", Money(cents))
        for body, code, family, cents in rows
    ]


def _invoiced(found: CTE) -> Select[*tuple[Any, ...]]:
    cents = cast(InvoiceLine.amount, BigInteger).label("cents")
    return (
        select(found.c.order_id, InvoiceLine.position, cents)
        .join(InvoiceLine, InvoiceLine.invoice_id == found.c.invoice_id)
        .where(found.c.credit_note_id.is_(None))
    )


def _credited(found: CTE) -> Select[*tuple[Any, ...]]:
    cents = (-cast(CreditNoteLine.amount, BigInteger)).label("cents")
    return select(found.c.order_id, CreditNoteLine.position, cents).join(
        CreditNoteLine, CreditNoteLine.credit_note_id == found.c.credit_note_id
    )
