"""An administrator tries the mail server: a message leaves, and its code is typed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from shop.core.actors import ADMIN
from shop.emails.troubles import trouble_of
from shop.opening.mail_trial import NewMessageNeeded, mail_state, send_trial, type_code
from shop.opening.rules import ADVICE, MOST_WRONG_CODES
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.opening import blueprint
from shop.web.opening.forms import MailCodeForm, MailTrialForm


@blueprint.get("/bureau/ouverture/messagerie")
@staff_only(ADMIN)
def mail_trial() -> Any:
    """Where the latest message is, and the field for its code."""
    return _page()


@blueprint.post("/bureau/ouverture/messagerie")
@staff_only(ADMIN)
@key_required
def send_mail_trial() -> Any:
    """Send a message with a code."""
    form, then = MailTrialForm(), url_for(".mail_trial")
    if not form.validate_on_submit():
        return _page(form, status=422)
    with database(then).transaction() as session:
        to, language = form.email.data or "", current_language()
        send_trial(session, to, language=language, by=actor(), at=now())
    flash(_("The message leaves now: type its code when it arrives."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/ouverture/messagerie/code")
@staff_only(ADMIN)
def check_mail_code() -> Any:
    """The step is done when the code is the right one."""
    form, then = MailCodeForm(), url_for(".mail_trial")
    if not form.validate_on_submit():
        return _page(code=form, status=422)
    trial = int(form.trial.data) if (form.trial.data or "").isdecimal() else 0
    try:
        with database(then).transaction() as session:
            wrong = type_code(session, trial, form.code.data or "", by=actor(), at=now())
    except NewMessageNeeded as refusal:
        form.code.errors = [sentence_of(refusal)]
        return _page(code=form, status=422)
    if wrong:
        form.code.errors = [_wrong_code(MOST_WRONG_CODES - wrong)]
        return _page(code=form, status=422)
    flash(_("The message arrived: the shop’s e-mails work."), "good")
    return redirect(then, 303)


def _wrong_code(left: int) -> str:
    if not left:
        return str(_("This is not the code. Send another message: no other try is left."))
    return ngettext(
        "This is not the code of the latest message. %(num)d try is left.",
        "This is not the code of the latest message. %(num)d tries are left.",
        left,
    )


def _page(
    form: MailTrialForm | None = None, code: MailCodeForm | None = None, status: int = 200
) -> Any:
    state, person = mail_state(reading()), viewer()
    email = state.email
    html = render_template(
        "opening/mail.html",
        form=form or MailTrialForm(None, data={"email": person.email if person else ""}),
        code=code or MailCodeForm(None, data={"trial": str(state.trial.id) if state.trial else ""}),
        is_bad=form is not None,
        mail=state,
        trouble=ADVICE[trouble_of(email.last_error)] if email and email.last_error else None,
        here="opening.index",
    )
    return html, status
