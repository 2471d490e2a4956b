"""The forms of a price agreement."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from shop.agreements.agreements import AgreementTerms
from shop.agreements.rules import MOST_UNITS
from shop.web.kit.fields import words
from shop.web.kit.forms import MoneyField, PercentField, ShopForm, required


class TermsForm(ShopForm):
    """The reference, the subject and the days of an agreement."""

    NEVER_PRINTED = frozenset({"title"})

    reference = words(
        _l("Reference of the agreement"),
        missing=_l("Enter a reference: papers print it beside each price."),
        most=40,
    )
    title = words(_l("Subject"), missing=_l("Enter the subject."), most=200)
    starts_on = DateField(_l("First day"), [required(_l("Enter the first day."))])
    ends_on = DateField(
        _l("Last day"),
        [required(_l("Enter the last day."))],
        description=_l("The prices apply on that day too."),
    )

    def terms(self) -> AgreementTerms:
        """What was entered; both days are there."""
        assert self.starts_on.data is not None and self.ends_on.data is not None
        return AgreementTerms(
            self.reference.data or "",
            self.title.data or "",
            self.starts_on.data,
            self.ends_on.data,
        )


class ClientForm(ShopForm):
    """An organisation by its customer code or SIREN."""

    NEVER_PRINTED = frozenset({"code"})

    code = words(
        _l("Customer code or SIREN"), missing=_l("Enter a customer code or a SIREN."), most=20
    )


class ConditionForm(ShopForm):
    """The goods, the quantity, and a discount or a fixed price."""

    NEVER_PRINTED = frozenset({"sku"})

    sku = words(
        _l("Reference of the product"),
        most=40,
        hint=_l("Empty: the condition is for a family, or for all products."),
    )
    category = SelectField(_l("Family"), coerce=int, choices=[])
    units = IntegerField(
        _l("From how many units"),
        [
            InputRequired(_l("Enter a quantity.")),
            NumberRange(1, MOST_UNITS, _l("Enter a quantity from 1 to 9999.")),
        ],
        default=1,
    )
    discount = PercentField(_l("Discount in per cent"), [Optional()])
    price = MoneyField(
        _l("Or fixed price, excluding VAT"),
        [Optional()],
        description=_l("Of one unit, its eco-contribution included."),
    )


class SigningForm(ShopForm):
    """Who signed for the client, and when."""

    NEVER_PRINTED = frozenset({"signatory"})

    signed_on = DateField(_l("Signed on"), [required(_l("Enter the day of the signature."))])
    signatory = words(
        _l("Signed for the client by"), missing=_l("Enter who signed for the client."), most=200
    )


class CopyForm(ShopForm):
    """What an organisation has signed."""

    organisation = SelectField(_l("Signed by"), coerce=int, choices=[])
    file = FileField(
        _l("Signed agreement"),
        [FileRequired(_l("Choose a file: a PDF, or a photograph in JPEG or PNG format."))],
    )


class EndForm(ShopForm):
    """Why an agreement is ended, or a draft given up."""

    NEVER_PRINTED = frozenset({"reason"})

    reason = words(_l("Reason"), missing=_l("Give the reason: the journal keeps it."), most=500)
