"""The form of what the buyer fills in of a purchase order: every answer may stay empty."""

from dataclasses import asdict, fields

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from quotes.order_forms.rules import Filled
from shop.web.kit.fields import service_code, stripped
from shop.web.kit.forms import ShopForm, at_most


class OrderForm(ShopForm):
    """An empty answer is printed as a line to fill in by hand."""

    reference = StringField(_l("Purchase order number"), [at_most(60)], filters=[stripped])
    engagement = StringField(_l("Commitment no."), [at_most(50)], filters=[stripped])
    service_code = service_code(_l("Service code"))
    contract = StringField(_l("Contract no."), [at_most(60)], filters=[stripped])
    signatory_name = StringField(_l("Signatory"), [at_most(120)], filters=[stripped])
    signatory_capacity = StringField(_l("Capacity"), [at_most(120)], filters=[stripped])

    @property
    def filled(self) -> Filled:
        """The answers."""
        return Filled(**{one.name: getattr(self, one.name).data or "" for one in fields(Filled)})

    def show(self, filled: Filled) -> None:
        """Fill the fields in advance."""
        for name, answer in asdict(filled).items():
            getattr(self, name).data = answer
