"""The desk of questions: those that wait, the oldest first; their answer by e-mail."""

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.errors import DomainError
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.questions import desk
from shop.questions.models import Question
from shop.questions.procedure import OFFICE, PROCEDURE
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.kit.tabs import Group, Tab
from shop.web.questions import blueprint
from shop.web.questions.forms import ClosingForm, QuestionAnswerForm

TAB = Tab(
    "questions.queue",
    _l("Questions"),
    frozenset(OFFICE),
    lambda _at: desk.count_waiting(),
    order=12,
    about=_l("questions to answer"),
    group=Group.CLIENTS,
)


@blueprint.get("/bureau/questions")
@staff_only(*OFFICE)
def queue() -> Any:
    """The questions that wait, the oldest first, a page at a time."""
    return _desk(None)


@blueprint.get("/bureau/questions/<int:question_id>")
@staff_only(*OFFICE)
def show(question_id: int) -> Any:
    """One question, with the dossier that it names."""
    return _desk(desk.get_question(reading(), question_id))


@blueprint.post("/bureau/questions/<int:question_id>/reponse")
@staff_only(*OFFICE)
def answer(question_id: int) -> Any:
    form, then = QuestionAnswerForm(), _after(question_id)
    if not form.validate():
        return _desk(desk.get_question(reading(), question_id), 422, reply=form)
    try:
        with database(then).transaction() as session:
            desk.answer_question(
                session, question_id, answer=form.answer.data or "", by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(question_id, refusal, form, reply=form)
    flash(_("The answer is being sent by e-mail."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/questions/<int:question_id>/cloture")
@staff_only(*OFFICE)
def close(question_id: int) -> Any:
    form, then = ClosingForm(), _after(question_id)
    if not form.validate():
        return _desk(desk.get_question(reading(), question_id), 422, closing=form)
    try:
        with database(then).transaction() as session:
            desk.close_question(
                session, question_id, reason=form.reason.data or "", by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(question_id, refusal, form, closing=form)
    flash(_("The question is closed."), "good")
    return redirect(then, 303)


def _after(question_id: int) -> str:
    """The next question of the queue, or the queue."""
    following = desk.next_waiting(reading(), question_id, place_asked())
    return place_url(".show", question_id=following) if following else place_url(".queue")


def _refused(question_id: int, refusal: DomainError, form: ShopForm, **shown: ShopForm) -> Any:
    """The desk again with the refusal, and what was typed. Raises the refusal: `form.say()`."""
    form.say(refusal)
    return _desk(desk.get_question(reading(), question_id), 422, **shown)


def _desk(row: Question | None, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    empty: dict[str, ShopForm] = {
        "reply": QuestionAnswerForm(formdata=None),
        "closing": ClosingForm(formdata=None),
    }
    rows = desk.waiting_questions(session, place_asked(row.id if row else None))
    html = render_template(
        "questions/desk.html",
        rows=rows,
        query=kept(rows),
        today=today(),
        here="questions.queue",
        row=row,
        dossier=session.get(Dossier, row.dossier_id) if row and row.dossier_id else None,
        forms=empty | typed,
        acts={one.name for one in PROCEDURE.open_transitions(row.state, actor())} if row else (),
    )
    return html, status
