"""Forms that ask how many units of each line of goods."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from shop.core.errors import DomainError
from shop.web.kit.forms import ShopForm
from shop.web.kit.site import sentence_of

_UNITS = "units_"


class UnitsForm(ShopForm):
    """Each line of goods has a field of its own, named by `units_name()`. `NOTHING` is the refusal
    of the service where no unit is entered: the form shows it beside its other mistakes.
    """

    NOTHING: ClassVar[type[DomainError] | None] = None

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.NOTHING is None or self.says_what():
            return valid
        self.say_nothing_entered(sentence_of(self.NOTHING()))
        return False

    def say_nothing_entered(self, sentence: str) -> None:
        """Show the sentence of `NOTHING`: above the form."""
        self.form_errors.append(sentence)

    def says_what(self) -> bool:
        """Whether a unit is entered, or a number that cannot be read."""
        return any(field.data or field.errors for field in self.unit_fields)

    @property
    def unit_fields(self) -> list[IntegerField]:
        """The fields of the lines, in their order."""
        return [field for field in self if field.name.startswith(_UNITS)]

    @property
    def quantities(self) -> dict[int, int]:
        """Units by position; an empty field is none."""
        return {int(field.name.removeprefix(_UNITS)): field.data or 0 for field in self.unit_fields}

    def units_of(self, position: int) -> IntegerField:
        """The field of a line."""
        found: IntegerField = self[units_name(position)]
        return found


def units_name(position: int) -> str:
    """The name of the field of a line."""
    return f"{_UNITS}{position}"


def units_field(
    name: str, most: int, *, asked: Any = None, label: Any = None, **more: Any
) -> IntegerField:
    """The field of the line `name`, from 0 to `most`; with the sentence `asked`, it must be
    filled. Its label is the name, unless there is another.
    """
    bounds = _l("%(name)s: enter a number from 0 to %(most)s.", name=name, most=most)
    return IntegerField(
        label or name,
        [InputRequired(asked) if asked else Optional(), NumberRange(0, most, message=bounds)],
        **more,
    )
