"""The office writes the texts of the shop; what changes is shown before it is published."""

import difflib
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.actors import ADMIN
from shop.core.errors import NotFound
from shop.core.marks import mark_of
from shop.core.text import day
from shop.ops.clock import now, today
from shop.texts.models import TextVersion
from shop.texts.prose_rules import TextRefused, ensure_text, read_text
from shop.texts.rules import (
    TEXTS,
    SameText,
    ShopText,
    TextChanged,
    TextDayPassed,
    latest_of,
    version_of,
)
from shop.texts.texts import (
    get_version,
    propose_text,
    publish_text,
    text_history,
    versions_known,
)
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.pages.written import read_texts_again
from shop.web.texts import blueprint
from shop.web.texts.forms import TextForm, text_form
from shop.web.texts.typed import delivered_text

LANGUAGES = ("fr", "en")


@blueprint.get("/bureau/textes")
@staff_only(ADMIN)
def index() -> Any:
    """The texts, with the version of each that is in force and the one to come."""
    known = versions_known(reading())
    rows = [(one, version_of(one, known, today()), latest_of(one, known)) for one in TEXTS.values()]
    return render_template("texts/index.html", rows=rows, here="settings.index")


@blueprint.get("/bureau/textes/<text>")
@staff_only(ADMIN)
def show(text: str) -> Any:
    """The latest version in the form that writes the next one, and the earlier ones."""
    found = _text(text)
    return _page(found, _form(found))


@blueprint.get("/bureau/textes/<text>/<int:number>")
@staff_only(ADMIN)
def version(text: str, number: int) -> Any:
    """A version that was written, in both languages."""
    found = _text(text)
    row = get_version(reading(), found, number)
    if row is None:
        raise NotFound
    both = [(language, read_text(words)) for language, words in _by_language(_words_of(row))]
    return render_template(
        "texts/version.html", text=found, row=row, both=both, here="settings.index"
    )


@blueprint.post("/bureau/textes/<text>")
@staff_only(ADMIN)
@key_required
def publish(text: str) -> Any:
    """Show what would change; publish what was shown."""
    found = _text(text)
    form, then = _form(found), url_for(".show", text=text)
    is_filled, is_readable = form.validate_on_submit(), _is_readable(form)
    if not is_filled or not is_readable or form.since.data is None:
        return _page(found, form, 422)
    given, since = (found, form.words, form.since.data), form.since.data
    mark = mark_of(text, form.words, since.isoformat(), form.read)
    try:
        _ensure_not_delivered(found, form)
        if form.shown.data != mark:
            propose_text(reading(), *given, by=actor(), at=now())
            return _page(found, form, mark=mark)
        with database(then).transaction() as session:
            publish_text(session, *given, seen=form.read, by=actor(), at=now())
    except TextChanged as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(found, form, 409)
    except TextDayPassed as refusal:
        form.since.errors = [sentence_of(refusal)]
        return _page(found, form, 422)
    except SameText as refusal:
        form.say(refusal)
        return _page(found, form, 422)
    read_texts_again()
    shown = day(since, current_language())
    flash(_("The text is published, in force from %(day)s on.", day=shown), "good")
    return redirect(then, 303)


def _text(key: str) -> ShopText:
    """Raises NotFound."""
    if key not in TEXTS:
        raise NotFound
    return TEXTS[key]


def _is_readable(form: TextForm) -> bool:
    """Whether both texts can be shown; what is wrong is said beside each."""
    for field in (form.french, form.english):
        if field.errors:
            continue
        try:
            ensure_text(field.data or "")
        except TextRefused as refusal:
            field.errors = [sentence_of(refusal)]
    return not form.french.errors and not form.english.errors


def _ensure_not_delivered(text: ShopText, form: TextForm) -> None:
    """Raises SameText for the text that the shop is delivered with, while it is in force."""
    number, words = _latest(text)
    if number == text.first and form.words == words:
        raise SameText


def _words_of(row: TextVersion | None) -> tuple[str, str]:
    return ("", "") if row is None else (row.french, row.english)


def _latest(text: ShopText) -> tuple[int, tuple[str, str]]:
    """The number and the words of the version that was written last, or delivered."""
    number = latest_of(text, versions_known(reading()))
    row = get_version(reading(), text, number)
    if row is None:
        french, english = (delivered_text(text, language) for language in LANGUAGES)
        return number, (french, english)
    return number, _words_of(row)


def _form(text: ShopText) -> TextForm:
    number, words = _latest(text)
    return text_form(words, today(), number)


def _by_language(words: tuple[str, str]) -> list[tuple[str, str]]:
    return list(zip(LANGUAGES, words, strict=True))


def _differences(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that a version takes out and adds, in their order: a sign and the words."""
    told = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in told if line[0] in "-+" and line[2:].strip()]


def _page(text: ShopText, form: TextForm, status: int = 200, *, mark: str = "") -> Any:
    session = reading()
    number, before = _latest(text)
    if status == 409:
        form.seen.data = str(number)
    rows = text_history(session, text, today(), place_asked())
    preview = [
        (language, _differences(former, words), read_text(words))
        for (language, words), former in zip(_by_language(form.words), before, strict=True)
    ]
    html = render_template(
        "texts/show.html",
        text=text,
        form=form,
        preview=preview if mark else [],
        meanwhile=_by_language(before) if status == 409 else [],
        mark=mark,
        number=number,
        rows=rows,
        query=kept(rows, text=text.key),
        here="settings.index",
    )
    return html, status
