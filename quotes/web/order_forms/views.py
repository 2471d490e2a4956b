"""Fill in a purchase order from a quote, and download it as PDF or DOCX."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from quotes.order_forms.order_forms import (
    filled_in,
    known_of,
    order_forms_of,
    prepare_order_form,
)
from quotes.order_forms.rules import TooManyOrderForms
from quotes.procedure import PROCEDURE, stage_at
from quotes.quotes.models import Quote
from quotes.quotes.records import get_quote
from quotes.quotes.rules import QuoteExpired, days_left
from quotes.web.order_forms import blueprint
from quotes.web.order_forms.forms import OrderForm
from shop.core.errors import NotFound
from shop.documents.word_files import MEDIA_TYPE, order_form_file
from shop.dossiers.dossiers import content_of, get_dossier
from shop.dossiers.models import Dossier, Paper
from shop.dossiers.papers import ORDER_FORM
from shop.ops.clock import now
from shop.web.kit.downloads import download
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/devis/<number>/modele-de-bon-de-commande")
@reader_of_dossier(PROCEDURE, "prepare_order_form")
def show(number: str) -> Any:
    """The form, with what is known already, and the purchase orders that were filled in."""
    return _page(number)


@blueprint.post("/devis/<number>/modele-de-bon-de-commande")
@reader_of_dossier(PROCEDURE, "prepare_order_form")
@key_required
def prepare(number: str) -> Any:
    """Fill in a purchase order with these answers."""
    form, by = OrderForm(), actor()
    if not form.validate_on_submit():
        return _page(number, form, 422)
    shown = place_url(".show", number=number)
    try:
        with database(shown).transaction() as session:
            quote = get_quote(session, number, by=by)
            prepare_order_form(session, quote, form.filled, by=by, at=now())
    except (TooManyOrderForms, QuoteExpired) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(number, form, 422)
    flash(_("The purchase order is filled in: download it below."), "good")
    return redirect(shown, 303)


@blueprint.get("/devis/<number>/modele-de-bon-de-commande/<int:paper_id>.docx")
@reader_of_dossier()
def word(number: str, paper_id: int) -> Any:
    """The purchase order as DOCX, to be completed in a word processor."""
    dossier = get_dossier(reading(), number, by=actor())
    paper = reading().scalar(
        select(Paper).where(
            Paper.id == paper_id, Paper.dossier_id == dossier.id, Paper.kind == ORDER_FORM
        )
    )
    if paper is None:
        raise NotFound(number=number)
    return word_file(paper)


def word_file(paper: Paper) -> Any:
    """The answer with the DOCX of a purchase order: it is made of its frozen content."""
    data = order_form_file(content_of(reading(), paper.id), language=paper.language)
    answer = download(data, name=f"bon-de-commande-{paper.number}.docx", media_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _page(number: str, form: OrderForm | None = None, status: int = 200) -> Any:
    session, by, at = reading(), actor(), now()
    dossier: Dossier = get_dossier(session, number, by=by)
    quote = session.scalar(select(Quote).where(Quote.dossier_id == dossier.id))
    if quote is None:
        raise NotFound(number=number)
    made = order_forms_of(session, quote)
    stage = stage_at(quote.stage, lapsed=days_left(quote.valid_until, at) < 0)
    if PROCEDURE.find("prepare_order_form", stage) is None:
        return redirect(url_for("quotes.show", number=number, back=came_from() or None), 303)
    if form is None:
        form = OrderForm(formdata=None)
        form.show(filled_in(session, made[-1]) if made else known_of(session, quote))
    content = content_of(session, quote.paper_id)
    html = render_template(
        "order_forms/show.html",
        quote=quote,
        form=form,
        made=list(reversed(made)),
        send_to=content["purchase_order_address"],
        back=came_from() or None,
    )
    return html, status
