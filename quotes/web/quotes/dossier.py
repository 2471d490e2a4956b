"""What the dossier page shows, read in a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.receivables.rules import LateInterest
from checkout.web.deliveries.shown import DeliveryShown, station_words
from checkout.web.invoices.bundles import composed_of
from checkout.web.orders.page import delivery_words, may_cancel
from checkout.web.steps.pick_up import destination_of
from checkout.web.steps.sums import Sums, sums_of
from quotes.procedure import PROCEDURE, QuoteStage, stage_at
from quotes.quotes.models import Quote
from quotes.quotes.records import lines_of
from quotes.quotes.rules import days_left, share_left
from quotes.quotes.stations import DONE, NOW, ShownState, shown_state
from quotes.web.quotes.invoicing import all_credited, interest_on, invoicing_words, longest_overdue
from quotes.web.quotes.made import Made, read_made
from quotes.web.quotes.promises import original_words, promise_of_quote
from quotes.web.signatories.shown import LinkShown, links_shown
from shop.clients.account_managers import account_manager_of
from shop.core.actors import Actor
from shop.core.parties import Contact, Parties, parties_from
from shop.core.sales import SaleLine
from shop.core.text import day_full, paris_day
from shop.core.workflow import Transition
from shop.dossiers.dossiers import content_of, journal_of
from shop.dossiers.models import Dossier, StoredFile
from shop.ops.clock import today
from shop.organisations.models import Organisation
from shop.organisations.payer_rules import requires_code, requires_engagement
from shop.organisations.rules import is_public_body
from shop.web.dossiers.journal import JournalLine, journal_lines
from shop.web.dossiers.page import Document, Station, documents_of, last_copy_in
from shop.web.kit.facts import fact
from shop.web.kit.site import current_language

#: The states of a quote whose original purchase order is awaited.
_AWAITING = PROCEDURE.sources_of("receive_scan")
#: What remains possible when the body is suspended.
STILL_OPEN = ("cancel", "refuse_purchase_order", "log_signed_quote")


@dataclass(frozen=True, slots=True)
class DossierPage:
    """One quote with everything that followed."""

    dossier: Dossier
    quote: Quote
    order: Order | None
    state: ShownState
    stations: list[Station]
    documents: list[Document]
    journal: list[JournalLine]
    lines: list[SaleLine]
    sums: Sums
    parties: Parties
    acts: dict[str, Transition]
    #: Whether the original is awaited and the quote still valid, whoever reads.
    awaiting: bool
    #: The invoice that is overdue for longest, if any.
    overdue: Invoice | None
    #: What the law adds to it today.
    interest: LateInterest | None
    days_left: int
    send_to: Sequence[str]
    invoices: Sequence[Invoice]
    delivery: DeliveryShown | None
    suspended: bool
    #: Whether the purchase order must bear a commitment number.
    body: Organisation
    may_tell_references: bool
    made: Made
    manager: Contact | None
    #: The links for the person who signs.
    links: Sequence[LinkShown]
    #: The copy of the purchase order that the next one replaces.
    last_copy: StoredFile | None
    #: The facts of the quote's issue, from the journal.
    issued: Mapping[str, Any]
    #: When each transition was made last, from the journal.
    done: Mapping[str, datetime]

    @property
    def quote_url(self) -> str:
        return url_for("dossiers.paper", number=self.dossier.number, paper_id=self.quote.paper_id)

    @property
    def quote_page(self) -> str:
        """The HTML twin of the quote."""
        return url_for("dossiers.read", number=self.dossier.number, paper_id=self.quote.paper_id)

    @property
    def renewed_from(self) -> str:
        return str(self.issued.get("renewed_from", ""))

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The conditions that the renewal changed."""
        return list(self.issued.get("changes", []))

    @property
    def destination(self) -> tuple[str, list[str]]:
        """Where the goods go, as a fact."""
        return destination_of((self.order or self.quote).shipping, self.parties)

    @property
    def may_return(self) -> bool:
        """Whether goods of the order were delivered."""
        return self.delivery is not None and self.delivery.has_goods

    @property
    def may_cancel_order(self) -> bool:
        """Whether what is left of the order can still be cancelled."""
        return self.order is not None and may_cancel(self.order)

    @property
    def pays_by_code(self) -> bool:
        """Whether the original must bear a service code."""
        return requires_code(self.parties, self.body.service_code_rule)

    @property
    def engagement_required(self) -> bool:
        """Whether the original must bear a commitment number."""
        return requires_engagement(self.parties, self.body.engagement_rule)

    @property
    def share_left(self) -> int:
        """What is left of the quote's time, in per cent."""
        return share_left(self.quote.valid_until, self.quote.issued_at, self.days_left)

    @property
    def is_credited(self) -> bool:
        """Whether there are invoices, and credit notes took all of each."""
        return all_credited(self.invoices)

    @property
    def is_paid(self) -> bool:
        """Whether there are invoices, and nothing is left to pay of any."""
        return bool(self.invoices) and not any(one.is_due for one in self.invoices)


def read_page(
    session: Session, dossier: Dossier, quote: Quote, *, by: Actor, at: datetime
) -> DossierPage:
    """Everything that the page of a quote's dossier shows to this person."""
    made, left = read_made(session, dossier, by=by), days_left(quote.valid_until, at)
    overdue = longest_overdue(made.invoices, today=paris_day(at))
    now = _state(quote, made, lapsed=left < 0, overdue=overdue)
    stage, entries = stage_at(quote.stage, lapsed=left < 0), journal_of(session, dossier.id)
    lines, parties = lines_of(session, quote.id), parties_from((made.order or quote).parties)
    body = session.get_one(Organisation, quote.organisation_id)
    suspended = not is_public_body(body.nature, body.verification)
    return DossierPage(
        dossier=dossier,
        quote=quote,
        order=made.order,
        state=now,
        stations=_stations(session, quote, made, stage, now),
        documents=_documents(session, dossier, made, stage),
        journal=journal_lines(entries),
        manager=account_manager_of(session, body),
        issued=next((entry.facts for entry in entries if entry.act == "issue"), {}),
        done={entry.act: entry.at for entry in entries},
        lines=lines,
        sums=sums_of(lines, language=dossier.language),
        parties=parties,
        acts=_open(stage, by, suspended=suspended),
        suspended=suspended and now.turn == "buyer",
        body=body,
        may_tell_references=made.takes_references,
        made=made,
        awaiting=stage in _AWAITING,
        overdue=overdue,
        interest=interest_on(session, overdue, today=paris_day(at)),
        days_left=left,
        send_to=content_of(session, quote.paper_id)["purchase_order_address"],
        invoices=made.invoices,
        delivery=made.delivery,
        links=links_shown(session, quote.id, by=by, at=at),
        last_copy=last_copy_in(session, dossier),
    )


def _state(quote: Quote, made: Made, *, lapsed: bool, overdue: Invoice | None) -> ShownState:
    order = made.order
    return shown_state(
        quote.stage,
        order.stage if order else None,
        lapsed=lapsed,
        overdue=overdue is not None,
        collected=order is not None and order.is_collected,
        credited=all_credited(made.invoices),
    )


def _open(stage: QuoteStage, by: Actor, *, suspended: bool) -> dict[str, Transition]:
    """The transitions open to this person, by name."""
    return {
        transition.name: transition
        for transition in PROCEDURE.open_transitions(stage, by)
        if not suspended or transition.name in STILL_OPEN
    }


def _stations(
    session: Session, quote: Quote, made: Made, stage: QuoteStage, now: ShownState
) -> list[Station]:
    """The four steps that a quote's dossier shows, each with its state and its lines of text. What
    an expired or cancelled quote has not reached does not follow any more.
    """
    issued = [
        fact(_("Issued"), quote.issued_at),
        day_full(quote.issued_at, current_language()),
        quote.number,
    ]
    original = original_words(session, quote, made.order, is_awaited=stage in _AWAITING)
    delivered, invoiced = [_("Nothing to follow")], [_("Nothing to follow")]
    if made.order is not None or stage in _AWAITING:
        delivered = [_("To follow"), *promise_of_quote(quote)]
        if made.order is not None:
            order = made.order
            delivered = delivery_words(order, made.notes) if made.notes else station_words(order)
        overdue = longest_overdue(made.invoices, today=today())
        invoiced = invoicing_words(quote, made.invoices, overdue)
    stations = (
        (_("QUOTE"), issued),
        (_("ORIGINAL PURCHASE ORDER"), original),
        (_("DELIVERY NOTE"), delivered),
        (_("INVOICING"), invoiced),
    )
    shown = list(now.stations)
    if made.delivery is not None and made.delivery.is_to_collect and shown[2] == DONE:
        shown[2] = NOW
    return [
        Station(name, status, words) for (name, words), status in zip(stations, shown, strict=True)
    ]


def _documents(session: Session, dossier: Dossier, made: Made, stage: QuoteStage) -> list[Document]:
    documents = documents_of(session, dossier)
    if made.order is not None:
        documents += composed_of(dossier, made.order, made.invoices)
    elif stage in _AWAITING:
        documents.append(
            Document(
                _("Delivery note, invoice and bank details"),
                _("Available here as soon as they are issued"),
            )
        )
    return documents
