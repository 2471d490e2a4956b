"""The form of a product sheet, and what it says of a sheet."""

import json
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from shop.catalogue.models import Category, Usage
from shop.catalogue.pictures import FINISHES, families
from shop.catalogue.rules import Supply
from shop.catalogue.sheet_rules import (
    LONGEST_BRAND,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_SKU,
    LONGEST_SUMMARY,
    MOST_DAYS,
    MOST_MONTHS,
    MOST_WEIGHT,
    Sheet,
)
from shop.web.kit.fields import lines, stripped, words
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required
from shop.web.kit.tariff import standard_rate, vat_choices
from shop.web.products.drawings import DRAWINGS
from shop.web.products.fields import FineAmountField, PairsField
from shop.web.products.history import SUPPLIES

#: What each finish of a drawing is called.
FINISH_LABELS: dict[str, Any] = {
    "anthracite": _l("Anthracite"),
    "black": _l("Black"),
    "white": _l("White"),
    "silver": _l("Silver"),
    "accent": _l("Red"),
    "blue": _l("Blue"),
    "oak": _l("Oak"),
}


def _whole(most: int) -> list[Any]:
    message = _l("Enter a whole number from 0 to %(most)s.", most=most)
    return [required(), NumberRange(0, most, message)]


class NewSheetForm(ShopForm):
    """The sheet of a new product, with its price. `opened` holds the answers that the page showed:
    what somebody else changes meanwhile is found by it.
    """

    name = words(_l("Name"), missing=_l("Enter the name of the product."), most=LONGEST_NAME)
    sku = words(_l("Reference"), missing=_l("Enter the reference."), most=LONGEST_SKU)
    ean = StringField(
        _l("EAN"),
        [Optional(), at_most(13)],
        filters=[stripped],
        description=_l("The 13 digits below the bar code."),
    )
    brand = words(
        _l("Brand"),
        missing=_l("Enter the brand."),
        most=LONGEST_BRAND,
        hint=_l("A brand of the list, or a new one."),
    )
    family = SelectField(_l("Family"), [required(_l("Choose the family."))])
    summary = words(
        _l("Short description"), most=LONGEST_SUMMARY, hint=_l("One line, shown in the lists.")
    )
    description = TextAreaField(
        _l("Full description"), [at_most(LONGEST_DESCRIPTION)], filters=[lines]
    )
    price = MoneyField(
        _l("Price including VAT"),
        [required(_l("Enter the price including VAT."))],
        description=_l("The price excluding VAT follows from it and from the rate."),
    )
    vat_rate = RadioField(
        _l("VAT rate"),
        [required(_l("Choose the rate."))],
        coerce=int,
        choices=vat_choices,
        default=standard_rate,
    )
    eco_fee = FineAmountField(
        _l("Eco-contribution, excluding VAT"),
        description=_l("In euros, for one unit, as the scheme’s price list gives it: 0.1667."),
    )
    supply = RadioField(
        _l("Supply"),
        [required(_l("Choose the supply."))],
        choices=[SelectChoice(one.value, label) for one, label in SUPPLIES.items()],
        default=Supply.STOCKED.value,
    )
    lead_days = IntegerField(
        _l("Days of delay"),
        _whole(MOST_DAYS),
        default=0,
        description=_l("From the order to the shipment of what is not in stock."),
    )
    restock_on = DateField(_l("Back in stock on"), [Optional()])
    weight_g = IntegerField(_l("Weight in grams"), _whole(MOST_WEIGHT), default=0)
    bulky = BooleanField(_l("Too long or too large for a parcel"))
    warranty_months = IntegerField(_l("Warranty in months"), _whole(MOST_MONTHS), default=24)
    specifications = PairsField(_l("Specifications"))
    usages = SelectMultipleField(
        _l("Uses"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    picture = SelectField(_l("Drawing"))
    finish = SelectField(
        _l("Finish of the drawing"),
        choices=[SelectChoice(one, FINISH_LABELS[one]) for one in FINISHES],
        default="anthracite",
    )
    opened = HiddenField()

    def offer(self, departments: list[Category], usages: list[Usage]) -> None:
        """The families and the uses of the catalogue."""
        self.family.choices = [SelectChoice("", _l("Choose…"))] + [
            SelectChoice(one.slug, f"– {one.name}" if one.parent_id else one.name)
            for one in departments
        ]
        self.usages.choices = [SelectChoice(one.slug, one.name) for one in usages]
        self.picture.choices = [SelectChoice("", _l("No drawing"))] + [
            SelectChoice(one, DRAWINGS[one]) for one in families()
        ]

    @property
    def sheet(self) -> Sheet:
        """The sheet of a valid form."""
        day = self.restock_on.data
        return Sheet(
            sku=self.sku.data or "",
            name=self.name.data or "",
            family=self.family.data,
            brand=self.brand.data or "",
            ean=(self.ean.data or "").replace(" ", "") or None,
            summary=self.summary.data or "",
            description=self.description.data or "",
            vat_rate=self.vat_rate.data,
            eco_fee=self.eco_fee.data or 0,
            supply=Supply(self.supply.data),
            lead_days=self.lead_days.data or 0,
            restock_on=day.isoformat() if day else None,
            weight_g=self.weight_g.data or 0,
            bulky=self.bulky.data,
            warranty_months=self.warranty_months.data or 0,
            specifications=tuple((name, value) for name, value in self.specifications.data),
            usages=tuple(sorted(self.usages.data or ())),
            picture=self.picture.data or "",
            finish=self.finish.data,
        )

    def show(self, sheet: Sheet) -> None:
        """Fill in the form with a sheet."""
        self.eco_fee.typed = ""
        for name, value in sheet.values().items():
            self[name].raw_data = None
            self[name].data = sheet.day if name == "restock_on" else value

    def remember(self, sheet: Sheet) -> None:
        """Keep the answers that this page shows."""
        self.opened.data = json.dumps(sheet.values(), ensure_ascii=False)

    @property
    def remembered(self) -> dict[str, Any]:
        """The answers that the page of this form showed; nothing where they are unreadable."""
        try:
            found = json.loads(self.opened.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class SheetForm(NewSheetForm):
    """The sheet of a product that is there: its price changes on a page of its own."""

    price = None  # type: ignore[assignment]


class WithdrawalForm(ShopForm):
    """Why a product is taken off sale."""

    reason = words(_l("Reason"), missing=_l("Give the reason."), most=300)
