"""What was told of an invoice; the parties and the references of the corrected one."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation

from checkout.invoices.corrections import Correction
from shop.core.parties import Parties
from shop.register.siret import SiretMistake, read_siret, siren_of
from shop.web.kit.addresses import checked_town, country_field, postal_code_field
from shop.web.kit.fields import address_line, email, service_code, stripped, town, words
from shop.web.kit.forms import ShopForm, at_most, required

END_DISPUTE, MISTAKE = "end_dispute", "mistake"
#: What the accounting staff may be told, by code.
STATUSES = {
    "202": _l("Received by a platform"),
    "203": _l("Made available to the recipient"),
    "204": _l("Taken in charge by the recipient"),
    "205": _l("Accepted by the recipient"),
    "207": _l("Contested by the recipient"),
    END_DISPUTE: _l("The dispute is over"),
    "208": _l("Suspended: the payment period is interrupted"),
    "209": _l("Completed: the recipient has received what was missing"),
    "210": _l("Refused by the buyer"),
    "213": _l("Rejected by a platform"),
    "211": _l("Payment announced"),
    MISTAKE: _l("The last status was recorded by mistake"),
}


class StatusForm(ShopForm):
    """What was told of an invoice."""

    status = RadioField(
        _l("What was told?"),
        choices=[SelectChoice(code, label) for code, label in STATUSES.items()],
        validators=[required(_l("Choose what was told."))],
    )
    told_on = DateField(_l("Told on"), [required(_l("Enter the day, such as 31/12/2026."))])
    reason = StringField(
        _l("Reason, or answer, as it was given"), [Optional(), at_most(500)], filters=[stripped]
    )


class EndingForm(ShopForm):
    """The end of a dispute, with the answer that settled it, or of a suspension."""

    ended_on = DateField(_l("Ended on"), [required(_l("Enter the day, such as 31/12/2026."))])
    answer = StringField(
        _l("Answer that settled it"), [Optional(), at_most(500)], filters=[stripped]
    )


def siret_number(_form: Any, field: Any) -> None:
    """Fourteen digits in any usual form; empty, the number stays as it is."""
    if not field.data:
        return
    try:
        field.data = read_siret(field.data)
    except SiretMistake as mistake:
        raise StopValidation(_(mistake.sentence, **mistake.facts)) from mistake


class CorrectionForm(ShopForm):
    """The parties and the references that should have been on the invoice."""

    reason = words(
        _l("What was wrong"),
        missing=_l("Say what was wrong: it is printed on the credit note."),
        most=500,
    )
    name = address_line(_l("Invoiced to"), missing=_l("Enter the name of the customer."))
    siret = StringField(_l("SIRET number"), [at_most(30), siret_number], filters=[stripped])
    line1 = address_line(_l("Address"), missing=_l("Enter the address."))
    line2 = address_line(_l("Address, second line"))
    country = country_field()
    postal_code = postal_code_field(_l("Postal code"))
    city = town(missing=_l("Enter the town."))
    checked = checked_town()
    service = address_line(_l("Paying service"))
    code = service_code(_l("Service code"))
    to = email(_l("E-mail address of the paying service"), required=False)
    engagement = words(_l("Commitment number"), most=50)
    purchase_order = words(_l("Number of the purchase order"), most=60)

    def said(self, before: Correction) -> Correction:
        """What the form says, of what the invoice says now."""
        return Correction(
            self._parties(before.parties),
            self.engagement.data or "",
            self.purchase_order.data or "",
        )

    def _parties(self, before: Parties) -> Parties:
        header = replace(
            before.header,
            name=self.name.data or "",
            line1=self.line1.data or "",
            line2=self.line2.data or "",
            country=self.country.data,
            postal_code=self.postal_code.data or "",
            city=self.city.data or "",
        )
        service = before.paying_service
        if service is not None:
            service = replace(
                service,
                name=self.service.data or service.name,
                service_code=self.code.data or "",
                email=self.to.data or "",
            )
        siret = self.siret.data or before.siret
        if before.siret and siret != before.siret:
            siren = siren_of(siret)
            before = replace(before, siret=siret, siren=siren, establishment_id=None)
        return replace(before, header=header, paying_service=service)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Every answer by the name of its field, for the page that confirms them."""
        return [
            (field.name, "" if field.data is None else str(field.data))
            for field in self
            if field.short_name != "csrf_token"
        ]


def filled(before: Correction) -> dict[str, Any]:
    """What the invoice says now, by field."""
    header, service = before.parties.header, before.parties.paying_service
    return {
        "name": header.name,
        "siret": before.parties.siret,
        "line1": header.line1,
        "line2": header.line2,
        "country": header.country,
        "postal_code": header.postal_code,
        "city": header.city,
        "service": service.name if service else "",
        "code": service.service_code if service else "",
        "to": service.email if service else "",
        "engagement": before.engagement,
        "purchase_order": before.purchase_order,
    }
