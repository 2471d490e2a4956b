"""The office reads every kind of e-mail of the shop, and publishes its own words in them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.core.actors import ADMIN
from shop.core.marks import mark_of
from shop.emails.examples import example_of
from shop.emails.kinds import GROUPS, Kind, get_kind
from shop.emails.placeholders import placeholders_of, values_of
from shop.emails.wordings import (
    get_wording,
    latest_wording,
    propose_wording,
    publish_wording,
    wording_history,
    wordings_in_force,
)
from shop.emails.words_rules import (
    DELIVERED,
    LANGUAGES,
    SameWords,
    Wording,
    WordsChanged,
    listed,
    mistakes_of,
    read,
    written,
)
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.wordings import read_wordings_again
from shop.web.wordings import blueprint
from shop.web.wordings.forms import WordingForm, wording_form
from shop.web.wordings.previews import example_text, previews_of

#: The parameter of the address that puts an earlier version in the form.
EARLIER = "version"


@blueprint.get("/bureau/e-mails-de-la-boutique")
@staff_only(ADMIN)
def index() -> Any:
    """Every kind of e-mail with its recipient, when it leaves, and the subject of its example."""
    own, language = wordings_in_force(reading()), current_language()
    groups = [
        (
            group,
            [
                (one, _subject(one, own.get(one.template, DELIVERED), language))
                for one in group.kinds
            ],
        )
        for group in GROUPS
    ]
    return render_template("wordings/index.html", groups=groups, own=own, here="settings.index")


@blueprint.get("/bureau/e-mails-de-la-boutique/<kind>")
@staff_only(ADMIN)
def show(kind: str) -> Any:
    """The e-mail as it leaves, and the version that is sent, or an earlier one, in the form that
    publishes the next one.
    """
    found, earlier = get_kind(kind), request.args.get(EARLIER, "")
    is_number = earlier.isdecimal() and len(earlier) <= 9
    return _page(found, _form(found, int(earlier) if is_number else None))


@blueprint.get("/bureau/e-mails-de-la-boutique/<kind>/<int:number>")
@staff_only(ADMIN)
def version(kind: str, number: int) -> Any:
    """A version that was published: its words, and the e-mail with them."""
    found = get_kind(kind)
    row = get_wording(reading(), found, number)
    wording = read(row.content)
    return render_template(
        "wordings/version.html",
        kind=found,
        row=row,
        words=_told(wording),
        previews=previews_of(found, wording),
        is_sent=latest_wording(reading(), found)[0] == number,
        subject=_subject(found, DELIVERED, current_language()),
        here="settings.index",
    )


@blueprint.post("/bureau/e-mails-de-la-boutique/<kind>")
@staff_only(ADMIN)
@key_required
def publish(kind: str) -> Any:
    """Show the e-mail as it would leave; publish the words that were shown."""
    found = get_kind(kind)
    form, then = _form(found), url_for(".show", kind=kind)
    if not form.validate_on_submit() or not _is_right(found, form):
        return _page(found, form, 422)
    wording = form.wording
    mark = mark_of(kind, written(wording), form.read)
    try:
        if form.shown.data != mark:
            propose_wording(reading(), found, wording, by=actor())
            return _page(found, form, mark=mark)
        with database(then).transaction() as session:
            publish_wording(session, found, wording, seen=form.read, by=actor(), at=now())
    except WordsChanged as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(found, form, 409)
    except SameWords as refusal:
        form.say(refusal)
        return _page(found, form, 422)
    read_wordings_again()
    flash(_("The words are published: the e-mails that leave from now on have them."), "good")
    return redirect(then, 303)


def _is_right(kind: Kind, form: WordingForm) -> bool:
    """Whether the words can be published; what is wrong is said beside each field."""
    allowed = placeholders_of(kind.template)
    mistakes = mistakes_of(form.wording, allowed, has_subject=kind.has_own_subject)
    for mistake in mistakes:
        form.refuse(mistake)
    return not mistakes


def _subject(kind: Kind, wording: Wording, language: str) -> str:
    return example_text(kind, wording, language).subject


def _form(kind: Kind, earlier: int | None = None) -> WordingForm:
    """The form with the words that are sent, or those of an earlier version, 0 being none. Raises
    NotFound.
    """
    number, wording = latest_wording(reading(), kind)
    if earlier is not None:
        wording = read(get_wording(reading(), kind, earlier).content) if earlier else DELIVERED
    return wording_form(kind, wording, number)


def _told(wording: Wording) -> list[tuple[str, list[tuple[str, str]]]]:
    """The parts of words that were written, by language."""
    names = {
        "subject": _("Subject"),
        "introduction": _("Introduction"),
        "closing": _("Closing words"),
    }
    return [
        (language, [(name, told) for part, name in names.items() if (told := getattr(words, part))])
        for language in LANGUAGES
        for words in (wording.told(language),)
    ]


def _page(kind: Kind, form: WordingForm, status: int = 200, *, mark: str = "") -> Any:
    session, language = reading(), current_language()
    number, sent = latest_wording(session, kind)
    if status == 409:
        form.seen.data = str(number)
    rows = wording_history(session, kind, today(), place_asked())
    html = render_template(
        "wordings/show.html",
        kind=kind,
        form=form,
        subject=_subject(kind, DELIVERED, language),
        previews=previews_of(kind, form.wording if mark else sent),
        mark=mark,
        number=number,
        meanwhile=_told(sent) if status == 409 else [],
        placeholders=placeholders_of(kind.template),
        allowed=listed(placeholders_of(kind.template)),
        values=values_of(kind.template, example_of(kind.template), language),
        rows=rows,
        query=kept(rows, kind=kind.template),
        here="settings.index",
    )
    return html, status
