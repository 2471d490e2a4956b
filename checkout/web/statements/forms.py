"""The forms of bank statements: the file, the columns of a CSV file, the invoices of a movement."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from checkout.statements.csv_rules import COLUMNS, DAYS, DECIMALS, Mapping
from checkout.statements.matching_rules import numbers_in
from shop.core.money import Money
from shop.web.kit.fields import stripped
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required

#: Invoices that one transfer may pay in the form; more are split afterwards.
MOST_SHARES = 12


class StatementForm(ShopForm):
    """A file of the bank."""

    file = FileField(_l("Bank statement"))


class ColumnsForm(ShopForm):
    """Which column of a CSV file is what; a field for each, added by `columns_form`."""

    day_form = SelectField(_l("Days are written"), choices=list(DAYS))
    decimal = SelectField(
        _l("Decimal sign"),
        choices=[
            SelectChoice(",", _l("comma: 1 234,56")),
            SelectChoice(".", _l("point: 1,234.56")),
        ],
    )

    def mapping(self, guessed: Mapping) -> Mapping:
        """The columns that were chosen."""
        chosen = {name: int(self[name].data or 0) for name, _label in COLUMNS}
        return Mapping(
            separator=guessed.separator,
            above=guessed.above,
            day_form=self.day_form.data,
            decimal=self.decimal.data if self.decimal.data in DECIMALS else ",",
            **chosen,
        )


def columns_form(headings: Sequence[str], guessed: Mapping) -> ColumnsForm:
    """The form with a field for each column; `guessed` is proposed."""
    offered = [SelectChoice("0", _("none"))]
    offered += [SelectChoice(str(place), name) for place, name in enumerate(headings, 1)]
    fields: dict[str, Field] = {
        name: SelectField(_(label), choices=offered, default=str(getattr(guessed, name)))
        for name, label in COLUMNS
    }
    made: ColumnsForm = type("BankColumnsForm", (ColumnsForm,), fields)()
    if not made.is_submitted():
        made.day_form.data, made.decimal.data = guessed.day_form, guessed.decimal
    return made


class SharesForm(ShopForm):
    """The invoices that money pays; `shares_form` adds the fields of each row."""

    keep = BooleanField(_l("Keep what is left as the client’s credit"))

    @property
    def rows(self) -> list[tuple[Field, Field]]:
        """The fields of each row: the number and the amount."""
        places = range(1, MOST_SHARES + 1)
        return [
            (self[f"invoice_{place}"], self[f"amount_{place}"])
            for place in places
            if f"invoice_{place}" in self
        ]

    @property
    def shares(self) -> list[tuple[str, Money]]:
        """The rows that were filled; a number is read however it was typed."""
        found = []
        for number, amount in self.rows:
            typed = number.data or ""
            if typed or amount.data:
                known = numbers_in(typed)
                found.append((known[0] if known else typed.upper(), amount.data or Money()))
        return found


Shares = TypeVar("Shares", bound=SharesForm)


def shares_form(
    proposed: Sequence[tuple[str, Money]],
    kind: type[Shares] = SharesForm,  # type: ignore[assignment]
    **more: Any,
) -> Shares:
    """The form with a row for each proposed invoice and some empty ones."""
    fields: dict[str, Field] = {}
    for place in range(1, min(max(4, len(proposed) + 1), MOST_SHARES) + 1):
        given = proposed[place - 1] if place <= len(proposed) else ("", None)
        fields[f"invoice_{place}"] = StringField(
            _l("Invoice"), [at_most(30)], filters=[stripped], default=given[0]
        )
        fields[f"amount_{place}"] = MoneyField(_l("Amount"), [Optional()], default=given[1])
    made: Shares = type("MoneySharesForm", (kind,), fields)(**more)
    return made


class LeavingOutForm(ShopForm):
    """Why a movement is no payment of a client."""

    reason = StringField(
        _l("Reason"),
        [
            required(_l("Give the reason why this movement is no payment of a client.")),
            at_most(500),
        ],
        filters=[stripped],
    )


class LinkForm(ShopForm):
    """The transfer that a movement is."""

    transfer = HiddenField()
