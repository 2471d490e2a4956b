"""The invoices of a dossier, as its last step shows them."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.receivables.interest import late_interests
from checkout.receivables.rules import LateInterest
from quotes.quotes.models import Quote
from shop.core.parties import parties_from
from shop.core.text import day
from shop.web.kit.facts import fact
from shop.web.kit.site import current_language


def all_credited(invoices: Sequence[Invoice]) -> bool:
    """Whether there are invoices, and credit notes took all of each."""
    return bool(invoices) and all(invoice.is_credited for invoice in invoices)


def longest_overdue(invoices: Sequence[Invoice], *, today: date) -> Invoice | None:
    """The invoice that is overdue for longest, if any."""
    late = [invoice for invoice in invoices if late_of(invoice, today=today)]
    return min(late, key=lambda invoice: invoice.payable_by or date.max, default=None)


def interest_on(session: Session, overdue: Invoice | None, *, today: date) -> LateInterest | None:
    """What the law adds today to the invoice that is overdue for longest, as « Mes factures » says
    it; None without one, or without a compensation (a private customer's invoice).
    """
    if overdue is None:
        return None
    found = late_interests(session, [overdue.number], today=today)[overdue.number]
    return found if found.indemnity else None


def invoicing_words(
    quote: Quote, invoices: Sequence[Invoice], overdue: Invoice | None
) -> list[str]:
    """The words of the last step."""
    if invoices:
        last = invoices[-1]
        if all_credited(invoices):
            return [fact(_("Credited in full"), last.credited), last.number]
        if not any(invoice.is_due for invoice in invoices):
            return [fact(_("Paid"), [one for one in invoices if one.paid]), last.number]
        late = overdue or last
        words = [
            fact(_("Invoice overdue"), overdue)
            if overdue
            else fact(_("Invoice issued"), last.issued_on)
        ]
        if late.is_interrupted:
            words.append(_("payment period interrupted"))
        elif late.is_disputed:
            words.append(_("Contested by the recipient"))
        elif late.payable_by is not None:
            words.append(_("due on %(day)s", day=day(late.payable_by, current_language())))
        return [*words, late.number]
    service = parties_from(quote.parties).paying_service
    words = [_("To follow")]
    if service is not None:
        words.append(_("to %(service)s", service=service.name))
    return words
