"""The pages of registering: the form, and « we have written to you »."""

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from shop.ops.clock import now
from shop.people import people, registration
from shop.people.links import Links
from shop.people.registration import Registration, Wish
from shop.signin import attempts, signing
from shop.signin.passwords import hash_password
from shop.web.kit.guards import everybody
from shop.web.kit.once import SentBefore, repeated_secret
from shop.web.kit.sessions import viewer
from shop.web.kit.site import database, language, local_target, settings
from shop.web.organisations.forms import BODY, COMPANY
from shop.web.organisations.letterhead_fields import lacks_header
from shop.web.people import blueprint
from shop.web.people.forms import AddressForm, RegisterForm
from shop.web.register import views as finder
from shop.web.register.lookups import look_up_for_page, refuse_closed
from shop.web.signin.entrance import attempt_on, ensure_may_try, siret_named

#: Stored in this browser for a registration: its mark, and the typed data except the password.
MARK, _TYPED = "registered_here", "registration"
_KEPT = (
    *("name", "phone", "email", "function", "buys_for", "siret", "organisation"),
    *("header_line1", "header_postal_code", "header_city"),
)


@blueprint.get("/inscription")
@everybody
def register() -> Any:
    if viewer():
        return redirect(url_for("people.overview"), 303)
    form = RegisterForm(data=session.get(_TYPED))
    if request.args.get("for") in (BODY, COMPANY):
        form.buys_for.data = request.args["for"]
    return _register_page(form)


@blueprint.post("/inscription")
@everybody
def open_account() -> Any:
    """One answer, whether the address has an account or not: « we have written to you »."""
    form = RegisterForm()
    if finder.answers(form):
        return _register_page(form)
    if not form.validate():
        return _register_page(form), 422
    counted = _attempts(form)
    for attempt in counted:
        ensure_may_try(attempt)
    if _is_refused(form):
        return _register_page(form), 422
    mark = repeated_secret(f"{settings().secret_key} browser mark")
    wanted = _wanted(form, mark)
    then = url_for("people.registered", next=request.args.get("next"))
    with suppress(SentBefore), database(then).transaction() as write:
        for attempt in counted:
            attempts.note(write, attempt, at=now())
        registration.register(write, wanted, links=links(), at=now())
    session[MARK] = mark
    session[_TYPED] = {key: form[key].data for key in _KEPT}
    return redirect(then, 303)


@blueprint.get("/inscription/lien")
@everybody
def registered() -> Any:
    typed = session.get(_TYPED)
    if viewer() or typed is None:
        return redirect(url_for("people.overview"), 303)
    return render_template(
        "people/written.html", email=typed["email"], next=request.args.get("next")
    )


@blueprint.post("/inscription/lien")
@everybody
def send_link_again() -> Any:
    """Send the e-mail again. The answer does not reveal whether there was a first one."""
    form = AddressForm()
    if not form.validate():
        return render_template("people/dead_link.html", form=form, sentence=None), 422
    email = form.email.data or ""
    attempt = attempt_on(email, kind=attempts.EMAIL)
    ensure_may_try(attempt)
    then = url_for("people.registered", next=request.args.get("next"))
    with database(then).transaction() as write:
        attempts.note(write, attempt, at=now())
        registration.send_again(write, email, links=links(), at=now())
    session[_TYPED] = {**session.get(_TYPED, {}), "email": email}
    flash(_("If this address is registered, the e-mail has been sent again."), "info")
    return redirect(then, 303)


def write_again(refusal: signing.WrongCredentials) -> None:
    """The password of an account that is not active was given: the e-mail is sent again, within its
    limits, and one click on it is enough in this browser.

    The browser sees no difference: any refusal stores a mark in it, and none says that the limit of
    e-mails is reached.
    """
    mark = session.setdefault(MARK, registration.new_browser_mark())
    if not isinstance(refusal, signing.NotActivated):
        return
    with database().transaction() as write:
        person = people.get_person(write, refusal.facts["user_id"])
        registration.adopt_browser(write, person, mark)
        attempt = attempt_on(person.email, kind=attempts.EMAIL)
        with suppress(attempts.TooManyAttempts):
            attempts.ensure_may_try(write, attempt, at=now())
            attempts.note(write, attempt, at=now())
            registration.send_link(write, person, links=links(), at=now())


def links() -> Links:
    """The links of this shop's e-mails."""
    return Links(settings().secret_key)


def _is_refused(form: RegisterForm) -> bool:
    """Whether the register says that the organisation they name is closed, or part of its
    letterhead address is still unknown.
    """
    if not form.has_organisation:
        return False
    answer = look_up_for_page(form.siret.data or "")
    return refuse_closed(form.siret, answer) or lacks_header(form, answer)


def _attempts(form: RegisterForm) -> list[attempts.Attempt]:
    """The counted attempts of a registration: itself, an e-mail, and a SIRET."""
    email, origin = people.folded_email(form.email.data or ""), request.remote_addr or ""
    made = [
        attempts.Attempt.on(email, origin=origin, kind=attempts.REGISTRATION),
        attempt_on(email, kind=attempts.EMAIL),
    ]
    if form.has_organisation:
        made.append(siret_named(form.siret.data or ""))
    return made


def _wanted(form: RegisterForm, mark: str) -> Registration:
    wish = None
    if form.has_organisation:
        private = form.buys_for.data == COMPANY
        wish = Wish(form.siret.data or "", form.organisation.data or "", private, form.header)
    return Registration(
        email=form.email.data or "",
        password_hash=hash_password(form.password.data or ""),
        name=form.name.data or "",
        phone=form.phone.data or "",
        function=form.function.data or "",
        language=language(),
        wish=wish,
        browser=mark,
        then=local_target(request.args.get("next"), ""),
    )


def _register_page(form: RegisterForm) -> str:
    return render_template("people/register.html", form=form, next=request.args.get("next"))
