"""The online withdrawal function (C. conso. L221-21): a statement, then its confirmation.

Open to everybody, without an account and at any time. Somebody who may read the order chooses among
its lines; anybody else names the items in words, and learns nothing about the order.
"""

from contextlib import suppress
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from checkout.orders.consumers import is_consumers
from checkout.orders.lookup import order_number
from checkout.orders.models import Order
from checkout.web.orders.sessions import key_of
from checkout.web.withdrawals import blueprint
from checkout.web.withdrawals.forms import StatementForm, statement_form
from checkout.withdrawals.withdrawals import declare_withdrawal, lines_left
from shop.core.parties import parties_from
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.ops.clock import now
from shop.signin import attempts
from shop.web.kit.guards import everybody
from shop.web.kit.once import SentBefore, key_required, repeatable
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import current_language, database, reading
from shop.web.signin.entrance import attempt_on, ensure_may_try


@blueprint.get("/retractation/declaration")
@everybody
def declaration() -> str:
    order = _readable(request.args.get("order", ""))
    form = _form_of(order)
    person = viewer()
    if order is not None:
        form.number.data, form.email.data = order.number, order.email
        form.name.data = parties_from(order.parties).contact.name
    elif person is not None and not person.is_staff:
        form.name.data, form.email.data = person.name, person.email
    return _page(form, order)


@blueprint.post("/retractation/declaration")
@everybody
@repeatable("nothing is stored before the statement is confirmed")
def check() -> Any:
    """The statement, to be read again and confirmed; `change` shows its form again."""
    order = _readable(request.form.get("number", ""))
    form = _form_of(order)
    if "change" in request.form:
        return _page(form, order)
    if not form.validate():
        return _page(form, order), 422
    return render_template("withdrawals/confirm.html", form=form)


@blueprint.post("/retractation/declaration/confirmation")
@everybody
@key_required
def confirm() -> Any:
    """Keep and acknowledge the statement: one answer, whether it matches an order or not."""
    order = _readable(request.form.get("number", ""))
    form = _form_of(order)
    if not form.validate():
        return _page(form, order), 422
    statement = form.statement(current_language())
    attempt = attempt_on(statement.email, kind=attempts.WITHDRAWAL)
    ensure_may_try(attempt)
    with suppress(SentBefore), database().transaction() as write:
        attempts.note(write, attempt, at=now())
        declare_withdrawal(write, statement, reads=order is not None, by=actor(), at=now())
    return render_template(
        "withdrawals/received.html",
        email=statement.email,
        for_consumers=_is_of_an_organisation(order),
    )


def _readable(typed: str) -> Order | None:
    """The order of that number, when this person, or the guest with its key, may read it."""
    found = (
        reading()
        .execute(
            select(Order, Dossier)
            .join(Dossier, Dossier.id == Order.dossier_id)
            .where(Order.number == order_number(typed))
        )
        .first()
    )
    if found is None or not may_read(found[1], actor(), key_of(found[0].number)):
        return None
    return found[0]


def _form_of(order: Order | None) -> StatementForm:
    shown = order is not None and is_consumers(order)
    return statement_form(lines_left(reading(), order) if order is not None and shown else [])


def _page(form: StatementForm, order: Order | None) -> str:
    return render_template(
        "withdrawals/declaration.html", form=form, for_consumers=_is_of_an_organisation(order)
    )


def _is_of_an_organisation(order: Order | None) -> bool:
    """Whether the order that the reader may read, else the reader, is an organisation's."""
    if order is not None:
        return not is_consumers(order)
    person = viewer()
    return person is not None and person.organisation_id is not None
