"""The page of the originals awaited: the queue, and one of them beside its conformity record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE, QuoteStage, stage_at
from quotes.purchase_orders.first_orders import find_logged, missing_before
from quotes.purchase_orders.limits import original_limits_at
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.purchase_orders.queue import awaited, count_awaited
from quotes.purchase_orders.warnings import warnings_on
from quotes.quotes.models import Quote
from quotes.quotes.rules import days_left
from quotes.web.purchase_orders.forms import (
    GivingUpForm,
    LogForm,
    OriginalForm,
    RefusalForm,
    SignedQuoteForm,
)
from shop.core.actors import ADMIN, Actor
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.documents.scans import MOST_PAGES, page_count
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import get_file
from shop.ops.clock import now, today
from shop.organisations.contacts import signatories_of
from shop.organisations.models import Organisation
from shop.organisations.payer_rules import requires_code, requires_engagement
from shop.organisations.rules import is_public_body
from shop.storage.paging import read_number
from shop.wanted_documents.rules import NAMES
from shop.web.kit.client_notices import notices_about
from shop.web.kit.forms import ShopForm
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading
from shop.web.verification.signal_lines import signal_lines

#: A copy received, and its file.
Scans = Sequence[Any]


def original_page(
    number: str,
    form: OriginalForm | None = None,
    status: int = 200,
    *,
    reused: bool = False,
    other: RefusalForm | SignedQuoteForm | GivingUpForm | LogForm | None = None,
) -> Any:
    """One awaited original; the forms as they were sent, when one of them has errors. `reused`:
    the number of the purchase order served before. Raises NotFound."""
    session, by, at = reading(), actor(), now()
    quote = session.scalar(select(Quote).where(Quote.number == number))
    if quote is None:
        raise NotFound(number=number)
    organisation = session.get_one(Organisation, quote.organisation_id)
    scans = _scans_of(session, quote)
    if form is None:
        form = _prefilled(quote, scans)
    return render_queue(
        status,
        quote=quote,
        organisation=organisation,
        notices=notices_about(session, organisation.id),
        scans=scans,
        form=form,
        **_others(other),
        reused=reused or bool(form.reuse_confirmed.data),
        pages=_pages(session, scans[0][1]) if scans else 0,
        **_signals(session, quote, organisation, form.reference.data or "", at=at),
        signatories=signatories_of(session, organisation.id),
        **_possible(quote, organisation, by=by, at=at),
        missing=[_(NAMES[one.kind]) for one in missing_before(session, organisation.id, at=at)],
        logged=find_logged(session, quote.id),
    )


def _others(sent: ShopForm | None) -> dict[str, ShopForm]:
    """The forms beside the record: the one that was sent as it was, the others empty."""
    kinds = {
        "refusal": RefusalForm,
        "signed": SignedQuoteForm,
        "giving_up": GivingUpForm,
        "log": LogForm,
    }
    return {
        name: sent if isinstance(sent, kind) else kind(prefix=name.replace("_", "-"), formdata=None)
        for name, kind in kinds.items()
    }


def render_queue(status: int = 200, **page: Any) -> Any:
    """The queue, with the original of `page` when there is one."""
    context = {"quote": None, "asked": "", "found": (), **page}
    quote = context["quote"]
    rows = awaited(reading(), today(), place_asked(quote.number if quote else None))
    html = render_template(
        "purchase_orders/desk.html",
        rows=rows,
        query=kept(rows),
        copies=read_number(reading(), count_awaited()),
        today=today(),
        at=now(),
        here="purchase_orders.queue",
        **context,
    )
    return html, status


def tolerance() -> Money:
    """The difference from its quote that an original may have without a reason."""
    return original_limits_at(reading(), now()).tolerance


def stage_now(quote: Quote, at: datetime) -> QuoteStage:
    """The state of a quote, expired after its last day even before the worker has written it."""
    return stage_at(quote.stage, lapsed=days_left(quote.valid_until, at) < 0)


def _scans_of(session: Session, quote: Quote) -> Scans:
    """The copies received, the newest first."""
    return session.execute(
        select(PurchaseOrderScan, StoredFile)
        .join(StoredFile, StoredFile.id == PurchaseOrderScan.file_id)
        .where(PurchaseOrderScan.quote_id == quote.id)
        .order_by(PurchaseOrderScan.id.desc())
    ).all()


def _possible(
    quote: Quote, organisation: Organisation, *, by: Actor, at: datetime
) -> dict[str, Any]:
    """What may still be done with the quote, and what its original must bear."""
    parties = parties_from(quote.parties)
    open_now = PROCEDURE.open_transitions(stage_now(quote, at), by)
    return {
        "is_awaited": stage_now(quote, at) in PROCEDURE.sources_of("record_original"),
        "left": days_left(quote.valid_until, at),
        "acts": {transition.name: transition for transition in open_now},
        "engagement_required": requires_engagement(parties, organisation.engagement_rule),
        "pays_by_code": requires_code(parties, organisation.service_code_rule),
        "tolerance": tolerance(),
        "may_accept_difference": by.has(ADMIN),
        "closed": not is_public_body(organisation.nature, organisation.verification),
    }


def _signals(
    session: Session, quote: Quote, organisation: Organisation, reference: str, *, at: datetime
) -> dict[str, list[str]]:
    """What is to be checked before the original is recorded, and what is only to be known."""
    alert = original_limits_at(session, at).first_order
    found = warnings_on(session, quote, organisation, reference=reference, alert=alert, at=at)
    return {
        "signals": signal_lines(one for one in found if not one.informs),
        "informed": signal_lines(one for one in found if one.informs),
    }


def _pages(session: Session, scan: StoredFile) -> int:
    """How many pages of a scan the viewer shows."""
    if not scan.has_pages:
        return 1
    return min(page_count(get_file(session, scan.id).data), MOST_PAGES)


def _said(scans: Scans, column: str) -> Any:
    """What the senders of the copies said last; "" where nobody said it."""
    told = (getattr(scan, column) for scan, _file in scans)
    return next((one for one in told if one), "")


def _prefilled(quote: Quote, scans: Sequence[Any]) -> OriginalForm:
    service = parties_from(quote.parties).paying_service
    return OriginalForm(
        formdata=None,
        reference=_said(scans, "reference"),
        dated_on=_said(scans, "dated_on") or None,
        engagement=_said(scans, "engagement"),
        signatory_name=_said(scans, "signatory_name"),
        signatory_capacity=_said(scans, "signatory_capacity"),
        service_code=_said(scans, "service_code") or (service.service_code if service else ""),
        received_on=today(),
    )
