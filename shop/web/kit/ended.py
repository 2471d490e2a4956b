"""A session that ended: its person is told at the next request, and what they typed is kept.

A session ends elsewhere (closed in another browser, by a new password), by its age, or in another
tab of the same browser. The form that arrives afterwards is kept for an hour, for that person only,
and its page shows it again once they have signed in. Passwords, codes and files are never kept.
"""

import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from wtforms import PasswordField

from shop.ops.clock import now
from shop.signin.kept_forms import KEPT as LIMIT
from shop.signin.kept_forms import keep_form, take_form
from shop.signin.sessions import EndedSession, find_ended
from shop.web.kit import once
from shop.web.kit.forms import ShopForm
from shop.web.kit.refill import refilled
from shop.web.kit.sessions import carry_over, viewer
from shop.web.kit.site import error_page, local_target, plain_database, reading, safe_back

#: In the visitor's signed session: the secret of the session that ended here, which is valid no
#: more, with the moment; the page whose form is kept, with the secret of this browser.
LEFT, KEPT = "left", "kept_form"
#: Names in an address that stand for a secret of a link: its form is not kept.
_SECRETS = {"token", "key"}
#: What is never kept besides passwords: codes of the second factor, and the page's own fields.
_NEVER = {"code", "csrf_token", once.FIELD}


def init_app(app: Flask) -> None:
    """Call it after `sessions.init_app()`."""
    carry_over(KEPT)
    app.before_request(_notice)
    app.before_request(_find_kept)
    app.after_request(_refill)
    app.register_error_handler(CSRFError, _out_of_date)


def to_sign_in() -> Any:
    """To the sign-in page, and back; a form is kept when its person was signed in here before."""
    if request.method != "POST":
        return redirect(url_for("signin.sign_in", next=_here()), 303)
    left = _who_left()
    if left is None:
        return redirect(url_for("signin.sign_in"), 303)
    if _keep(left.user_id):
        flash(_("Sign in: what you entered is kept for an hour, and you come back to it."), "info")
    return redirect(url_for("signin.sign_in", next=_page()), 303)


def leave(secret: str) -> None:
    """The session with this secret has ended: for an hour a form of another tab is its person's."""
    cookie[LEFT] = [secret, now().timestamp()]


def _who_left() -> EndedSession | None:
    """The person whose session ended here at most an hour ago."""
    match cookie.get(LEFT):
        case [str(secret), float(moment)] if now().timestamp() < moment + LIMIT.total_seconds():
            return find_ended(reading(), secret)
    return None


def _notice() -> Any:
    """The first request after a session ended: say why, then go on as a visitor where one may."""
    secret = cookie.get("_user_id")
    if not secret or request.endpoint in (None, "static") or viewer() is not None:
        return None
    ended = find_ended(reading(), secret)
    kept = {key: cookie[key] for key in ("language", "csrf_token") if key in cookie}
    cookie.clear()
    cookie.update(kept)
    if ended is not None:
        leave(secret)
    if ended is not None and ended.was_closed:
        flash(
            _("You were signed out of this browser, from another one or by a new password."), "warn"
        )
    else:
        flash(_("Your session has expired: you are signed out."), "warn")
    return None if _is_for_everybody() else to_sign_in()


def _out_of_date(_error: CSRFError) -> Any:
    """A form of a page that was opened before its person signed out, or in again, in another tab.

    One that another site sends is refused.
    """
    if not _is_of_this_shop():
        return error_page(422)
    person = viewer()
    if person is None and not _is_for_everybody() and _who_left() is not None:
        flash(_("You signed out in another tab."), "warn")
        return to_sign_in()
    flash(
        _("This page was out of date and nothing was recorded: check it, then send it again."),
        "warn",
    )
    if person is not None:
        _keep(person.user_id)
    return redirect(_page(), 303)


def _keep(user_id: int) -> bool:
    """Keep the form of this request for that person in this browser. One of another site, and one
    whose address has a secret, is not.
    """
    named = {*(request.view_args or {}), *request.args}
    if not _is_of_this_shop() or named & _SECRETS:
        return False
    secret, answers = secrets.token_urlsafe(24), list(_answers())
    with plain_database().transaction() as session:
        is_kept = keep_form(session, user_id, secret, action=_here(), answers=answers, at=now())
    if is_kept:
        cookie[KEPT] = [_page(), secret]
    return is_kept


def _answers() -> Iterator[tuple[str, str]]:
    """What was typed, without what must not be stored."""
    never = _NEVER | secret_names()
    for name, value in request.form.items(multi=True):
        if name.rpartition("-")[2] not in never:
            yield name, value


def secret_names() -> set[str]:
    """The names of all password fields of the application."""
    return {name for form in all_forms() for name in _passwords(form)}


def all_forms(form: type[ShopForm] = ShopForm) -> Iterator[type[ShopForm]]:
    """Every form of the application."""
    for kind in form.__subclasses__():
        yield kind
        yield from all_forms(kind)


def _passwords(form: type[ShopForm]) -> Iterator[str]:
    for name in dir(form):
        field = getattr(form, name, None)
        if issubclass(getattr(field, "field_class", object), PasswordField):
            yield name


def _find_kept() -> None:
    """The person comes back to the page of a form that was kept for them."""
    match cookie.get(KEPT):
        case [page, str(secret)] if page == _here() and request.method != "POST":
            person = viewer()
        case _:
            return
    if person is None:
        return
    cookie.pop(KEPT)
    with plain_database().transaction() as session:
        g.kept_form = take_form(session, person.user_id, secret, at=now())
    if g.kept_form is not None:
        flash(_("What you had entered is here again: check it, then send it."), "info")


def _refill(response: Response) -> Response:
    kept = g.pop("kept_form", None)
    if kept is not None and response.status_code == 200 and response.mimetype == "text/html":
        response.set_data(refilled(response.get_data(as_text=True), _here(), *kept))
    return response


def _here() -> str:
    return request.full_path.rstrip("?")


def _page() -> str:
    """The page of the form that was sent."""
    return local_target(safe_back(_here()), "/")


def _is_for_everybody() -> bool:
    """Whether a visitor is served here; nobody's address answers a visitor too."""
    view = current_app.view_functions.get(request.endpoint or "")
    audience = getattr(view, "audience", None)
    return audience is None or audience.kind == "everybody"


def _is_of_this_shop() -> bool:
    """Whether the browser says that a page of this shop sent the form."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    told = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(told).netloc == request.host
