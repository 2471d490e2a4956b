"""The form of the shop's own words in a kind of e-mail."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from shop.emails.kinds import Kind
from shop.emails.words_rules import (
    LANGUAGES,
    LONGEST_SUBJECT,
    LONGEST_WORDS,
    PARTS,
    Wording,
    Words,
    WordsRefused,
)
from shop.web.kit.fields import TOO_LONG, lines, words
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.site import sentence_of

_SUBJECT = _l("Leave it empty for the subject of the shop.")
_INTRODUCTION = _l("After the greeting. An empty line begins another paragraph.")
_CLOSING = _l("Before the signature.")


def _area(label: Any, hint: Any) -> TextAreaField:
    return TextAreaField(label, [at_most(LONGEST_WORDS)], description=hint, filters=[lines])


class WordingForm(ShopForm):
    """The words in both languages. `seen` is the version that was read; `shown`, which the button
    of the preview sends, is what it showed.
    """

    NEVER_PRINTED = frozenset(f"{language}_{part}" for language in ("fr", "en") for part in PARTS)
    fr_subject = words(_l("Subject in French"), most=LONGEST_SUBJECT, hint=_SUBJECT)
    fr_introduction = _area(_l("Introduction in French"), _INTRODUCTION)
    fr_closing = _area(_l("Closing words in French"), _CLOSING)
    en_subject = words(_l("Subject in English"), most=LONGEST_SUBJECT, hint=_SUBJECT)
    en_introduction = _area(_l("Introduction in English"), _INTRODUCTION)
    en_closing = _area(_l("Closing words in English"), _CLOSING)
    seen = HiddenField()
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def read(self) -> int:
        """The version that was read; forged, one that never was."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= 9 else -1

    @property
    def wording(self) -> Wording:
        """What was typed; a subject that is fixed is none."""
        return Wording(*(self._words(language) for language in LANGUAGES))

    def answers(self, language: str) -> list[Field]:
        """The fields of a language."""
        names = (f"{language}_{part}" for part in PARTS)
        return [self[name] for name in names if name in self]

    @property
    def parts(self) -> list[list[tuple[str, Field]]]:
        """The fields of each part, with their language."""
        columns = [[(language, one) for one in self.answers(language)] for language in LANGUAGES]
        return [list(both) for both in zip(*columns, strict=True)]

    def refuse(self, refusal: WordsRefused) -> None:
        """Say beside the field what is wrong."""
        self[f"{refusal.facts['language']}_{refusal.facts['part']}"].errors = [sentence_of(refusal)]

    def _words(self, language: str) -> Words:
        return Words(
            **{one.name.partition("_")[2]: one.data or "" for one in self.answers(language)}
        )


def wording_form(kind: Kind, wording: Wording, seen: int) -> WordingForm:
    """The form with the words of a version."""
    form = WordingForm()
    if not kind.has_own_subject:
        del form.fr_subject, form.en_subject
    if not form.is_submitted():
        for language in LANGUAGES:
            for field in form.answers(language):
                part = field.name.partition("_")[2]
                field.data = getattr(wording.told(language), part)
        form.seen.data = str(seen)
    return form
