"""The pages of `quotes/`: modules with routes, tabs of the staff area, ways to pay."""

from quotes.personal_data import HOLDINGS
from quotes.purchase_orders.finder import by_copy
from quotes.web.client_quotes import issuing, lines
from quotes.web.client_quotes import office as client_quotes
from quotes.web.former import FORMER
from quotes.web.order_forms import views as order_forms
from quotes.web.purchase_orders import first_orders
from quotes.web.purchase_orders import office as purchase_orders
from quotes.web.purchase_orders import views as scans
from quotes.web.quotes import conditions, copies, listed, renewal, way
from quotes.web.quotes import views as quotes
from quotes.web.quotes.waiting import quotes_waiting
from quotes.web.reports import office as reports
from quotes.web.reports import products as reported_products
from quotes.web.signatories import link as signatory_links
from quotes.web.signatories import views as signatories

#: Modules with a Flask blueprint.
PAGES = (
    conditions,
    client_quotes,
    lines,
    issuing,
    quotes,
    copies,
    renewal,
    order_forms,
    purchase_orders,
    first_orders,
    scans,
    signatories,
    signatory_links,
    reports,
    reported_products,
)
TABS = (purchase_orders.TAB, reports.TAB)
WAYS = (way.WAY,)
FINDERS = (by_copy,)

#: The quotes in the record of a client.
CLIENT_SECTIONS = (listed.CLIENT_SECTION,)
#: What the home of the account shows.
WAITING = (quotes_waiting,)

__all__ = ["CLIENT_SECTIONS", "FINDERS", "FORMER", "HOLDINGS", "PAGES", "TABS", "WAITING", "WAYS"]
