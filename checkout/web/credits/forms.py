"""The form of a credit note: everything that is left, or units or an amount of each line."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from checkout.credits.composition_rules import Remainder
from checkout.credits.rules import CreditRequest, Goods, NothingToCredit
from shop.core.money import Money
from shop.core.vat import PriceBasis
from shop.web.kit.fields import stripped, words
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required
from shop.web.kit.units import UnitsForm, units_field, units_name

WHOLE, PART = "whole", "part"
_AMOUNT = "amount_"
GOODS = {
    Goods.RETURNED: _l("They come back: put them back in stock"),
    Goods.UNSHIPPED: _l("They were never shipped: cancel them, they are on sale again"),
    Goods.KEPT: _l("Nothing moves in stock"),
}


class CreditForm(UnitsForm):
    """A line of the invoice has two fields of its own, added by `credit_form`. `expected` is the
    amount in cents that the page before the issue shows.
    """

    NOTHING = NothingToCredit

    scope = RadioField(
        _l("What is credited?"),
        choices=[
            SelectChoice(WHOLE, _l("Everything that is left of the invoice")),
            SelectChoice(PART, _l("A part of it")),
        ],
        default=PART,
    )
    reason = words(
        _l("Reason, printed on the credit note"),
        missing=_l("Give the reason: it is printed on the credit note."),
        most=500,
    )
    goods = RadioField(
        _l("The goods that are credited by quantity"),
        choices=[SelectChoice(goods.value, label) for goods, label in GOODS.items()],
        default=Goods.KEPT.value,
    )
    expected = HiddenField()

    @property
    def asked(self) -> CreditRequest:
        """What the form asks for."""
        whole = self.scope.data == WHOLE
        return CreditRequest(
            reason=self.reason.data or "",
            whole=whole,
            units={} if whole else {at: n for at, n in self.quantities.items() if n},
            amounts={} if whole else self._amounts,
            goods=Goods(self.goods.data),
        )

    def says_what(self) -> bool:
        """Whether all is credited, or a unit or an amount."""
        amounts = (field for field in self if field.name.startswith(_AMOUNT))
        return (
            self.scope.data != PART
            or super().says_what()
            or any(field.data or field.errors for field in amounts)
        )

    def say_nothing_entered(self, sentence: str) -> None:
        self.scope.errors = [*self.scope.errors, sentence]

    @property
    def _amounts(self) -> dict[int, Money]:
        """The amounts that were typed, by position."""
        return {
            int(field.name.removeprefix(_AMOUNT)): field.data
            for field in self
            if field.name.startswith(_AMOUNT) and field.data
        }

    def amount_of(self, position: int) -> Field:
        found: Field = self[f"{_AMOUNT}{position}"]
        return found

    @property
    def expected_amount(self) -> Money | None:
        """The amount that was shown."""
        typed = self.expected.data or ""
        return Money(int(typed)) if typed.isdecimal() else None

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Every answer by the name of its field, for the page that confirms them."""
        return [
            (field.name, "" if field.data is None else str(field.data))
            for field in self
            if field.name not in ("csrf_token", "expected")
        ]


class TransferForm(ShopForm):
    """The account that a transfer is to be paid to."""

    account = StringField(
        _l("IBAN of the customer"),
        [required(_l("Enter the IBAN of the customer.")), at_most(42)],
        filters=[stripped],
    )


class ConfirmationForm(ShopForm):
    """The transfer as the bank shows it."""

    reference = StringField(
        _l("Reference of the transfer"), [required(), at_most(140)], filters=[stripped]
    )


class SendingBackForm(ShopForm):
    """Why a transfer that was ordered is not made."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason why the transfer is not made.")), at_most(500)],
        filters=[stripped],
    )


def credit_form(remainder: Remainder, *, by_card: bool, unshipped: bool) -> CreditForm:
    """The form of what is left of an invoice. Goods that were never shipped are on an invoice only
    where the order was paid by card; while some are `unshipped`, they are proposed to be cancelled.
    """
    fields: dict[str, Field] = {}
    for line in remainder.lines:
        if line.units:
            name, most = line.sold.name, line.units
            fields[units_name(line.position)] = units_field(name, most, label=_l("Quantity"))
        if line.amount:
            fields[f"{_AMOUNT}{line.position}"] = _amount(remainder.basis)
    form: CreditForm = type("InvoiceCreditForm", (CreditForm,), fields)()
    if unshipped and by_card and not form.is_submitted():
        form.goods.data = Goods.UNSHIPPED.value
    if not by_card:
        form.goods.choices = [one for one in form.goods.choices if one.value != Goods.UNSHIPPED]
    return form


def _amount(basis: PriceBasis) -> MoneyField:
    including = basis is PriceBasis.INCLUDING
    label = _l("Or an amount incl. VAT") if including else _l("Or an amount excl. VAT")
    return MoneyField(label, [Optional()])
