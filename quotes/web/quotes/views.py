"""The buyer's pages of a dossier: the list, the page, its cancellation and renewal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.web.orders.beside import Link, office_side
from quotes.procedure import PROCEDURE
from quotes.purchase_orders.first_orders import missing_before
from quotes.quotes.lists import own_files
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from quotes.quotes.records import get_quote
from quotes.web.purchase_orders.scan_forms import ScanForm
from quotes.web.quotes import blueprint
from quotes.web.quotes.dossier import DossierPage, read_page
from quotes.web.quotes.listed import ordered_late, read_files
from quotes.web.quotes.way import quote_context
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import paris_day
from shop.dossiers.dossiers import get_dossier
from shop.dossiers.papers import is_archived
from shop.ops.clock import now
from shop.questions.questions import questions_of
from shop.storage.paging import page_of
from shop.wanted_documents.documents import Item
from shop.wanted_documents.rules import NAMES
from shop.web.dossiers.waiting import LONG, LOOK_AGAIN
from shop.web.kit.found import may_open
from shop.web.kit.guards import reader_of_dossier, signed_in
from shop.web.kit.paging import came_from, kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


@blueprint.get("/devis")
@signed_in
def index() -> Any:
    """« Mes dossiers »: the newest first, a page at a time."""
    at = now()
    listed = own_files(actor(), overdue=ordered_late(at), today=paris_day(at))
    files = read_files(reading(), page_of(reading(), listed, place_asked()), at=at)
    return render_template("quotes/index.html", files=files, query=kept(files), **quote_context())


@blueprint.get("/devis/<number>")
@reader_of_dossier()
def show(number: str) -> Any:
    """The page of a dossier: four steps, what is missing, the documents, the journal."""
    return dossier_page(number, ScanForm())


def dossier_page(number: str, form: ScanForm, status: int = 200) -> Any:
    """The page of a dossier, with the form for the copy of the purchase order."""
    session, by = reading(), actor()
    dossier = get_dossier(session, number, by=by)
    quote = session.scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        order = session.scalar(select(Order.number).where(Order.dossier_id == dossier.id))
        if order is None:
            raise NotFound(number=number)
        return redirect(url_for("orders.show", number=order, back=came_from() or None), 303)
    page = read_page(session, dossier, quote, by=by, at=now())
    back = came_from() or None
    acts = _acts(page, back) if by.is_staff else ()
    side = office_side(session, dossier, page.order, page.invoices, acts) if by.is_staff else None
    html = render_template(
        "quotes/show.html",
        page=page,
        questions=questions_of(session, dossier.id, by=by),
        number=number,
        form=form,
        back=back,
        office=side,
        drawn=request.args.get("drawn", ""),
        wanted=_wanted(session, page),
        document_names=NAMES,
    )
    headers = {}
    if request.args.get("drawn") == "pdf" and status == 200:
        headers = _download(session, quote, page.quote_url)
    return html, status, headers


def _wanted(session: Session, page: DossierPage) -> tuple[Item, ...]:
    """The documents that are wanted before the first order, while its original is awaited."""
    if not page.awaiting:
        return ()
    return missing_before(session, page.quote.organisation_id, at=now())


def _acts(page: DossierPage, back: str | None) -> list[Link]:
    """The acts on the quote that this member of the staff may do, with the way to each."""
    number, acts = page.quote.number, page.acts
    found = []
    if "receive_scan" in acts:
        words = _("Enter a copy that came by post or e-mail")
        found.append((words, url_for("quotes.show", number=number, back=back, _anchor="copy")))
    if ("record_original" in acts or "honour_late" in acts) and may_open("purchase_orders.show"):
        url = url_for("purchase_orders.show", number=number)
        found.append((_("Record the original"), url))
    if "renew" in acts:
        found.append((_("Renew this quote"), url_for("quotes.renewal", number=number, back=back)))
    if "cancel" in acts:
        found.append((_("Cancel this file"), url_for("quotes.cancel", number=number, back=back)))
    return found


def _download(session: Session, quote: Quote, url: str) -> dict[str, str]:
    """The download of a new quote begins by itself. The page stays where it is, and looks again
    until the worker has made the PDF.
    """
    if is_archived(session, quote.paper_id):
        return {"Refresh": f"1; url={url}"}
    return {"Refresh": str(LOOK_AGAIN)} if now() - quote.issued_at < LONG else {}


def after_act(number: str, *, by: Actor) -> str:
    """Where somebody is after an act on a dossier: the buyer on its page; the staff where they came
    from, else at its place among the originals.
    """
    if not by.is_staff:
        return url_for("quotes.show", number=number)
    return came_from(url_for("purchase_orders.show", number=number))


@blueprint.get("/devis/<number>/annulation")
@reader_of_dossier(PROCEDURE, "cancel")
def cancel(number: str) -> Any:
    """Ask before a quote is cancelled."""
    session = reading()
    dossier = get_dossier(session, number, by=actor())
    quote = session.scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        raise NotFound(number=number)
    back = came_from() or None
    return render_template("quotes/cancel.html", quote=quote, dossier=dossier, back=back)


@blueprint.post("/devis/<number>/annulation")
@reader_of_dossier(PROCEDURE, "cancel")
def confirm_cancel(number: str) -> Any:
    """Cancel the quote and release its reservation."""
    by = actor()
    then = after_act(number, by=by)
    with database(then).transaction() as session:
        cancel_quote(session, get_quote(session, number, by=by), by=by, at=now())
    flash(_("File %(number)s is cancelled.", number=number), "good")
    return redirect(then, 303)
