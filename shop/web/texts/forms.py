"""The form of a version of a text."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from shop.texts.prose_rules import LONGEST
from shop.web.kit.fields import TOO_LONG, lines
from shop.web.kit.forms import ShopForm, at_most, required

_FORM = _l("## begins a title, - an item of a list; **bold**, [words of a link](/livraison).")


class TextForm(ShopForm):
    """The words in both languages. `seen` is the latest version that was read; `shown`, which the
    button of the preview sends, is what it showed.
    """

    french = TextAreaField(
        _l("Text in French"),
        [required(_l("Write the text: the page exists in both languages.")), at_most(LONGEST)],
        description=_FORM,
        filters=[lines],
    )
    english = TextAreaField(
        _l("Text in English"),
        [required(_l("Write the text: the page exists in both languages.")), at_most(LONGEST)],
        filters=[lines],
    )
    since = DateField(_l("In force from"), [required(_l("Enter a date such as 31/12/2026."))])
    seen = HiddenField()
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def read(self) -> int:
        """The version that was read; forged, one that never was."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= 9 else -1

    @property
    def words(self) -> tuple[str, str]:
        """French, English."""
        return self.french.data or "", self.english.data or ""


def text_form(words: tuple[str, str], since: date, seen: int) -> TextForm:
    """The form with the version that was written last."""
    form = TextForm()
    if not form.is_submitted():
        form.french.data, form.english.data = words
        form.since.data, form.seen.data = since, str(seen)
    return form
