"""Administration des ventes: the originals awaited, and the one in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE, QuoteStage, stage_at
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.purchase_orders.purchase_orders import (
    honour_late,
    log_signed_quote,
    record_original,
    refuse_purchase_order,
)
from quotes.purchase_orders.queue import awaited, count_awaited, last_scan
from quotes.purchase_orders.rules import (
    BodyNotVerified,
    CommitmentNumberMissing,
    DatedTooEarly,
    NotConforming,
    ReceivedBeforeDated,
    ReceivedInFuture,
    ReferenceUsedBefore,
    ReferenceUsedElsewhere,
    ScanMissing,
    ServiceCodeMissing,
    WrongAmount,
    engagement_rule_of,
)
from quotes.purchase_orders.warnings import warnings_on
from quotes.quotes.models import Quote
from quotes.quotes.records import get_quote
from quotes.quotes.rules import LateReasonMissing, days_left
from quotes.web.purchase_orders import blueprint
from quotes.web.purchase_orders.forms import OriginalForm, RefusalForm, SignedQuoteForm
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import DomainError, NotFound
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.documents.scans import MOST_PAGES, page_count
from shop.documents.uploads import UploadRefused, read_upload
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import ORIGINAL, PDF, get_file, keep_file
from shop.ops.clock import now, today
from shop.organisations.contacts import signatories_of
from shop.organisations.models import Organisation
from shop.organisations.rules import is_public_body
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.kit.tabs import Tab
from shop.web.verification.signal_lines import signal_lines

#: Which field of the form a refusal stands beside.
BESIDE: dict[type[DomainError], str] = {
    NotConforming: "original_paper",
    WrongAmount: "amount",
    CommitmentNumberMissing: "engagement",
    ServiceCodeMissing: "service_code",
    ReceivedInFuture: "received_on",
    ReferenceUsedBefore: "reuse_confirmed",
    ReferenceUsedElsewhere: "reuse_confirmed",
    LateReasonMissing: "late_reason",
    ReceivedBeforeDated: "received_on",
    DatedTooEarly: "dated_on",
    ScanMissing: "scan",
}

TAB = Tab(
    "purchase_orders.queue",
    _l("Originals awaited"),
    frozenset({SALES, SALES_ADMIN, ADMIN}),
    count_awaited,
    order=20,
    about=_l("Record the originals of the purchase orders, refuse those that do not conform."),
)


@blueprint.get("/bureau/bons-de-commande")
@staff_only(SALES, SALES_ADMIN)
def queue() -> Any:
    """The queue; `?q=DE-…` finds the dossier of an original that came without a copy."""
    asked = request.args.get("q", "").strip().upper()
    if asked:
        found = reading().scalar(select(Quote.number).where(Quote.number == asked))
        if found:
            return redirect(url_for(".show", number=found), 303)
    rows = awaited(reading())
    return _render(rows, asked=asked)


@blueprint.get("/bureau/bons-de-commande/<number>")
@staff_only(SALES, SALES_ADMIN)
def show(number: str) -> Any:
    """One awaited original: its copy beside the record to fill in."""
    return _desk(number)


@blueprint.post("/bureau/bons-de-commande/<number>")
@staff_only(SALES_ADMIN)
def record(number: str) -> Any:
    """The original is in hand: the order is born, or the form says what is wrong."""
    form, by, at = OriginalForm(), actor(), now()
    if not form.validate_on_submit():
        return _desk(number, form, 422)
    try:
        upload = None
        if form.scan.data:
            upload = read_upload(form.scan.data, limit=settings().upload_limit)
        with database().transaction() as session:
            quote = get_quote(session, number, by=by)
            scan = _scan(session, quote, upload, by)
            if scan is None:
                raise ScanMissing
            if PROCEDURE.find("honour_late", _stage(quote, at)):
                order = honour_late(
                    session,
                    quote,
                    form.conformity(),
                    scan,
                    reason=form.late_reason.data or "",
                    by=by,
                    at=at,
                )
            else:
                order = record_original(session, quote, form.conformity(), scan, by=by, at=at)
    except UploadRefused as refusal:
        form.scan.errors = [sentence_of(refusal)]
        return _desk(number, form, 422)
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _desk(number, form, 422, reused=isinstance(refusal, ReferenceUsedBefore))
    except (OutOfStock, BodyNotVerified) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _desk(number, form, 422)
    flash(
        _(
            "Original recorded. Order %(order)s created and sent to preparation.",
            order=order.number,
        ),
        "good",
    )
    return redirect(url_for("quotes.show", number=number), 303)


@blueprint.post("/bureau/bons-de-commande/<number>/refus")
@staff_only(SALES_ADMIN)
def refuse(number: str) -> Any:
    """This paper is not good enough, and why."""
    form, by = RefusalForm(prefix="refusal"), actor()
    if not form.validate_on_submit():
        return _desk(number, refusal=form, status=422)
    with database().transaction() as session:
        refuse_purchase_order(
            session,
            get_quote(session, number, by=by),
            reason=form.reason.data or "",
            by=by,
            at=now(),
        )
    flash(_("Refused: the buyer is told why by e-mail."), "good")
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/bureau/bons-de-commande/<number>/devis-signe")
@staff_only(SALES, SALES_ADMIN)
def note_signed_quote(number: str) -> Any:
    """A signed quote came: noted, and the buyer told that it is not an order."""
    form, by = SignedQuoteForm(prefix="signed"), actor()
    if not form.validate_on_submit():
        return _desk(number, signed=form, status=422)
    with database().transaction() as session:
        quote = get_quote(session, number, by=by)
        log_signed_quote(session, quote, note=form.note.data or "", by=by, at=now())
    flash(_("Noted. The buyer is told that the original purchase order is still needed."), "good")
    return redirect(url_for(".show", number=number), 303)


def _stage(quote: Quote, at: datetime) -> QuoteStage:
    return stage_at(quote.stage, lapsed=days_left(quote.valid_until, at) < 0)


def _scan(session: Session, quote: Quote, upload: Any, by: Actor) -> StoredFile | None:
    """The scan attached now, or the last copy received."""
    if upload is not None:
        return keep_file(
            session,
            upload.data,
            kind=ORIGINAL,
            filename=upload.filename,
            media_type=upload.media_type,
            by=by,
            at=now(),
            dossier_id=quote.dossier_id,
        )
    return last_scan(session, quote.id)


def _desk(
    number: str,
    form: OriginalForm | None = None,
    status: int = 200,
    *,
    reused: bool = False,
    refusal: RefusalForm | None = None,
    signed: SignedQuoteForm | None = None,
) -> Any:
    session, by = reading(), actor()
    quote = session.scalar(select(Quote).where(Quote.number == number))
    if quote is None:
        raise NotFound(number=number)
    organisation = session.get_one(Organisation, quote.organisation_id)
    scans = session.execute(
        select(PurchaseOrderScan, StoredFile)
        .join(StoredFile, StoredFile.id == PurchaseOrderScan.file_id)
        .where(PurchaseOrderScan.quote_id == quote.id)
        .order_by(PurchaseOrderScan.id.desc())
    ).all()
    if form is None:
        form = _prefilled(quote, scans)
    left, stage = days_left(quote.valid_until, now()), _stage(quote, now())
    signals = warnings_on(
        session,
        quote,
        organisation,
        reference=form.reference.data or "",
        alert=Money(100 * settings().first_order_alert),
        at=now(),
    )
    return _render(
        awaited(session),
        status,
        quote=quote,
        organisation=organisation,
        scans=scans,
        form=form,
        refusal=refusal or RefusalForm(prefix="refusal", formdata=None),
        signed=signed or SignedQuoteForm(prefix="signed", formdata=None),
        reused=reused or bool(form.reuse_confirmed.data),
        left=left,
        pages=_pages(session, scans[0][1]) if scans else 0,
        acts={transition.name: transition for transition in PROCEDURE.open_transitions(stage, by)},
        signals=signal_lines(signals),
        engagement_rule=engagement_rule_of(
            parties_from(quote.parties), organisation.engagement_rule
        ),
        closed=not is_public_body(organisation.nature, organisation.verification),
        signatories=signatories_of(session, organisation.id),
    )


def _pages(session: Session, scan: StoredFile) -> int:
    """How many pages of a scanned PDF the viewer shows."""
    if scan.media_type != PDF:
        return 1
    return min(page_count(get_file(session, scan.id).data), MOST_PAGES)


def _prefilled(quote: Quote, scans: Sequence[Any]) -> OriginalForm:
    service = parties_from(quote.parties).paying_service
    return OriginalForm(
        formdata=None,
        reference=scans[0][0].reference if scans else "",
        service_code=service.service_code if service else "",
        received_on=today(),
    )


def _render(rows: Sequence[Any], status: int = 200, **page: Any) -> Any:
    context = {"quote": None, "asked": "", **page}
    html = render_template(
        "purchase_orders/desk.html",
        rows=rows,
        today=today(),
        at=now(),
        here="purchase_orders.queue",
        **context,
    )
    return html, status
