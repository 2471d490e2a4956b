"""What the dossier page shows, read in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import notes_of
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.web.orders.page import delivery_words
from checkout.web.steps.sums import Sums, sums_of
from quotes.procedure import PROCEDURE, stage_at
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from quotes.quotes.records import lines_of
from quotes.quotes.rules import days_left
from quotes.quotes.stations import Standing, standing
from shop.clients.account_managers import account_manager_of
from shop.core.actors import Actor
from shop.core.parties import Contact, Parties, parties_from
from shop.core.sales import SaleLine
from shop.core.text import day, day_full, paris_day
from shop.core.workflow import Transition
from shop.dossiers.dossiers import content_of, journal_of
from shop.dossiers.models import Dossier
from shop.organisations.models import Organisation
from shop.organisations.rules import is_public_body
from shop.web.dossiers.journal import JournalLine, journal_lines
from shop.web.dossiers.page import Document, Station, documents_of
from shop.web.kit.site import current_language

#: What remains possible when the body is suspended.
STILL_OPEN = ("cancel", "refuse_purchase_order", "log_signed_quote")


@dataclass(frozen=True, slots=True)
class DossierPage:
    """One quote with everything that followed."""

    dossier: Dossier
    quote: Quote
    order: Order | None
    standing: Standing
    stations: list[Station]
    documents: list[Document]
    journal: list[JournalLine]
    lines: list[SaleLine]
    sums: Sums
    parties: Parties
    acts: dict[str, Transition]
    days_left: int
    share_left: int
    send_to: Sequence[str]
    quote_url: str
    invoices: Sequence[Invoice]
    suspended: bool
    manager: Contact | None
    renewed_from: str
    changes: list[dict[str, Any]]


def read_page(
    session: Session, dossier: Dossier, quote: Quote, *, by: Actor, at: datetime
) -> DossierPage:
    """Everything that the page of a quote's dossier shows to this person."""
    order = session.scalar(select(Order).where(Order.dossier_id == dossier.id))
    notes: Sequence[DeliveryNote] = []
    invoices: Sequence[Invoice] = []
    if order is not None:
        notes, invoices = notes_of(session, order.id), invoices_of(session, order.id)
    left = days_left(quote.valid_until, at)
    now = standing(quote.stage, order.stage if order else None, lapsed=left < 0)
    stage = stage_at(quote.stage, lapsed=left < 0)
    lines = lines_of(session, quote.id)
    scanned = session.scalar(
        select(PurchaseOrderScan.received_at)
        .where(PurchaseOrderScan.quote_id == quote.id)
        .order_by(PurchaseOrderScan.id.desc())
        .limit(1)
    )
    content = content_of(session, quote.paper_id)
    body = session.get_one(Organisation, quote.organisation_id)
    suspended = not is_public_body(body.nature, body.verification)
    entries = journal_of(session, dossier.id)
    issued = next((entry.facts for entry in entries if entry.act == "issue"), {})
    return DossierPage(
        dossier=dossier,
        quote=quote,
        order=order,
        standing=now,
        stations=_stations(quote, order, now, notes, invoices, scanned),
        documents=_documents(session, dossier, order),
        journal=journal_lines(entries),
        manager=account_manager_of(session, body),
        renewed_from=issued.get("renewed_from", ""),
        changes=issued.get("changes", []),
        lines=lines,
        sums=sums_of(lines, public=True),
        parties=parties_from(quote.parties),
        acts={
            transition.name: transition
            for transition in PROCEDURE.open_transitions(stage, by)
            if not suspended or transition.name in STILL_OPEN
        },
        suspended=suspended and now.turn == "buyer",
        days_left=left,
        share_left=_share(quote.valid_until, quote.issued_at, left),
        send_to=content["purchase_order_address"],
        quote_url=url_for("dossiers.paper", number=dossier.number, paper_id=quote.paper_id),
        invoices=invoices,
    )


def _share(valid_until: date, issued_at: datetime, left: int) -> int:
    """How much of a quote's life remains, in per cent of its days in Paris."""
    whole = max(1, (valid_until - paris_day(issued_at)).days)
    return max(0, min(100, round(100 * left / whole)))


def _stations(
    quote: Quote,
    order: Order | None,
    now: Standing,
    notes: Sequence[DeliveryNote],
    invoices: Sequence[Invoice],
    scanned: datetime | None,
) -> list[Station]:
    language = current_language()
    last = _("until %(day)s inclusive", day=day_full(quote.valid_until, language))
    if order is not None:
        original = [_("Original received"), day_full(order.ordered_at, language), order.number]
    elif scanned is not None:
        original = [_("Copy received, original awaited"), last]
    else:
        original = [_("Awaited"), last]
    delivery = [_("To come")]
    if notes:
        delivery = delivery_words(notes)
    service = parties_from(quote.parties).paying_service
    invoicing = [_("To come")]
    if service is not None:
        invoicing.append(_("to %(service)s", service=service.name))
    if invoices:
        last_invoice = invoices[-1]
        paid = all(invoice.paid == invoice.including for invoice in invoices)
        invoicing = [
            _("Paid") if paid else _("Invoice issued"),
            _("due on %(day)s", day=day(last_invoice.due_on, language)),
            last_invoice.number,
        ]
    names = (
        _("QUOTE"),
        _("ORIGINAL PURCHASE ORDER"),
        _("DELIVERY NOTE"),
        _("INVOICING"),
    )
    issued = [_("Issued"), day_full(quote.issued_at, language), quote.number]
    told = (issued, original, delivery, invoicing)
    return [
        Station(name, status, words)
        for name, status, words in zip(names, now.stations, told, strict=True)
    ]


def _documents(session: Session, dossier: Dossier, order: Order | None) -> list[Document]:
    documents = documents_of(session, dossier)
    if order is None:
        documents.append(
            Document(
                _("Delivery note, invoice and bank details"),
                _("They will appear here as soon as they are issued"),
            )
        )
    return documents
