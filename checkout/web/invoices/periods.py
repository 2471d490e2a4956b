"""The period of an accounting export: its form, and what is answered to it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import DateField

from checkout.invoices.rules import PeriodTurned, ensure_period
from shop.web.kit.forms import ShopForm, required
from shop.web.kit.site import sentence_of


class PeriodForm(ShopForm):
    """From one day to another, both included. It asks for a page or a file and changes nothing: no
    token.
    """

    class Meta(ShopForm.Meta):
        csrf = False

    since = DateField(_l("From"), [required(_l("Enter a date such as 31/12/2026."))])
    until = DateField(_l("To"), [required(_l("Enter a date such as 31/12/2026."))])

    def is_sound(self) -> bool:
        """Whether both days are given, in their order; the sentence stands beside the field."""
        if not self.validate() or self.since.data is None or self.until.data is None:
            return False
        try:
            ensure_period(self.since.data, self.until.data)
        except PeriodTurned as refusal:
            self.until.errors = [sentence_of(refusal)]
            return False
        return True

    @property
    def days(self) -> str:
        """The period as the name of a file has it."""
        return f"{self.since.data.isoformat()}-{self.until.data.isoformat()}"


Form = TypeVar("Form", bound=PeriodForm)


def for_period(form: Form, ask: Callable[[Form], str], answer: Callable[[Form], Any]) -> Any:
    """The answer for the period of the request. Without one, the page that asks for it; with one
    that is not sound, this page with its errors.
    """
    if not request.args:
        return redirect(url_for(".index"), 303)
    return answer(form) if form.is_sound() else (ask(form), 422)
