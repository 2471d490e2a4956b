"""The forms of what a recipient says of a delivery: its day of receipt, its acknowledgement."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from checkout.deliveries.rules import Reservation, ReservationKind, reservation_kind
from checkout.invoices.acknowledgements import DeliveredLine
from shop.web.kit.fields import stripped, words
from shop.web.kit.forms import ShopForm, at_most, required

_STATE, _WORDS = "state_", "words_"
#: The words of the kinds of reservations.
KINDS = {
    ReservationKind.MISSING: _l("Missing"),
    ReservationKind.DAMAGED: _l("Damaged"),
    ReservationKind.OTHER: _l("Other reservation"),
}


class ReceiptForm(ShopForm):
    """The day on which a delivery was received. A page has one for each delivery note, with its
    number as the prefix.
    """

    received_on = DateField(
        _l("Received on"), [required(_l("Enter the day of receipt, such as 31/12/2026."))]
    )


class AcknowledgementForm(ShopForm):
    """A line of the delivery has its own two fields, added by `acknowledgement_form`."""

    NEVER_PRINTED = frozenset({"name", "capacity"})

    name = words(_l("First and last name"), missing=_l("Enter your first and last name."))
    capacity = StringField(
        _l("Capacity"),
        [required(_l("Enter your capacity, such as reception desk.")), at_most(200)],
        filters=[stripped],
    )

    def state_of(self, position: int) -> SelectField:
        found: SelectField = self[f"{_STATE}{position}"]
        return found

    def words_of(self, position: int) -> StringField:
        found: StringField = self[f"{_WORDS}{position}"]
        return found

    @property
    def reservations(self) -> dict[int, Reservation]:
        """By position, of the lines that were not received whole. Raises UnknownReservation."""
        positions = [
            int(field.name.removeprefix(_STATE))
            for field in self
            if field.name.startswith(_STATE) and field.data
        ]
        return {
            position: Reservation(
                reservation_kind(self.state_of(position).data), self.words_of(position).data or ""
            )
            for position in positions
        }

    def validate(self, extra_validators: object = None) -> bool:
        reservations = self.reservations  # a forged kind is refused before anything else
        valid = super().validate(extra_validators)
        if not valid:
            return False
        for position, told in reservations.items():
            if not told.words:
                self.words_of(position).errors = [_("Say in a sentence what is wrong.")]
                valid = False
        return valid


def acknowledgement_form(lines: Sequence[DeliveredLine]) -> AcknowledgementForm:
    """The form of a delivery's lines, each received whole unless its recipient says otherwise."""
    fields: dict[str, object] = {}
    for line in lines:
        fields[f"{_STATE}{line.position}"] = SelectField(
            line.name,
            choices=[
                SelectChoice("", _l("Received whole")),
                *(SelectChoice(kind.value, words) for kind, words in KINDS.items()),
            ],
            default="",
        )
        fields[f"{_WORDS}{line.position}"] = StringField(
            _l("What is wrong with it?"), [at_most(500)], filters=[stripped]
        )
    form: AcknowledgementForm = type("LinesAcknowledgementForm", (AcknowledgementForm,), fields)()
    return form
