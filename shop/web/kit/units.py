"""Forms that ask how many units of each line of goods."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from shop.web.kit.forms import ShopForm

_UNITS = "units_"


class UnitsForm(ShopForm):
    """Each line of goods has a field of its own, named by `units_name()`."""

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
