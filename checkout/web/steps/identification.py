"""Step 2: sign in, register, or continue as a guest."""

from typing import Any

from flask import redirect, url_for

from checkout.drafts.drafts import CheckoutState, set_guest
from checkout.drafts.rules import Stop
from checkout.web.steps import blueprint
from checkout.web.steps.forms import GuestForm
from checkout.web.steps.frame import open_draft, step_page
from checkout.web.steps.visit import visit
from shop.core.rights import BUY
from shop.web.kit.guards import member_with
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import viewer
from shop.web.kit.site import database
from shop.web.people.forms import SignInForm
from shop.web.signin.password_step import try_to_sign_in


@blueprint.get("/commande/identification")
@member_with(BUY, alone=True, guests=True)
def identification() -> Any:
    """Sign in, register, or continue as a guest. A signed-in person is redirected to the next
    step.
    """
    state = visit(Stop.IDENTIFICATION)
    if viewer() is not None:
        return redirect(url_for(".addresses"), 303)
    return _identification(state, GuestForm(formdata=None, email=state.email))


@blueprint.post("/commande/identification")
@member_with(BUY, alone=True, guests=True)
def go_on_as_guest() -> Any:
    state, form = visit(Stop.IDENTIFICATION), GuestForm()
    if not form.validate_on_submit():
        return _identification(state, form), 422
    then = url_for(".addresses")
    with database(then).transaction() as session:
        _state, draft = open_draft(session, Stop.IDENTIFICATION)
        set_guest(draft, form.email.data or "")
    return redirect(then, 303)


@blueprint.post("/commande/identification/connexion")
@member_with(BUY, alone=True, guests=True)
@repeatable("a second sign-in opens the same browser")
def sign_in() -> Any:
    """Sign in without leaving the checkout: a wrong password is corrected at this step."""
    then = url_for(".addresses")
    if viewer() is not None:
        return redirect(then, 303)
    state, form = visit(Stop.IDENTIFICATION), SignInForm()
    where = try_to_sign_in(form, then, start=url_for(".identification"))
    if where is not None:
        return redirect(where, 303)
    guest = GuestForm(formdata=None, email=state.email)
    return _identification(state, guest, known=form), 422


def _identification(state: CheckoutState, form: GuestForm, known: SignInForm | None = None) -> str:
    known = known or SignInForm(formdata=None)
    for answer in (known.email, known.password):  # the guest's form has an e-mail address too
        answer.id = answer.label.field_id = f"known-{answer.name}"
    return step_page(
        "steps/identification.html",
        Stop.IDENTIFICATION,
        state,
        form=form,
        known=known,
        next=url_for(".addresses"),
    )
