"""Field types: amounts as people type them, sentences for missing answers."""

import re
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from shop.core.alphabet import LettersNotPrinted, ensure_printable
from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.core.text import money, typed_percent
from shop.web.kit import once
from shop.web.kit.site import current_language, sentence_of

_AMOUNT = re.compile(r"^(\d{1,9})(?:[.,](\d{1,2}))?$")
_PERCENT = re.compile(r"(\d{0,2})(?:[.,](\d{1,2}))?%?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f€]")


#: What WTForms says of an answer that it cannot read, and what the shop says instead.
_SENTENCES = {
    "Not a valid choice.": N_("Choose one of the answers of the list."),
    "Invalid Choice: could not coerce.": N_("Choose one of the answers of the list."),
    "Not a valid integer value.": N_("Enter a whole number."),
    "Not a valid date value.": N_("Enter a day that exists, such as 18/11/2026."),
    "This field is required.": N_("Fill in this field."),
}
CHECK = N_("Check this answer.")


class _Sentences:
    """The sentences of WTForms in the words of the shop, in the reader's language."""

    def gettext(self, sentence: str) -> str:
        return str(_(_SENTENCES.get(sentence, CHECK)))

    def ngettext(self, singular: str, _plural: str, _count: int) -> str:
        return self.gettext(singular)


class ShopForm(FlaskForm):
    """The base class of all forms: a file is accepted only by a file field, text by all the others.

    A file sent under the name of a text field counts as a missing answer. A form without the key
    that its route requires is shown again, with what was typed. Text that documents cannot show is
    refused, except in the fields that `NEVER_PRINTED` names.
    """

    NEVER_PRINTED: ClassVar[frozenset[str]] = frozenset()

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            return CombinedMultiDict((_files_for(form), request.form)) or None

        def get_translations(self, _form: Any) -> _Sentences:
            return _Sentences()

    def hidden_tag(self) -> Markup:
        """The hidden fields, without id, since a page may have several forms; and the key that
        makes the form one that is done once.
        """
        hidden = [field(id=False) for field in self if isinstance(field.widget, HiddenInput)]
        return Markup("").join([*hidden, once.key_field()])

    def say(self, refusal: DomainError) -> None:
        """Show the refusal of a service above the form. Raises one that no other answer mends, and
        one of a forged request.
        """
        if refusal.suspicious or refusal.status != 422:
            raise refusal
        self.form_errors.append(sentence_of(refusal))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        valid = self._are_printable() and valid
        if not once.is_missing():
            return valid
        self.form_errors.append(_(once.FormKeyMissing.sentence))
        return False

    def _are_printable(self) -> bool:
        """Whether documents can show what was typed; a field that they cannot show says so."""
        printable = True
        for field in self:
            if may_be_printed(type(self), field.short_name, type(field)):
                try:
                    ensure_printable(field.data)
                except LettersNotPrinted as refusal:
                    field.errors = [*field.errors, sentence_of(refusal)]
                    printable = False
        return printable


def may_be_printed(form: type[ShopForm], name: str, kind: type) -> bool:
    """Whether a field is free text that a document may show: all but `form.NEVER_PRINTED`."""
    unseen = PasswordField | HiddenField | MoneyField
    return (
        issubclass(kind, StringField)
        and not issubclass(kind, unseen)
        and name not in form.NEVER_PRINTED
    )


def _files_for(form: Any) -> MultiDict[str, FileStorage]:
    """The files of the request that this form has fields for."""
    asked = {field.name for field in form if isinstance(field, FileField | MultipleFileField)}
    return MultiDict(
        (name, file) for name, file in request.files.items(multi=True) if name in asked
    )


def required(message: Any = None) -> InputRequired:
    """Required; the message is in the reader's language."""
    return InputRequired(message or _l("Fill in this field."))


def at_most(count: int) -> Length:
    return Length(max=count, message=_l("Enter at most %(count)s characters.", count=count))


def parse_money(typed: str) -> Money | None:
    """A typed amount such as « 3 744,45 », "3744.45" or "3744,45 €"; None if it is not valid."""
    found = _AMOUNT.match(_SPACES.sub("", typed))
    if found is None:
        return None
    return Money(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0") or 0))


def parse_percent(typed: str) -> int | None:
    """A typed percentage under a hundred (« 7,5 », "10 %") in basis points; 0 for none, None if it
    is not valid.
    """
    found = _PERCENT.fullmatch(_SPACES.sub("", typed))
    if found is None:
        return None
    return int(found[1] or 0) * 100 + int((found[2] or "").ljust(2, "0"))


class PercentField(StringField):
    """A percentage; its data is in basis points, and the field shows the text as it was typed, also
    when it is empty.
    """

    typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = parse_percent(self.typed)
        if self.data is None:
            raise ValidationError(_l("Enter a percentage, such as 7.5."))

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return typed_percent(self.data, current_language()) if self.data is not None else ""


class MoneyField(StringField):
    """An amount in euros; its data is Money, and the field shows the text as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = parse_money(self.typed)
        if self.typed and self.data is None:
            raise ValidationError(_l("Enter an amount in euros, such as 3744.45."))

    def _value(self) -> str:
        if getattr(self, "typed", None):
            return self.typed
        return money(self.data.cents).rstrip("€").strip() if isinstance(self.data, Money) else ""
