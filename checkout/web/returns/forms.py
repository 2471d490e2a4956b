"""The forms of a return: what is asked, what is decided, what came back."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from checkout.returns.rules import (
    LONGEST,
    Announced,
    Counted,
    NoUnitsToReturn,
    Reason,
    ReturnableLine,
)
from checkout.returns.rules import Asked as AskedReturn
from shop.web.kit.fields import lines, stripped
from shop.web.kit.forms import ShopForm, at_most, required
from shop.web.kit.units import UnitsForm, units_field, units_name

#: The counts of a line that came back: the prefix of the field, and its label.
COUNTS = (
    ("restocked_", _l("Back on the shelf")),
    ("repair_", _l("To repair")),
    ("lost_", _l("Lost or beyond repair")),
)
REASONS = {
    Reason.RESERVATIONS: _l("Reservations made at the delivery"),
    Reason.DEFECT: _l("Defect"),
    Reason.ERROR: _l("Wrong goods, or ordered by mistake"),
    Reason.OTHER: _l("Another reason"),
}


class ReturnForm(UnitsForm):
    """Units by line, why they come back, photographs."""

    NOTHING = NoUnitsToReturn

    reason = RadioField(
        _l("Why do these goods come back?"),
        [InputRequired(_l("Choose a reason."))],
        choices=[SelectChoice(one.value, label) for one, label in REASONS.items()],
    )
    words = TextAreaField(
        _l("What is wrong with them"),
        [required(_l("Describe what is wrong with the goods.")), at_most(LONGEST)],
        filters=[lines],
    )
    photographs = MultipleFileField(_l("Photographs or documents"), [Optional()])

    @property
    def asked(self) -> AskedReturn:
        """What a valid form asks."""
        return AskedReturn(Reason(self.reason.data), self.words.data or "", self.quantities)

    @property
    def files(self) -> list[FileStorage]:
        """The files that were chosen."""
        sent = [one for one in self.photographs.data or [] if isinstance(one, FileStorage)]
        return [one for one in sent if one.filename]


class InstructionsForm(ShopForm):
    """How the goods are to be sent back."""

    instructions = TextAreaField(
        _l("Instructions"),
        [at_most(LONGEST)],
        description=_l("For example: in the original packing; the carrier calls on Tuesday."),
        filters=[lines],
    )


class RefusalForm(ShopForm):
    """Why the goods stay with the client."""

    reason = StringField(
        _l("Reason"), [required(_l("Give the reason.")), at_most(500)], filters=[stripped]
    )


class CountForm(ShopForm):
    """What became of each line that came back."""

    def counts_of(self, position: int) -> list[IntegerField]:
        """The three fields of a line."""
        return [self[f"{prefix}{position}"] for prefix, _label in COUNTS]

    def counted(self, announced: Sequence[Announced]) -> dict[int, Counted]:
        """The counts of a valid form, by position."""
        return {
            line.position: Counted(*(one.data or 0 for one in self.counts_of(line.position)))
            for line in announced
        }


def return_form(lines_left: Sequence[ReturnableLine]) -> ReturnForm:
    """The form of the lines that may come back."""
    fields = {
        units_name(line.position): units_field(line.name, line.units)
        for line in lines_left
        if line.units
    }
    form: ReturnForm = type("OrderReturnForm", (ReturnForm,), fields)()
    return form


def count_form(announced: Sequence[Announced]) -> CountForm:
    """The form of the lines of a return, filled as if all went back on the shelf."""
    fields = {
        f"{prefix}{line.position}": IntegerField(
            label,
            [Optional(), NumberRange(0, line.units, message=_told(line))],
            default=line.units if prefix == COUNTS[0][0] else 0,
        )
        for line in announced
        for prefix, label in COUNTS
    }
    form: CountForm = type("ReturnCountForm", (CountForm,), fields)()
    return form


def _told(line: Announced) -> object:
    return _l("%(name)s: enter a number from 0 to %(most)s.", name=line.name, most=line.units)
