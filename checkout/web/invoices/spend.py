"""What an organisation spends, for its accountants: tables with bars, and a file."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from checkout.invoices.spreadsheets import CSV, MEDIA_TYPES, Cell, csv_of
from checkout.ledger.spend import Part, Spend, spend_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.lists import asked_of, refused
from checkout.web.invoices.views import OWN
from shop.core.rights import EXPORT_INVOICES
from shop.web.kit.downloads import download
from shop.web.kit.guards import member_with
from shop.web.kit.site import language, reading


@blueprint.get("/factures/depenses")
@member_with(EXPORT_INVOICES)
def spend() -> Any:
    """The documents of the list under its criteria, by year, establishment, service, family."""
    form, asked = asked_of(OWN)
    if asked is None:
        return refused(OWN, form)
    spent = spend_of(reading(), asked, language())
    return render_template(
        "invoices/spend.html",
        form=form,
        spent=spent,
        cuts=_cuts(spent),
        query=request.args.to_dict(),
    )


@blueprint.get("/factures/depenses.csv")
@member_with(EXPORT_INVOICES)
def spend_file() -> Any:
    """The same for a spreadsheet: one row for each part."""
    form, asked = asked_of(OWN)
    if asked is None:
        return refused(OWN, form)
    rows: list[list[Cell]] = [
        [title, part.label or unnamed, part.excluding]
        for title, unnamed, parts in _cuts(spend_of(reading(), asked, language()))
        for part in parts
    ]
    data = csv_of([_("Breakdown"), _("Part"), _("Total excl. VAT")], rows)
    name = f"comptoir-depenses{form.days}.csv"
    return download(data, name=name, media_type=MEDIA_TYPES[CSV])


def _cuts(spent: Spend) -> list[tuple[str, str, Sequence[Part]]]:
    """Each way to cut it: its name, the name of a part without one, the parts."""
    return [
        (_("By year"), "", spent.years),
        (_("By establishment"), _("No establishment named"), spent.establishments),
        (_("By paying service"), _("No paying service"), spent.services),
        (_("By family of goods"), _("Delivery and services"), spent.families),
    ]
