"""Personal data: a copy to download, closing the account, erasure."""

import json
from typing import Any

from flask import (
    current_app,
    flash,
    redirect,
    render_template,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import logout_user

from shop.core.errors import DomainError
from shop.ops.clock import now, today
from shop.privacy.closing import deactivate, is_needed
from shop.privacy.holdings import Holding
from shop.privacy.personal_data import NotConfirmed, copy_of, erase
from shop.signin.second_factor import lock_person
from shop.web.kit.downloads import download
from shop.web.kit.guards import signed_in
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, language, reading, sentence_of
from shop.web.privacy import blueprint
from shop.web.privacy.forms import CloseForm, EraseForm
from shop.web.signin.own_password import WrongPassword, ensure_own_password


def _holdings() -> tuple[Holding, ...]:
    """The personal data of every package, as app.py collected it."""
    holdings: tuple[Holding, ...] = current_app.extensions["comptoir.holdings"]
    return holdings


@blueprint.get("/compte/donnees")
@signed_in
def overview() -> Any:
    return render_template("privacy/overview.html")


@blueprint.post("/compte/donnees/copie")
@signed_in
@repeatable("the file may be downloaded again")
def copy() -> Any:
    with database().transaction() as write:
        user = lock_person(write, actor().user_id or 0)
        held = copy_of(write, user, _holdings(), by=actor(), at=now())
    keys = {holding.key: _(holding.about) for holding in _holdings()}
    keys["membership"] = _("The organisation for which you buy, and your rights there.")
    data = json.dumps({"keys": keys, **held}, ensure_ascii=False, indent=2).encode()
    name = f"comptoir-{today().isoformat()}.json"
    return download(data, name=name, media_type="application/json")


@blueprint.get("/compte/fermeture")
@signed_in
def closing() -> Any:
    return _page("close", CloseForm())


@blueprint.post("/compte/fermeture")
@signed_in
def close() -> Any:
    form = CloseForm()
    if not form.validate():
        return _page("close", form), 422
    try:
        ensure_own_password(form.password.data or "")
        with database(url_for("catalogue.home")).transaction() as write:
            user = lock_person(write, actor().user_id or 0)
            deactivate(write, user, by=actor(), at=now())
    except WrongPassword as refusal:
        form.password.errors = [sentence_of(refusal)]
        return _page("close", form), 422
    except DomainError as refusal:
        return _refused("privacy.closing", refusal)
    return _goodbye(_("Your account is closed. To reopen it, write to us or call us."))


@blueprint.get("/compte/effacement")
@signed_in
def erasure() -> Any:
    return _page("erase", EraseForm())


@blueprint.post("/compte/effacement")
@signed_in
def forget() -> Any:
    form = EraseForm()
    if not form.validate():
        return _page("erase", form), 422
    typed = form.confirmed.data or ""
    try:
        ensure_own_password(form.password.data or "")
        with database(url_for("catalogue.home")).transaction() as write:
            user = lock_person(write, actor().user_id or 0)
            erase(write, user, _holdings(), confirmed=typed, by=actor(), at=now())
    except (WrongPassword, NotConfirmed) as refusal:
        field = form.confirmed if isinstance(refusal, NotConfirmed) else form.password
        field.errors = [sentence_of(refusal)]
        return _page("erase", form), 422
    except DomainError as refusal:
        return _refused("privacy.erasure", refusal)
    return _goodbye(
        _(
            "Your data have been erased, except what the law requires us to keep. You will receive "
            "a last e-mail to confirm it."
        )
    )


def _page(name: str, form: CloseForm) -> str:
    """The form, or first the request to name another administrator of the organisation."""
    needed = is_needed(reading(), actor().user_id or 0)
    return render_template(f"privacy/{name}.html", form=form, needed=needed)


def _refused(page: str, refusal: DomainError) -> Any:
    """An account that is still needed: the page says for what."""
    if refusal.suspicious:
        raise refusal
    flash(sentence_of(refusal), "bad")
    return redirect(url_for(page), 303)


def _goodbye(sentence: str) -> Any:
    """Sign out and clear the session, except the language."""
    chosen = language()
    logout_user()
    session.clear()
    session["language"] = chosen
    flash(sentence, "info")
    return redirect(url_for("catalogue.home"), 303)
