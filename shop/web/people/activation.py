"""The link of a registration's e-mail: one click in the browser that registered, elsewhere the
password of the registration too.
"""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import DomainError
from shop.members.registration import register_organisation
from shop.ops.clock import now
from shop.people import people, registration
from shop.people.links import DeadLink, Purpose
from shop.people.models import User
from shop.people.registration import Wish
from shop.register.answers import RegisterAnswer
from shop.signin import attempts, signing
from shop.signin.passwords import matches
from shop.web.kit.guards import everybody
from shop.web.kit.sessions import viewer
from shop.web.kit.site import counting_database, database, local_target, reading, sentence_of
from shop.web.people import blueprint
from shop.web.people.forms import ActivationForm, AddressForm
from shop.web.people.registration import MARK, links
from shop.web.register.lookups import look_up_for_page
from shop.web.signin.entrance import attempt_on, ensure_may_try, open_session


@blueprint.get("/activation/<token>")
@everybody
def activation(token: str) -> Any:
    """A page with one button: mail servers open the links of e-mails too, but send no form."""
    try:
        user = links().read(reading(), Purpose.ACTIVATE, token, at=now()).user
    except DeadLink as refusal:
        return _dead(refusal)
    return _activation_page(user, token, ActivationForm())


@blueprint.post("/activation/<token>")
@everybody
def activate(token: str) -> Any:
    form = ActivationForm()
    try:
        user = links().read(reading(), Purpose.ACTIVATE, token, at=now()).user
        if not _registered_here(user) and not _knows_password(user, form):
            return _activation_page(user, token, form), 422
        return _activate(user, token)
    except DeadLink as refusal:
        return _dead(refusal)


def _activate(user: User, token: str) -> Any:
    then = local_target(registration.destination_of(user), url_for("people.overview"))
    named = registration.wish_of(user)
    answer = look_up_for_page(named.siret) if named else None
    refusal = None
    with database(then).transaction() as write:
        held = links().read(write, Purpose.ACTIVATE, token, at=now(), lock=True).user
        wish = registration.activate(write, held, at=now())
        if wish is not None:
            refusal = _register_organisation(write, wish, answer, by=people.actor_of(held))
        signing.sign_in(write, held.id, at=now())
        open_session(write, held.id)
    flash(_("Your account has been activated."), "good")
    if refusal is not None:
        flash(
            _("Your organisation has not been registered: %(why)s", why=sentence_of(refusal)),
            "warn",
        )
    return redirect(then, 303)


def _register_organisation(
    write: Session, wish: Wish, answer: RegisterAnswer | None, *, by: Actor
) -> DomainError | None:
    """Why the organisation cannot be registered any more, or None: it never prevents the
    account.
    """
    try:
        with write.begin_nested():
            register_organisation(
                write,
                siret=wish.siret,
                name=wish.name,
                header=wish.header,
                declared_private=wish.declared_private,
                answer=answer,
                by=by,
                at=now(),
            )
    except DomainError as refusal:
        return refusal
    return None


def _registered_here(user: User) -> bool:
    return registration.was_registered_in(user, str(session.get(MARK, "")))


def _knows_password(user: User, form: ActivationForm) -> bool:
    """Answers 429 after too many attempts."""
    if not form.validate():
        return False
    attempt = attempt_on(user.email)
    ensure_may_try(attempt)
    if matches(form.password.data or "", user.password_hash):
        return True
    with counting_database().transaction() as write:
        attempts.note(write, attempt, at=now())
    form.password.errors = [_("This is not the password that you chose when you registered.")]
    return False


def _dead(refusal: DeadLink) -> Any:
    """Expired or spent: how to get another one. A second click on the button finds the account."""
    person = viewer()
    if person is not None and person.user_id == refusal.facts.get("user_id"):
        return redirect(url_for("people.overview"), 303)
    page = render_template(
        "people/dead_link.html", form=AddressForm(formdata=None), sentence=sentence_of(refusal)
    )
    return page, refusal.status


def _activation_page(user: User, token: str, form: ActivationForm) -> str:
    return render_template(
        "people/activate.html",
        form=form,
        token=token,
        email=user.email,
        here=_registered_here(user),
    )
