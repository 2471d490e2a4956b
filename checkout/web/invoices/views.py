"""« Mes factures »: the list for an organisation's accountants."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from checkout.credits.lists import papers_by_invoice
from checkout.invoices.ledger import ledger
from checkout.invoices.rules import Settled
from checkout.receivables.interest import late_interests
from checkout.transfers.balances import balance_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.forms import ExportForm
from shop.core.rights import EXPORT_INVOICES
from shop.ops.clock import today
from shop.web.kit.guards import member_with
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading


@blueprint.get("/factures")
@member_with(EXPORT_INVOICES)
def index() -> Any:
    """The newest first, a page at a time; the period of the export starts with the year."""
    day = today()
    return page_of_ledger(ExportForm(formdata=None, since=day.replace(month=1, day=1), until=day))


def settled_words() -> dict[Settled | None, str]:
    """The names of the states of payment; a credit note has none."""
    return {
        Settled.PAID: _("paid"),
        Settled.CREDITED: _("credited"),
        Settled.LATE: _("overdue"),
        Settled.DUE: _("unpaid"),
        None: _("credit note"),
    }


def page_of_ledger(form: ExportForm) -> str:
    """The list, with the form of the export."""
    lines = ledger(reading(), by=actor(), today=today(), place=place_asked())
    late = [line.id for line in lines if line.settled is Settled.LATE]
    return render_template(
        "invoices/ledger.html",
        lines=lines,
        credits=papers_by_invoice(reading(), [line.id for line in lines]),
        interests=late_interests(reading(), late, today=today()),
        balance=balance_of(reading(), by=actor()),
        query=kept(lines),
        words=settled_words(),
        form=form,
    )
