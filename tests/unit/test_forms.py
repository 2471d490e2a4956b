"""No answer is longer than the column that stores it."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from wtforms import HiddenField, IntegerField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length, NumberRange

from checkout.deliveries.models import DeliveryNote
from checkout.drafts.models import Draft
from checkout.invoices.models import Invoice
from checkout.payments.models import Payment
from checkout.web.deliveries.shipping import DeliveryForm
from checkout.web.invoices.forms import SendForm
from checkout.web.payments.forms import PaymentForm
from checkout.web.steps.forms import AddressesForm, GuestForm
from quotes.purchase_orders.models import PurchaseOrder, PurchaseOrderScan
from quotes.web.purchase_orders.forms import OriginalForm
from quotes.web.purchase_orders.scan_forms import ScanForm
from shop.catalogue.models import StockAlert, StockMovement
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.web.catalogue.forms import AlertForm
from shop.web.kit.addresses import postal_code
from shop.web.kit.forms import MoneyField, PercentField, ShopForm
from shop.web.kit.units import UnitsForm
from shop.web.organisations.forms import siret_number
from shop.web.people.forms import ProfileForm, RegisterForm
from shop.web.stock.views import ReceiptForm
from shop.web.verification.forms import ReasonForm

ROOT = Path(__file__).resolve().parents[2]
#: These limit the length of an answer by its format.
SHAPES = (postal_code, siret_number)


def forms() -> Iterator[type[ShopForm]]:
    for package in ("shop", "checkout", "quotes"):
        for path in (ROOT / package).rglob("*.py"):
            if "(ShopForm)" in path.read_text(encoding="utf-8"):
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    waiting = [ShopForm]
    while waiting:
        found = waiting.pop().__subclasses__()
        yield from found
        waiting += found


def fields(form: type[ShopForm]) -> Iterator[tuple[str, type, list[Any]]]:
    """The name, the kind and the validators of every field."""
    for name in dir(form):
        field = getattr(form, name)
        if isinstance(field, UnboundField):
            given = field.args[1] if len(field.args) > 1 else field.kwargs.get("validators")
            yield name, field.field_class, list(given or ())


def longest(form: type[ShopForm], wanted: str) -> int:
    return next(
        check.max
        for name, _kind, checks in fields(form)
        if name == wanted
        for check in checks
        if isinstance(check, Length)
    )


def test_every_text_field_has_a_maximum_length_and_every_number_a_maximum():
    boundless = []
    for form in forms():
        for name, kind, checks in fields(form):
            if issubclass(kind, IntegerField):
                bound = any(isinstance(c, NumberRange) and c.max is not None for c in checks)
            elif issubclass(kind, StringField) and not issubclass(
                kind, HiddenField | MoneyField | PercentField
            ):
                bound = any(isinstance(c, Length) and c.max > 0 for c in checks)
                bound |= any(shape in checks for shape in SHAPES)
            else:
                continue
            if not bound:
                boundless.append(f"{form.__name__}.{name}")
    assert not boundless


@pytest.mark.parametrize(
    ("form", "name", "column"),
    [
        (RegisterForm, "name", User.name),
        (RegisterForm, "email", User.email),
        (RegisterForm, "phone", User.phone),
        (RegisterForm, "function", User.function),
        (RegisterForm, "organisation", Organisation.name),
        (ProfileForm, "phone", User.phone),
        (ReasonForm, "reason", Organisation.verification_reason),
        (GuestForm, "email", Draft.email),
        (AddressesForm, "title", Draft.title),
        (AlertForm, "email", StockAlert.email),
        (ReceiptForm, "reference", StockMovement.reference),
        (DeliveryForm, "carrier", DeliveryNote.carrier),
        (DeliveryForm, "tracking", DeliveryNote.tracking),
        (SendForm, "to", Invoice.sent_to),
        (PaymentForm, "reference", Payment.reference),
        (ScanForm, "reference", PurchaseOrderScan.reference),
        *(
            (OriginalForm, name, getattr(PurchaseOrder, name))
            for name in (
                "reference",
                "signatory_name",
                "signatory_capacity",
                "engagement",
                "service_code",
                "filed_at",
                "late_reason",
            )
        ),
    ],
)
def test_an_answer_fits_its_column(form: type[ShopForm], name: str, column: Any):
    assert longest(form, name) <= column.type.length


@pytest.mark.parametrize(
    ("form", "name"), [(RegisterForm, "email"), (GuestForm, "email"), (AlertForm, "email")]
)
def test_an_address_that_no_mail_server_may_write_to_is_refused(form: type[ShopForm], name: str):
    app = Flask(__name__)
    Babel(app)
    app.config.update(SECRET_KEY="tests", WTF_CSRF_ENABLED=False)
    for address, good in (("gérard@exemple.fr", False), ("gerard@exemple.fr", True)):
        with app.test_request_context("/", method="POST", data={name: address}):
            answered = form()
            answered.validate()
            assert (name not in answered.errors) is good


def test_a_form_of_units_says_with_its_other_mistakes_that_none_is_entered():
    silent = [
        form.__name__
        for form in forms()
        if issubclass(form, UnitsForm) and form is not UnitsForm and form.NOTHING is None
    ]
    assert silent == ["WithdrawnForm", "StatementForm"], "a statement may be of the whole order"
