"""The form of the conformity record: what the staff have read on the original."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, StringField, TextAreaField

from quotes.purchase_orders.rules import FIELDS, Conformity
from shop.core.money import Money
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required


class OriginalForm(ShopForm):
    """Five ticks first, then the data of the document, then where it is filed."""

    NEVER_PRINTED = frozenset({"filed_at", "difference_reason", "late_reason"})

    original_paper = BooleanField(_l("Original on paper, not a copy"))
    letterhead = BooleanField(_l("Letterhead of the organisation"))
    dated = BooleanField(_l("Date"))
    signed = BooleanField(_l("Signature"))
    stamped = BooleanField(_l("Official stamp"))
    reference = StringField(_l("Purchase order no."), [required(), at_most(60)])
    dated_on = DateField(_l("Date of the purchase order"), [required()])
    signatory_name = StringField(_l("Signatory"), [required(), at_most(120)])
    signatory_capacity = StringField(_l("Capacity"), [required(), at_most(120)])
    engagement = StringField(_l("Commitment no."), [at_most(50)])
    service_code = StringField(_l("Service code"), [at_most(100)])
    received_on = DateField(_l("Date received"), [required()])
    filed_at = StringField(_l("Document filed in"), [required(), at_most(120)])
    amount = MoneyField(_l("Amount of the purchase order, incl. VAT"), [required()])
    difference_reason = StringField(_l("Reason for accepting the difference"), [at_most(300)])
    scan = FileField(_l("Scan of the original"))
    reuse_confirmed = BooleanField(_l("This is a different purchase order with the same number"))
    late_reason = StringField(_l("Reason for accepting this late original"), [at_most(300)])

    def conformity(self, tolerance: Money, *, instead: Mapping[str, Any] = {}) -> Conformity:
        """The record; `instead`: the days and the amount where a form with errors has none."""
        answers: dict[str, Any] = {name: getattr(self, name).data for name in FIELDS}
        answers |= {name: own for name, own in instead.items() if answers[name] is None}
        for name, answer in answers.items():
            if isinstance(answer, str | None):  # None: the page did not show the field
                answers[name] = (answer or "").strip()
        return Conformity(**answers, tolerance=tolerance)


class RefusalForm(ShopForm):
    """Why a purchase order is refused; the sentence is sent to the buyer."""

    NEVER_PRINTED = frozenset({"reason"})

    reason = TextAreaField(_l("Reason, shown to the buyer"), [required(), at_most(500)])


class GivingUpForm(ShopForm):
    """Why the original of an expired quote is awaited no longer."""

    NEVER_PRINTED = frozenset({"reason"})

    reason = StringField(_l("Reason, for the journal"), [required(), at_most(300)])


class SignedQuoteForm(ShopForm):
    """A note about a signed quote that was received."""

    NEVER_PRINTED = frozenset({"note"})

    note = StringField(_l("How it was received (post, e-mail…)"), [at_most(200)])


class LogForm(ShopForm):
    """An original that came, while documents are awaited."""

    received_on = DateField(_l("Received on"), [required(_l("Enter the day it came."))])
    scan = FileField(
        _l("Scan of the original"),
        [FileRequired(_l("Choose a file: a PDF, or a photograph in JPEG or PNG format."))],
    )
