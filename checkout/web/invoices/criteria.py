"""The criteria of a list of invoices and credit notes, as its form asks them."""

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from checkout.invoices.details import Detail
from checkout.invoices.rules import PeriodTurned, ensure_period
from checkout.ledger.criteria import Criteria
from shop.core.money import Money
from shop.organisations.models import Establishment
from shop.web.kit.fields import words
from shop.web.kit.forms import MoneyField, ShopForm
from shop.web.kit.site import sentence_of


class CriteriaForm(ShopForm):
    """What is looked for; every answer may be left out. It asks for a page or a file and changes
    nothing: no token. `client` is the office's question, `establishment` that of an organisation.
    """

    class Meta(ShopForm.Meta):
        csrf = False

    since = DateField(_l("Issued from"), [Optional()])
    until = DateField(_l("Issued until"), [Optional()])
    client = words(_l("Client: name, SIREN or SIRET"))
    establishment = SelectField(_l("Establishment"), [Optional()])
    service = words(_l("Paying service: name or service code"))
    purchase_order = words(_l("Purchase order number"))
    engagement = words(_l("Commitment number"))
    least = MoneyField(_l("Amount incl. VAT, from"))
    most = MoneyField(_l("Amount incl. VAT, up to"))

    def offer(self, establishments: list[Establishment]) -> None:
        """The establishments of the organisation; none is asked for where there is one only."""
        if len(establishments) < 2:
            del self.establishment
            return
        offered = [(str(one.id), one.name) for one in establishments]
        self.establishment.choices = [("", _l("All establishments")), *offered]

    def is_sound(self) -> bool:
        """Whether each answer can be read, and the second of two is not below the first."""
        return self.validate() and self._are_in_order()

    def _are_in_order(self) -> bool:
        since, until, least, most = (
            self[name].data for name in ("since", "until", "least", "most")
        )
        try:
            if since and until:
                ensure_period(since, until)
        except PeriodTurned as refusal:
            self.until.errors = [sentence_of(refusal)]
            return False
        if isinstance(least, Money) and isinstance(most, Money) and most < least:
            self.most.errors = [_l("The second amount is below the first. Correct one of them.")]
            return False
        return True

    @property
    def criteria(self) -> Criteria:
        """What was answered."""
        establishment = self.establishment.data if "establishment" in self else ""
        return Criteria(
            since=self.since.data,
            until=self.until.data,
            establishment_id=int(establishment) if establishment else None,
            service=self.service.data or "",
            purchase_order=self.purchase_order.data or "",
            engagement=self.engagement.data or "",
            least=self.least.data,
            most=self.most.data,
            client=(self.client.data or "") if "client" in self else "",
        )

    @property
    def query(self) -> dict[str, str]:
        """The answers as parameters of an address, as they were typed."""
        asked = {field.short_name: request.args.get(field.short_name, "") for field in self}
        return {name: value for name, value in asked.items() if value and name != "detail"}

    @property
    def days(self) -> str:
        """The period as the name of a file has it; empty without one."""
        days = [day.isoformat() for day in (self.since.data, self.until.data) if day]
        return "-".join(["", *days])


class ExportForm(CriteriaForm):
    """The criteria of an export, and what a row of its file is."""

    detail = RadioField(
        _l("One row for each"),
        choices=[
            SelectChoice(Detail.DOCUMENT.value, _l("document")),
            SelectChoice(Detail.VAT.value, _l("VAT rate of a document")),
            SelectChoice(Detail.LINE.value, _l("line of a document")),
        ],
        default=Detail.DOCUMENT.value,
    )
