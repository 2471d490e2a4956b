"""The form of a delivery: units and serial numbers of each line, carrier, parcels."""

import re
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from checkout.deliveries.rules import (
    MOST_PACKAGES,
    NothingToDeliver,
    Package,
    PackageKind,
    Shipment,
    serials_in,
)
from checkout.orders.rules import LineProgress
from shop.core.text import kilograms
from shop.web.kit.fields import stripped
from shop.web.kit.forms import at_most
from shop.web.kit.site import current_language
from shop.web.kit.units import UnitsForm, units_field, units_name

_SERIALS = "serials_"
#: The words of the kinds of packages.
PACKAGE_KINDS = {PackageKind.PARCEL: _l("Parcel"), PackageKind.PALLET: _l("Pallet")}
_WEIGHT = re.compile(r"(\d{1,5})(?:[.,](\d{1,3}))?")


def parse_weight(typed: str) -> int | None:
    """Grams of a weight in kilograms such as « 12,5 » or "12.5 kg"; None if it is not valid."""
    found = _WEIGHT.fullmatch(re.sub(r"[\s\u00a0\u202f]|kg$", "", typed.strip().lower()))
    grams = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else 0
    return grams or None


class WeightField(Field):
    """A weight in kilograms; its data is in grams, and the field shows the text as typed."""

    widget = TextInput()
    typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = parse_weight(self.typed) if self.typed else None
        if self.typed and self.data is None:
            raise ValidationError(_l("Enter a weight in kilograms, such as 12.5."))

    def _value(self) -> str:
        shown = kilograms(self.data, current_language()) if self.data else ""
        return self.typed or shown


class DeliveryForm(UnitsForm):
    """A line of goods has its own fields, and so has each parcel that is described, added by
    `delivery_form`. `described` is the number of these.
    """

    NOTHING = NothingToDeliver

    carrier = StringField(_l("Carrier"), [at_most(80)], filters=[stripped])
    tracking = StringField(_l("Tracking no."), [at_most(80)], filters=[stripped])
    parcels = IntegerField(
        _l("Parcels"),
        [NumberRange(1, 999, message=_l("Enter a number of parcels from 1 to 999."))],
        default=1,
    )
    shipped_again = BooleanField(_l("I have checked: this serial number is shipped again"))
    described = HiddenField()

    def serials_of(self, position: int) -> TextAreaField:
        found: TextAreaField = self[f"{_SERIALS}{position}"]
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each parcel that is described, by name."""
        return [
            {name: self[f"{name}_{place}"] for name in ("kind", "weight", "carrier", "tracking")}
            for place in range(1, _count(self.described.data) + 1)
        ]

    def shipment(self, site: str) -> Shipment:
        """The shipment of a valid form."""
        return Shipment(
            self.carrier.data or "",
            self.tracking.data or "",
            self.parcels.data or 0,
            site=site,
            packages=tuple(
                Package(
                    PackageKind(row["kind"].data),
                    row["weight"].data,
                    row["carrier"].data or "",
                    row["tracking"].data or "",
                )
                for row in self.rows
            ),
            serials={
                int(field.name.removeprefix(_SERIALS)): serials_in(field.data)
                for field in self
                if field.name.startswith(_SERIALS) and field.data
            },
            serials_checked=self.shipped_again.data,
        )


def delivery_form(lines: Sequence[LineProgress], *, described: int | None = None) -> DeliveryForm:
    """The form of an order's open lines, filled with all remaining units. `described`: how many
    parcels are described one by one; else as many as the form says that was sent.
    """
    rows = _count(request.form.get("described")) if described is None else _count(described)
    fields: dict[str, Any] = {}
    for line in lines:
        if line.remaining:
            fields |= _line_fields(line)
    for place in range(1, rows + 1):
        fields |= _package_fields(place)
    form: DeliveryForm = type("OrderDeliveryForm", (DeliveryForm,), fields)()
    form.described.data = str(rows)
    return form


def _count(typed: Any) -> int:
    """Parcels that a form describes: at most as many as there are fields for."""
    text = str(typed or "")
    return min(int(text), MOST_PACKAGES) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else 0


def _line_fields(line: LineProgress) -> dict[str, Any]:
    return {
        units_name(line.position): units_field(
            line.name,
            line.remaining,
            asked=_l("%(name)s: enter a number, or 0 if none is shipped.", name=line.name),
            default=line.remaining,
        ),
        f"{_SERIALS}{line.position}": TextAreaField(
            _l("Serial numbers"),
            [at_most(20_000)],
            description=_l("One on each line."),
        ),
    }


def _package_fields(place: int) -> dict[str, Any]:
    choices = [SelectChoice(kind.value, words) for kind, words in PACKAGE_KINDS.items()]
    return {
        f"kind_{place}": SelectField(_l("Kind"), choices=choices, default=PackageKind.PARCEL.value),
        f"weight_{place}": WeightField(_l("Weight in kg"), [Optional()]),
        f"carrier_{place}": StringField(
            _l("Carrier, if it is another one"), [at_most(80)], filters=[stripped]
        ),
        f"tracking_{place}": StringField(_l("Tracking no."), [at_most(80)], filters=[stripped]),
    }
