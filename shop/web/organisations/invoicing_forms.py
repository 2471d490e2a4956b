"""How an organisation receives its invoices, for its administrators and for the sales staff."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from shop.organisations.rules import FileForm, Invoicing
from shop.web.kit.fields import email
from shop.web.kit.forms import ShopForm


def file_form_field() -> RadioField:
    """One PDF, or a ZIP file."""
    return RadioField(
        _l("File for the paying service"),
        choices=[
            SelectChoice(
                FileForm.PDF.value,
                _l("one PDF: invoice, purchase order and delivery notes, joined"),
            ),
            SelectChoice(
                FileForm.ZIP.value, _l("one ZIP file: each document on its own, and the quote")
            ),
        ],
        default=FileForm.PDF.value,
    )


class InvoicingForm(ShopForm):
    """The form of the file, the copies and the notice."""

    file_form = file_form_field()
    copy_1 = email(_l("First address in copy"), required=False)
    copy_2 = email(_l("Second address in copy"), required=False)
    copy_3 = email(_l("Third address in copy"), required=False)
    announces = BooleanField(
        _l("Tell the buyer by e-mail when an invoice is available"),
        description=_l("When it is deposited on Chorus Pro or forwarded, and not sent by e-mail."),
    )

    def copies(self) -> list[str]:
        """The addresses that were typed."""
        return [field.data for field in (self.copy_1, self.copy_2, self.copy_3) if field.data]

    def wanted(self) -> Invoicing:
        """What was chosen."""
        return Invoicing(
            FileForm(self.file_form.data), bool(self.announces.data), tuple(self.copies())
        )


def form_with(invoicing: Invoicing) -> InvoicingForm:
    """The form with what is set now."""
    copies = {f"copy_{place}": email for place, email in enumerate(invoicing.copies, start=1)}
    return InvoicingForm(
        formdata=None, file_form=invoicing.form.value, announces=invoicing.announces, **copies
    )
