"""« Une question, une précision ? »: a form for everybody, answered by e-mail.

No account is needed. The answer of the page is the same whether a number names a dossier or not.
"""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.ops.clock import now
from shop.questions.questions import ask_question
from shop.signin import attempts
from shop.web.kit.guards import everybody
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import current_language, database, reading
from shop.web.questions import blueprint
from shop.web.questions.forms import LONGEST_NUMBER, QuestionForm
from shop.web.signin.entrance import attempt_on


@blueprint.get("/question")
@everybody
def ask() -> str:
    form, person = QuestionForm(formdata=None), viewer()
    form.number.data = request.args.get("number", "")[:LONGEST_NUMBER]
    if person is not None:
        form.name.data, form.email.data = person.name, person.email
    return _page(form)


@blueprint.post("/question")
@everybody
@key_required
def send() -> Any:
    form, then = QuestionForm(), url_for(".sent")
    if not form.validate():
        return _page(form), 422
    attempt = attempt_on(form.email.data or "", kind=attempts.QUESTION)
    try:
        attempts.ensure_may_try(reading(), attempt, at=now())
    except attempts.TooManyAttempts as refusal:
        form.form_errors.append(
            _("Many questions have come from this address: please wait an hour, or call us.")
        )
        return _page(form), refusal.status
    finders = current_app.extensions["comptoir.finders"]
    with database(then).transaction() as write:
        attempts.note(write, attempt, at=now())
        ask_question(write, form.asked(current_language()), finders, by=actor(), at=now())
    return redirect(then, 303)


@blueprint.get("/question/envoyee")
@everybody
def sent() -> str:
    return render_template("questions/sent.html")


def _page(form: QuestionForm) -> str:
    return render_template("questions/ask.html", form=form)
