"""What the search box finds of `checkout/`: orders, their documents, money."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.payments.models import Transfer, TransferPart
from checkout.returns.models import Return
from checkout.statements.models import StatementMovement
from shop.core.money import Money
from shop.dossiers.models import Dossier, Paper
from shop.dossiers.papers import CREDIT_NOTE, INVOICE
from shop.storage.lookup import LookupKind
from shop.web.found import CLIENT, dossier_page, told, with_client
from shop.web.kit.found import FoundKind, FoundRow, Opens, Target
from shop.web.kit.sessions import actor


def _orders(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    columns = select(Order, Dossier.number, Dossier.title, CLIENT)
    rows = session.execute(
        with_client(columns.join(Dossier, Dossier.id == Order.dossier_id)).where(Order.id.in_(ids))
    )
    return {
        order.id: FoundRow(
            Target("orders.show", {"number": order.number}),
            order.number,
            told(client, order.purchase_order or "", title),
            order.ordered_at,
            order.including,
            number,
        )
        for order, number, title, client in rows
    }


def _papers(session: Session, ids: Sequence[int]) -> list[Any]:
    """Documents with their dossier, their order and their amount."""
    amount = Paper.content[("totals", "including")].as_integer()
    columns = select(Paper, Dossier.number, Order.number, CLIENT, amount)
    joined = columns.join(Dossier, Dossier.id == Paper.dossier_id).join(
        Order, Order.dossier_id == Dossier.id
    )
    return list(session.execute(with_client(joined).where(Paper.id.in_(ids))))


def _deliveries(session: Session, ids: Sequence[int], opens: Opens) -> dict[int, FoundRow]:
    for_staff = actor().is_staff and opens("deliveries.show")
    return {
        paper.id: FoundRow(
            Target("deliveries.show", {"number": order}) if for_staff else _read(paper, dossier),
            paper.number,
            told(client, order),
            paper.issued_at,
            dossier=dossier,
        )
        for paper, dossier, order, client, _amount in _papers(session, ids)
    }


def _invoices(session: Session, ids: Sequence[int], opens: Opens) -> dict[int, FoundRow]:
    """The accounting staff work on an invoice; anybody else reads the document."""
    pages = {INVOICE: "invoices.show", CREDIT_NOTE: "credits.show"}
    works = actor().is_staff and all(map(opens, pages.values()))
    return {
        paper.id: FoundRow(
            Target(pages[paper.kind], {"number": paper.number})
            if works and paper.kind in pages
            else _read(paper, dossier),
            paper.number,
            told(client, order, "" if paper.kind == INVOICE else _("Credit note")),
            paper.issued_at,
            Money(amount),
            dossier,
        )
        for paper, dossier, order, client, amount in _papers(session, ids)
    }


def _read(paper: Paper, dossier: str) -> Target:
    if actor().is_staff:
        return dossier_page(dossier)
    return Target("dossiers.read", {"number": dossier, "paper_id": paper.id})


def _returns(session: Session, ids: Sequence[int], opens: Opens) -> dict[int, FoundRow]:
    columns = select(Return, Dossier.number, Order.number, CLIENT)
    joined = columns.join(Order, Order.id == Return.order_id).join(
        Dossier, Dossier.id == Order.dossier_id
    )
    for_staff = actor().is_staff and opens("returns.show")
    return {
        one.id: FoundRow(
            Target("returns.show", {"number": one.number})
            if for_staff
            else Target("orders.show", {"number": order}),
            one.number,
            told(client, order),
            one.asked_at,
            dossier=dossier,
        )
        for one, dossier, order, client in session.execute(
            with_client(joined).where(Return.id.in_(ids))
        )
    }


def _transfers(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    rows = session.execute(
        select(Transfer, func.min(TransferPart.id))
        .join(TransferPart, TransferPart.transfer_id == Transfer.id)
        .where(Transfer.id.in_(ids))
        .group_by(Transfer.id)
    )
    return {
        one.id: FoundRow(
            Target("transfers.show", {"part_id": part_id}),
            one.reference,
            one.payer,
            one.received_on,
            one.amount,
        )
        for one, part_id in rows
    }


def _movements(session: Session, ids: Sequence[int], _opens: Opens) -> dict[int, FoundRow]:
    rows = session.scalars(select(StatementMovement).where(StatementMovement.id.in_(ids)))
    return {
        one.id: FoundRow(
            Target("statements.movement", {"movement_id": one.id}),
            one.wording,
            one.payer,
            one.booked_on,
            one.amount,
        )
        for one in rows
    }


FOUND_KINDS = (
    FoundKind(LookupKind.ORDER, _l("Orders"), "orders.show", _orders, for_buyers=True),
    FoundKind(
        LookupKind.DELIVERY, _l("Delivery notes"), "quotes.show", _deliveries, for_buyers=True
    ),
    FoundKind(
        LookupKind.INVOICE,
        _l("Invoices and credit notes"),
        "quotes.show",
        _invoices,
        for_buyers=True,
    ),
    FoundKind(LookupKind.RETURN, _l("Returns"), "orders.show", _returns, for_buyers=True),
    FoundKind(LookupKind.TRANSFER, _l("Transfers"), "transfers.show", _transfers),
    FoundKind(
        LookupKind.MOVEMENT, _l("Movements of statements"), "statements.movement", _movements
    ),
)
