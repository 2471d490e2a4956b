"""What the documents of a list come to: tables with bars, and a file. An organisation’s accountants
read what it spends, the office what it sells.
"""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from checkout.ledger.spend import Part, Spend, spend_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.lists import Side, asked_of, refused
from checkout.web.invoices.views import OWN
from shop.core.rights import EXPORT_INVOICES
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, Cell, csv_of
from shop.web.kit.downloads import download
from shop.web.kit.guards import member_with
from shop.web.kit.site import language, reading


@blueprint.get("/factures/depenses")
@member_with(EXPORT_INVOICES)
def spend() -> Any:
    """The documents of the list under its criteria, by year, establishment, service, family."""
    return spend_page_of(OWN)


@blueprint.get("/factures/depenses.csv")
@member_with(EXPORT_INVOICES)
def spend_file() -> Any:
    """The same for a spreadsheet: one row for each part."""
    return spend_file_of(OWN)


def spend_page_of(side: Side) -> Any:
    """The page of one side; criteria that cannot be read are told beside their field."""
    form, asked = asked_of(side)
    if asked is None:
        return refused(side, form)
    spent = spend_of(reading(), asked, language())
    return render_template(
        "invoices/spend.html",
        form=form,
        side=side,
        here=side.here,
        spent=spent,
        cuts=_cuts(spent),
        query=request.args.to_dict(),
    )


def spend_file_of(side: Side) -> Any:
    """The file of one side: one row for each part."""
    form, asked = asked_of(side)
    if asked is None:
        return refused(side, form)
    rows: list[list[Cell]] = [
        [title, part.label or unnamed, part.excluding]
        for title, unnamed, parts in _cuts(spend_of(reading(), asked, language()))
        for part in parts
    ]
    data = csv_of([_("Breakdown"), _("Part"), _("Total excl. VAT")], rows)
    what = "ventes" if side.is_office else "depenses"
    return download(data, name=f"comptoir-{what}{form.days}.csv", media_type=MEDIA_TYPES[CSV])


def _cuts(spent: Spend) -> list[tuple[str, str, Sequence[Part]]]:
    """Each way to cut it: its name, the name of a part without one, the parts."""
    clients = [(_("By client"), _("Private customers"), spent.clients)] if spent.clients else []
    return [
        (_("By year"), "", spent.years),
        *clients,
        (_("By establishment"), _("No establishment named"), spent.establishments),
        (_("By paying service"), _("No paying service"), spent.services),
        (_("By family of goods"), _("Delivery and services"), spent.families),
    ]
