"""The reports of the office: each role reads those about its own work."""

from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from quotes.reports.awaited import awaited_originals
from quotes.reports.conversion import conversion as read_conversion
from quotes.reports.delays import delays as read_delays
from quotes.reports.expiry import expiry as read_expiry
from quotes.reports.rules import Period, Table
from quotes.reports.spending import spending as read_spending
from quotes.reports.turn import turn as read_turn
from quotes.web.reports import blueprint
from quotes.web.reports.shown import Report, file_of, page_of
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN, STAFF_ROLES
from shop.core.errors import N_
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import language
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "reports.index",
    _l("Reports"),
    frozenset(STAFF_ROLES),
    order=20,
    about=_l("what becomes of quotes, delays, stock and sales"),
    group=Group.SHOP,
)
_QUOTES, _STOCK, _MONEY = (SALES, SALES_ADMIN), (SALES, SALES_ADMIN, LOGISTICS), (ACCOUNTING,)


def _turn(session: Session, period: Period) -> tuple[Table, ...]:
    return read_turn(session, period, language())


def _spending(session: Session, period: Period) -> tuple[Table, ...]:
    return read_spending(session, period, language(), by=actor())


CONVERSION = Report(
    "conversion",
    frozenset(_QUOTES),
    N_("From quotes to orders"),
    N_("What became of the quotes issued in each month."),
    read_conversion,
)
EXPIRY = Report(
    "expiry",
    frozenset(_QUOTES),
    N_("Expired quotes"),
    N_("Why the quotes issued in the period have expired, by what is known of each."),
    read_expiry,
)
AWAITED = Report(
    "awaited",
    frozenset(_QUOTES),
    N_("Awaited originals"),
    N_("The originals that are awaited today, by age and by last day."),
    awaited_originals,
    has_period=False,
)
DELAYS = Report(
    "delays",
    frozenset(STAFF_ROLES),
    N_("Delays of each step"),
    N_("How long the quotes issued in the period took, from the quote to the payment."),
    read_delays,
)
TURN = Report(
    "turn",
    frozenset(_STOCK),
    N_("Stock turn"),
    N_("What was delivered in the last twelve months, beside what is on the shelf today."),
    _turn,
    has_period=False,
    more="reports.products",
)
SPENDING = Report(
    "spending",
    frozenset(_MONEY),
    N_("Spending of public bodies"),
    N_("Invoices issued in the period less credit notes, excluding VAT, by body and by family."),
    _spending,
)
#: In the order of the list of reports.
REPORTS = (CONVERSION, EXPIRY, AWAITED, DELAYS, TURN, SPENDING)


@blueprint.get("/bureau/rapports")
@staff_only()
def index() -> Any:
    """The reports that the reader may read."""
    by = actor()
    seen = [one for one in REPORTS if by.has(ADMIN, *one.roles)]
    return render_template("reports/index.html", reports=seen, here="reports.index")


@blueprint.get("/bureau/rapports/transformation")
@staff_only(*_QUOTES)
def conversion() -> Any:
    """What became of the quotes of each month."""
    return page_of(CONVERSION)


@blueprint.get("/bureau/rapports/transformation.<kind>")
@staff_only(*_QUOTES)
def conversion_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(CONVERSION, kind)


@blueprint.get("/bureau/rapports/expiration")
@staff_only(*_QUOTES)
def expiry() -> Any:
    """Why quotes expired."""
    return page_of(EXPIRY)


@blueprint.get("/bureau/rapports/expiration.<kind>")
@staff_only(*_QUOTES)
def expiry_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(EXPIRY, kind)


@blueprint.get("/bureau/rapports/originaux-attendus")
@staff_only(*_QUOTES)
def awaited() -> Any:
    """The originals that are awaited, by age and by last day."""
    return page_of(AWAITED)


@blueprint.get("/bureau/rapports/originaux-attendus.<kind>")
@staff_only(*_QUOTES)
def awaited_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(AWAITED, kind)


@blueprint.get("/bureau/rapports/delais")
@staff_only()
def delays() -> Any:
    """How long each step takes."""
    return page_of(DELAYS)


@blueprint.get("/bureau/rapports/delais.<kind>")
@staff_only()
def delays_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(DELAYS, kind)


@blueprint.get("/bureau/rapports/rotation")
@staff_only(*_STOCK)
def turn() -> Any:
    """How often the stock of each family turns."""
    return page_of(TURN)


@blueprint.get("/bureau/rapports/rotation.<kind>")
@staff_only(*_STOCK)
def turn_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(TURN, kind)


@blueprint.get("/bureau/rapports/depenses")
@staff_only(*_MONEY)
def spending() -> Any:
    """What public bodies spend."""
    return page_of(SPENDING)


@blueprint.get("/bureau/rapports/depenses.<kind>")
@staff_only(*_MONEY)
def spending_file(kind: str) -> Any:
    """The same as a file."""
    return file_of(SPENDING, kind)
