"""The form for a copy of the purchase order."""

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import Optional

from quotes.purchase_orders.rules import Told
from shop.web.kit.fields import service_code, stripped
from shop.web.kit.forms import ShopForm, at_most


class ScanForm(ShopForm):
    """A copy of the purchase order, and what its sender says of it, if they like."""

    scan = FileField(
        _l("Copy of the purchase order"),
        [FileRequired(_l("Choose a file: a PDF, or a photograph in JPEG or PNG format."))],
    )
    reference = StringField(_l("Purchase order number"), [at_most(60)], filters=[stripped])
    dated_on = DateField(_l("Date of the purchase order"), [Optional()])
    engagement = StringField(_l("Commitment no."), [at_most(50)], filters=[stripped])
    service_code = service_code(_l("Service code"))
    signatory_name = StringField(_l("Signatory"), [at_most(120)], filters=[stripped])
    signatory_capacity = StringField(_l("Capacity"), [at_most(120)], filters=[stripped])

    @property
    def told(self) -> Told:
        """What its sender says of it."""
        said: dict[str, Any] = {one.name: getattr(self, one.name).data for one in fields(Told)}
        return Told(**{name: answer for name, answer in said.items() if answer})
