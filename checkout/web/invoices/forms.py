"""The forms of an invoice at the accounting desk: its sending, its receipt, its payment period."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField

from shop.organisations.rules import FileForm
from shop.web.kit.fields import email, stripped
from shop.web.kit.forms import ShopForm, at_most, required
from shop.web.organisations.invoicing_forms import file_form_field


class SendForm(ShopForm):
    """The address of the paying service, and what it receives."""

    to = email(_l("E-mail address of the paying service"))
    file_form = file_form_field()

    @property
    def wanted(self) -> FileForm:
        """The form of the file that was chosen."""
        return FileForm(self.file_form.data)


class ForwardForm(ShopForm):
    """The day on which the staff forwarded the file themselves: by post, through Chorus Pro."""

    forwarded_on = DateField(
        _l("Forwarded on"),
        [required(_l("Enter the day of the sending, such as 31/12/2026."))],
    )


class ReceiptForm(ShopForm):
    """The day on which the paying service received an invoice."""

    received_on = DateField(
        _l("Received by the paying service on"),
        [required(_l("Enter the day of receipt, such as 31/12/2026."))],
    )


class InterruptionForm(ShopForm):
    """What the body notified: it interrupts the payment period of an invoice."""

    notified_on = DateField(
        _l("Notification received on"),
        [required(_l("Enter the day of the notification, such as 31/12/2026."))],
    )
    reason = StringField(
        _l("Reason, and what is missing"),
        [required(_l("Give the reason, as the body’s notification states it.")), at_most(500)],
        filters=[stripped],
    )


class ResumptionForm(ShopForm):
    """The day on which the body had received everything."""

    completed_on = DateField(
        _l("Everything received by the body on"),
        [required(_l("Enter the day of receipt, such as 31/12/2026."))],
    )


class MistakeForm(ShopForm):
    """Why an interruption was recorded by mistake."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason why this record was a mistake.")), at_most(500)],
        filters=[stripped],
    )
