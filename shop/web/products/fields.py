"""Fields of a product sheet: prices with four decimals, and pairs of a label and a value."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from shop.catalogue.sheet_rules import LONGEST_LABEL, LONGEST_VALUE, MOST_SPECIFICATIONS
from shop.core.text import one_line

_FINE = re.compile(r"(\d{1,6})(?:[.,](\d{1,4}))?")
_SPACES = re.compile(r"[\s\u00a0\u202f€]")
#: Rows that wait to be filled in, below those that are.
EMPTY_ROWS = 3


class FineAmountField(Field):
    """An amount in euros with up to four decimals; its data is whole ten-thousandths."""

    widget = TextInput()
    typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        found = _FINE.fullmatch(_SPACES.sub("", self.typed))
        self.data = int(found[1]) * 10_000 + int((found[2] or "").ljust(4, "0")) if found else None
        if self.typed.strip() and self.data is None:
            raise ValidationError(_("Enter an amount in euros with at most four decimals."))

    def _value(self) -> str:
        if self.typed:
            return self.typed
        return f"{self.data // 10_000},{self.data % 10_000:04d}" if self.data else ""


class PairsField(Field):
    """Rows of two inputs of the same name, a label and a value; empty rows are left out."""

    data: list[list[str]]

    def process_formdata(self, valuelist: list[str]) -> None:
        words = [one_line(words) for words in valuelist]
        rows = zip(words[::2], words[1::2], strict=False)
        self.data = [list(row) for row in rows if any(row)]

    def pre_validate(self, _form: Any) -> None:
        if any(not (label and value) for label, value in self.data):
            raise ValidationError(_l("Enter both the label and the value of each line."))
        longest = max((len(label) for label, _value in self.data), default=0)
        if longest > LONGEST_LABEL or any(len(value) > LONGEST_VALUE for _, value in self.data):
            raise ValidationError(
                _l(
                    "A label has at most %(label)s characters, a value %(value)s.",
                    label=LONGEST_LABEL,
                    value=LONGEST_VALUE,
                )
            )
        if len(self.data) > MOST_SPECIFICATIONS:
            raise ValidationError(_l("Enter at most %(most)s lines.", most=MOST_SPECIFICATIONS))

    @property
    def rows(self) -> list[list[str]]:
        """The rows that the form shows: those that are filled in, and empty ones."""
        return [*(self.data or []), *([["", ""]] * EMPTY_ROWS)]
