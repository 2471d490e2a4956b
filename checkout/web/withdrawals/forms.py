"""The statement of withdrawal, and the forms of the desk."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from checkout.web.orders.forms import order_number_field
from checkout.withdrawals.rules import LineLeft, Statement, UnitsMissing
from shop.web.kit.fields import email, lines, stripped, words
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.units import UnitsForm, units_field, units_name

WHOLE, PART = "whole", "part"


class WithdrawnForm(UnitsForm):
    """The units of the lines that are withdrawn from."""

    @property
    def units(self) -> dict[int, int]:
        """Units by position, zeros left out."""
        return {position: units for position, units in self.quantities.items() if units}


class StatementForm(WithdrawnForm):
    """What identifies the consumer and the contract (C. conso. L221-21); no reason is asked."""

    NEVER_PRINTED = frozenset({"name", "items"})

    name = words(_l("First and last name"), missing=_l("Enter your first and last name."))
    number = order_number_field()
    email = email(_l("E-mail address for the acknowledgement"))
    scope = RadioField(
        _l("What do you withdraw from?"),
        choices=[
            SelectChoice(WHOLE, _l("The whole order")),
            SelectChoice(PART, _l("Part of the order")),
        ],
        default=WHOLE,
    )
    items = TextAreaField(
        _l("Which items, and how many?"),
        [at_most(2000)],
        description=_l("For part of the order: one item a line, with its quantity."),
        filters=[lines],
    )

    def validate(self, extra_validators: object = None) -> bool:
        valid = super().validate(extra_validators)
        if self.scope.data == PART and not self.units and not self.items.data:
            place = self.unit_fields[0] if self.unit_fields else self.items
            place.errors = [_("Say which items you withdraw from, and how many.")]
            return False
        return valid

    @property
    def stated_items(self) -> str:
        """The part of the order in words, one item a line; nothing for the whole order."""
        if self.scope.data == WHOLE:
            return ""
        named = [f"{field.data} × {field.label.text}" for field in self.unit_fields if field.data]
        return "\n".join([*named, *(self.items.data or "").splitlines()])

    def statement(self, language: str) -> Statement:
        """The statement that the form makes."""
        whole = self.scope.data == WHOLE
        return Statement(
            name=self.name.data or "",
            order_number=self.number.data or "",
            email=self.email.data or "",
            language=language,
            whole=whole,
            items=self.stated_items,
            units={} if whole or self.items.data else self.units,
        )

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Every answer by the name of its field, for the page that confirms them."""
        return [
            (field.name, "" if field.data is None else str(field.data))
            for field in self
            if field.name != "csrf_token"
        ]


class QuantitiesForm(WithdrawnForm):
    """The units that the words of a statement mean."""

    NOTHING = UnitsMissing


class AttachForm(ShopForm):
    number = order_number_field(hint="")


class AnswerForm(ShopForm):
    NEVER_PRINTED = frozenset({"answer"})

    answer = TextAreaField(_l("Answer, sent by e-mail"), [at_most(2000)], filters=[lines])


class WithdrawalRefundForm(ShopForm):
    reference = StringField(_l("Reference of the refund"), [at_most(140)], filters=[stripped])


def statement_form(left: Sequence[LineLeft]) -> StatementForm:
    """The form of a statement, with the lines of an order that its reader may see."""
    made: StatementForm = _with_lines(StatementForm, left)()
    return made


def quantities_form(left: Sequence[LineLeft], units: dict[int, int]) -> QuantitiesForm:
    """The form of the quantities, filled with those known."""
    made: QuantitiesForm = _with_lines(QuantitiesForm, left, units)()
    return made


def _with_lines(
    kind: type[WithdrawnForm], left: Sequence[LineLeft], units: dict[int, int] | None = None
) -> type:
    fields = {
        units_name(line.position): units_field(
            line.name,
            line.left,
            description=_ordered(line),
            default=(units or {}).get(line.position, 0),
        )
        for line in left
        if line.left
    }
    return type(f"Order{kind.__name__}", (kind,), fields)


def _ordered(line: LineLeft) -> str:
    if line.left == line.ordered:
        return _("Ordered: %(units)s", units=line.ordered)
    return _(
        "Ordered: %(units)s; %(left)s can still be withdrawn", units=line.ordered, left=line.left
    )
