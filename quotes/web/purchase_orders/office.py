"""Sales administration: the originals awaited, and what is recorded of each."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.receivables.rules import ClientOnHold
from quotes.procedure import PROCEDURE
from quotes.purchase_orders.expired import give_up
from quotes.purchase_orders.first_orders import logged_file
from quotes.purchase_orders.purchase_orders import (
    honour_late,
    log_signed_quote,
    record_original,
    refuse_purchase_order,
)
from quotes.purchase_orders.queue import count_awaited, count_expired, last_scan, next_awaited
from quotes.purchase_orders.rules import BodyNotVerified, DocumentsMissing, Mistake, ScanMissing
from quotes.purchase_orders.warnings import used_elsewhere
from quotes.quotes.models import Quote
from quotes.quotes.records import get_quote
from quotes.web.purchase_orders import blueprint
from quotes.web.purchase_orders.first_orders import missing_sentence
from quotes.web.purchase_orders.forms import (
    GivingUpForm,
    OriginalForm,
    RefusalForm,
    SignedQuoteForm,
)
from quotes.web.purchase_orders.mistakes import show_mistakes, tell_mistakes
from quotes.web.purchase_orders.page import original_page, render_queue, stage_now, tolerance
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.days import paris_day
from shop.documents.uploads import Upload
from shop.dossiers.models import Dossier, StoredFile
from shop.dossiers.papers import ORIGINAL, keep_file
from shop.ops.clock import now, today
from shop.web.kit.finding import found_dossiers
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import place_asked, place_url
from shop.web.kit.sent_files import takes_file, upload_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, sentence_of
from shop.web.kit.tabs import Late, Tab
from shop.web.kit.told import tell_done
from shop.web.verification.signal_lines import signal_lines

TAB = Tab(
    "purchase_orders.queue",
    _l("Originals awaited"),
    frozenset({SALES, SALES_ADMIN, ADMIN}),
    lambda _at: count_awaited(),
    order=20,
    about=_l("copies whose original is awaited"),
    late=Late(
        lambda at: count_expired(paris_day(at)),
        ("validity", "expired"),
        _l("%(num)s expired meanwhile"),
    ),
)


@blueprint.get("/bureau/bons-de-commande")
@staff_only(SALES, SALES_ADMIN)
def queue() -> Any:
    """The queue; `?q=` finds the quote of an original by its number, the purchase order's, or the
    client; several are listed.
    """
    asked = request.args.get("q", "").strip()[:100]
    if not asked:
        return render_queue()
    quotes = Dossier.guest_key.is_(None)
    found = found_dossiers(asked, place_asked(name="found"), only=quotes).dossiers
    if found.total == 1:
        place: dict[str, Any] = {name: value for name, value in request.args.items() if name != "q"}
        return redirect(url_for(".show", number=found[0].number, **place), 303)
    return render_queue(asked=asked, found=found)


@blueprint.get("/bureau/bons-de-commande/<number>")
@staff_only(SALES, SALES_ADMIN)
def show(number: str) -> Any:
    """One awaited original: its copy beside the record to fill in."""
    return original_page(number)


@blueprint.post("/bureau/bons-de-commande/<number>")
@staff_only(SALES_ADMIN)
@key_required
@takes_file
def record(number: str) -> Any:
    """Record the original and place the order; or show the form again with its errors."""
    form, by = OriginalForm(), actor()
    form.validate_on_submit()
    upload, status = upload_of(form.scan) if form.scan.data else (None, 422)
    reused = tell_mistakes(form, number, upload)
    if form.errors:
        return original_page(number, form, status, reused=reused)
    try:
        with database().transaction() as session:
            then = leads_to(session, _after(session, number))
            order = _accept(session, get_quote(session, number, by=by), form, upload, by=by)
            known = used_elsewhere(session, order.organisation_id, order.purchase_order or "")
    except Mistake as refusal:  # found under the lock only
        reused = show_mistakes(form, (refusal, *refusal.also))
        return original_page(number, form, 422, reused=reused)
    except DocumentsMissing as refusal:
        form.form_errors.append(missing_sentence(refusal))
        return original_page(number, form, 422)
    except (OutOfStock, BodyNotVerified, ClientOnHold) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return original_page(number, form, 422)
    tell_done(
        _(
            "Original of %(number)s recorded. Order %(order)s created and sent to preparation.",
            number=number,
            order=order.number,
        ),
        undo=_("Cancel order %(number)s", number=order.number),
        url=url_for("cancellations.show", number=order.number, back=then),
    )
    for line in signal_lines(known):
        flash(line, "info")
    return redirect(then, 303)


@blueprint.post("/bureau/bons-de-commande/<number>/refus")
@staff_only(SALES_ADMIN)
@key_required
def refuse(number: str) -> Any:
    """Refuse a purchase order that does not conform, with the reason."""
    form, by = RefusalForm(prefix="refusal"), actor()
    if not form.validate_on_submit():
        return original_page(number, other=form, status=422)
    with database().transaction() as session:
        then = leads_to(session, _after(session, number))
        refuse_purchase_order(
            session,
            get_quote(session, number, by=by),
            reason=form.reason.data or "",
            by=by,
            at=now(),
        )
    flash(
        _(
            "Purchase order of %(number)s refused. The reason is sent to the buyer by e-mail.",
            number=number,
        ),
        "good",
    )
    return redirect(then, 303)


@blueprint.post("/bureau/bons-de-commande/<number>/abandon")
@staff_only(SALES_ADMIN)
@key_required
def give_up_waiting(number: str) -> Any:
    """The original of an expired quote is awaited no longer."""
    form, by = GivingUpForm(prefix="giving-up"), actor()
    if not form.validate_on_submit():
        return original_page(number, other=form, status=422)
    with database().transaction() as session:
        then = leads_to(session, _after(session, number))
        quote = get_quote(session, number, by=by)
        give_up(session, quote, reason=form.reason.data or "", by=by, at=now())
    flash(_("The original of %(number)s is awaited no longer.", number=number), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/bons-de-commande/<number>/devis-signe")
@staff_only(SALES, SALES_ADMIN)
@key_required
def note_signed_quote(number: str) -> Any:
    """Record a signed quote; the buyer is told that it is not an order."""
    form, by = SignedQuoteForm(prefix="signed"), actor()
    if not form.validate_on_submit():
        return original_page(number, other=form, status=422)
    shown = place_url(".show", number=number)
    with database(shown).transaction() as session:
        quote = get_quote(session, number, by=by)
        log_signed_quote(session, quote, note=form.note.data or "", by=by, at=now())
    flash(
        _(
            "Recorded. The buyer is informed by e-mail that the original purchase order is still "
            "needed."
        ),
        "good",
    )
    return redirect(shown, 303)


def _after(session: Session, number: str) -> str:
    """The next original of the queue, or the queue."""
    following = next_awaited(session, number, today(), place_asked())
    return place_url(".show", number=following) if following else place_url(".queue")


def _accept(
    session: Session, quote: Quote, form: OriginalForm, upload: Upload | None, *, by: Actor
) -> Order:
    """The order of an original, in time or late. Raises ScanMissing and the services' errors."""
    at = now()
    scan = _scan(session, quote, upload, by)
    if scan is None:
        raise ScanMissing
    conformity = form.conformity(tolerance())
    if PROCEDURE.find("honour_late", stage_now(quote, at)):
        reason = form.late_reason.data or ""
        return honour_late(session, quote, conformity, scan, reason=reason, by=by, at=at)
    return record_original(session, quote, conformity, scan, by=by, at=at)


def _scan(session: Session, quote: Quote, upload: Upload | None, by: Actor) -> StoredFile | None:
    """The scan attached now, that of the original that was kept, or the last copy received."""
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
    return logged_file(session, quote.id) or last_scan(session, quote.id)
