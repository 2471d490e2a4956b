"""The client asks for a return of delivered goods, follows it, prints its slip."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.returns.models import Return
from checkout.returns.returns import ask_return, may_withdraw, returnable, take_return_back
from checkout.returns.rules import (
    MOST_PHOTOGRAPHS,
    MoreThanDelivered,
    NothingToReturn,
    NoUnitsToReturn,
    ReturnWordsMissing,
    TooManyPhotographs,
)
from checkout.web.orders.sessions import key_of
from checkout.web.returns import blueprint
from checkout.web.returns.forms import REASONS, ReturnForm, return_form
from checkout.web.returns.shown import show_return, shown_returns
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.parties import parties_from
from shop.documents.uploads import Upload, UploadRefused, read_upload
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.dossiers.papers import RETURN, keep_file
from shop.letterheads.identity import identity_from
from shop.letterheads.letterheads import current_letterhead
from shop.ops.clock import now
from shop.storage.db import get_locked
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required
from shop.web.kit.sent_files import takes_file
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings


@blueprint.get("/commandes/<number>/retour")
@reader_of_dossier(guests=True)
def ask(number: str) -> Any:
    """The returns of an order, and the form of a new one; within the period of withdrawal, a
    consumer withdraws instead.
    """
    order, _dossier = _own(number)
    return _page(number, return_form(returnable(reading(), order)))


@blueprint.post("/commandes/<number>/retour")
@reader_of_dossier(guests=True)
@takes_file
@key_required
def send(number: str) -> Any:
    """Ask for the return."""
    order, dossier = _own(number)
    form, shown = return_form(returnable(reading(), order)), url_for(".ask", number=number)
    valid, status, uploads = form.validate_on_submit(), 422, list[Upload]()
    try:
        if len(form.files) > MOST_PHOTOGRAPHS:
            raise TooManyPhotographs(most=MOST_PHOTOGRAPHS)
        uploads = [read_upload(one, limit=settings().upload_limit) for one in form.files]
    except (UploadRefused, TooManyPhotographs) as refusal:
        form.photographs.errors, valid, status = [sentence_of(refusal)], False, refusal.status
    if not valid:
        return _page(number, form), status
    by = _author(order)
    try:
        with database(shown).transaction() as session:
            locked = get_locked(session, Order, order.id)
            files = _keep(session, uploads, dossier.id, by)
            row = ask_return(session, locked, form.asked, files, by=by, at=now())
    except (NothingToReturn, NoUnitsToReturn) as refusal:
        form.say(refusal)
        return _page(number, form), 422
    except ReturnWordsMissing as refusal:
        form.words.errors = [sentence_of(refusal)]
        return _page(number, form), 422
    except MoreThanDelivered as refusal:
        form.say(refusal)
        return _page(number, form), 422
    flash(
        _("Return %(number)s has been requested: we answer by e-mail.", number=row.number), "good"
    )
    return redirect(shown, 303)


@blueprint.post("/commandes/<number>/retour/<reference>/reprise")
@reader_of_dossier(guests=True)
def take_back(number: str, reference: str) -> Any:
    """The goods stay with the client."""
    order, _dossier = _own(number)
    row, shown = _named(order, reference), url_for(".ask", number=number)
    with database(shown).transaction() as session:
        locked = get_locked(session, Order, order.id)
        again = get_locked(session, Return, row.id)
        take_return_back(session, again, locked, by=_author(order), at=now())
    flash(_("Your request has been taken back."), "good")
    return redirect(shown, 303)


@blueprint.get("/commandes/<number>/retour/<reference>/bordereau")
@reader_of_dossier(guests=True)
def slip(number: str, reference: str) -> Any:
    """The return slip, to be printed and enclosed with the goods."""
    order, _dossier = _own(number)
    row = _named(order, reference)
    shown = show_return(reading(), row, order)
    if not shown.slip:
        return redirect(url_for(".ask", number=number), 303)
    return render_template(
        "returns/slip.html",
        order=order,
        one=shown,
        reason=str(REASONS[row.reason]),
        parties=parties_from(order.parties),
        shop=identity_from(current_letterhead(reading())),
    )


def _keep(session: Session, uploads: list[Upload], dossier_id: int, by: Actor) -> list[int]:
    """Store the photographs; their ids."""
    return [
        keep_file(
            session,
            one.data,
            kind=RETURN,
            filename=one.filename,
            media_type=one.media_type,
            by=by,
            at=now(),
            dossier_id=dossier_id,
        ).id
        for one in uploads
    ]


def _page(number: str, form: ReturnForm) -> str:
    session = reading()
    order, dossier = _own(number)
    left = returnable(session, order)
    return render_template(
        "returns/ask.html",
        order=order,
        dossier=dossier,
        lines=[line for line in left if line.units],
        rows=shown_returns(session, order),
        reasons=REASONS,
        withdraws=may_withdraw(session, order, at=now()),
        most=MOST_PHOTOGRAPHS,
        form=form,
    )


def _author(order: Order) -> Actor:
    """Who asks: the contact of the order for a visitor with its key."""
    by = actor()
    return by if by.name else replace(by, name=parties_from(order.parties).contact.name)


def _named(order: Order, reference: str) -> Return:
    """A return of that order. Raises NotFound."""
    statement = select(Return).where(Return.number == reference, Return.order_id == order.id)
    row = reading().scalar(statement)
    if row is None:
        raise NotFound(number=reference)
    return row


def _own(number: str) -> tuple[Order, Dossier]:
    """Raises NotFound for a stranger, who does not learn that the order exists."""
    statement = (
        select(Order, Dossier)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(Order.number == number)
    )
    found = reading().execute(statement).first()
    key = request.args.get("key") or key_of(number)
    if found is None or not may_read(found[1], actor(), key):
        raise NotFound(number=number)
    return found[0], found[1]
