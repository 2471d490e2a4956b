"""The page that a link opens: the quote, read without an account.

Its address has the token of the link. Opening it records nothing, since mail scanners follow links:
the person presses a button.
"""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.web.steps.pick_up import destination_of
from checkout.web.steps.sums import sums_of
from quotes.order_forms.order_forms import last_order_form
from quotes.procedure import PROCEDURE as QUOTES
from quotes.quotes.models import Quote
from quotes.quotes.records import lines_of
from quotes.signatories.links import acknowledge_quote, link_of_token, openings_of
from quotes.signatories.models import SignatoryLink
from quotes.signatories.rules import LinkDead
from quotes.web.order_forms.views import word_file
from quotes.web.signatories import blueprint
from shop.core.errors import NotFound
from shop.core.parties import parties_from
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.rules import is_public_body
from shop.web.dossiers.waiting import pdf_or_wait
from shop.web.kit.downloads import download
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/signataires/<token>")
@everybody
def quote(token: str) -> Any:
    """The quote, what to do, and the purchase order to print."""
    link, found = _opened(token)
    session = reading()
    parties, body = (
        parties_from(found.parties),
        session.get_one(Organisation, found.organisation_id),
    )
    html = render_template(
        "signatories/quote.html",
        token=token,
        link=link,
        quote=found,
        title=session.get_one(Dossier, found.dossier_id).title,
        lines=(lines := lines_of(session, found.id)),
        sums=sums_of(lines, language=found.language),
        parties=parties,
        destination=destination_of(found.shipping, parties),
        send_to=content_of(session, found.paper_id)["purchase_order_address"],
        is_awaited=QUOTES.find("receive_scan", found.stage) is not None
        and is_public_body(body.nature, body.verification),
        read_at=openings_of(session, found.id).get(link.id, ()),
        form_paper=last_order_form(session, found),
    )
    return _unlisted(html)


@blueprint.post("/signataires/<token>")
@everybody
@repeatable("that a quote was read is recorded once a day for each link: the first one stays")
def acknowledge(token: str) -> Any:
    """Record that the holder of the link has read the quote."""
    with database().transaction() as session:
        acknowledge_quote(session, token, by=actor(), at=now())
    flash(_("Thank you: the buyer is told that you have read this quote."), "good")
    return redirect(url_for(".quote", token=token), 303)


@blueprint.get("/signataires/<token>/devis.pdf")
@everybody
def quote_pdf(token: str) -> Any:
    """The quote as PDF, or the page that waits for it."""
    _link, found = _opened(token)
    return _pdf(token, reading().get_one(Paper, found.paper_id))


@blueprint.get("/signataires/<token>/bon-de-commande.pdf")
@everybody
def order_form_pdf(token: str) -> Any:
    """The purchase order to print as PDF, or the page that waits for it."""
    _link, found = _opened(token)
    return _pdf(token, _order_form(found))


@blueprint.get("/signataires/<token>/bon-de-commande.docx")
@everybody
def order_form_word(token: str) -> Any:
    """The purchase order as DOCX."""
    _link, found = _opened(token)
    return _unlisted(word_file(_order_form(found)))


@blueprint.errorhandler(LinkDead)
def over(refusal: LinkDead) -> Any:
    """The page of a link that is unknown, expired or withdrawn: it says why."""
    html = render_template("signatories/over.html", sentence=sentence_of(refusal))
    return _unlisted((html, refusal.status))


def _opened(token: str) -> tuple[SignatoryLink, Quote]:
    """The link and its quote. Raises LinkUnknown, LinkOver, LinkWithdrawn."""
    link = link_of_token(reading(), token, at=now())
    return link, reading().get_one(Quote, link.quote_id)


def _order_form(found: Quote) -> Paper:
    paper = last_order_form(reading(), found)
    if paper is None:
        raise NotFound(number=found.number)
    return paper


def _pdf(token: str, paper: Paper) -> Any:
    return _unlisted(pdf_or_wait(paper, _sent, back=url_for(".quote", token=token)))


def _sent(stored: StoredFile) -> Any:
    return download(stored.data, name=stored.filename, media_type=stored.media_type)


def _unlisted(answer: Any) -> Any:
    """An answer that no search engine keeps, nor any cache."""
    response = make_response(answer)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
