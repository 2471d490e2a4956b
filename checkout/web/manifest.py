"""The pages of `checkout/`: modules with routes, tabs of the staff area, ways to pay."""

from checkout import personal_answers, personal_data
from checkout.deliveries.finder import by_serial
from checkout.orders.finder import by_order
from checkout.web.batches import office as batches
from checkout.web.cancellations import office as cancellations_desk
from checkout.web.cancellations import views as cancellations
from checkout.web.card import views as card
from checkout.web.card import webhooks
from checkout.web.card_trials import office as card_trials
from checkout.web.corrections import endings
from checkout.web.corrections import office as corrections
from checkout.web.credits import office as credits
from checkout.web.credits import refunds as credit_refunds
from checkout.web.deliveries import acknowledging, contrary, preparing, returned
from checkout.web.deliveries import office as deliveries
from checkout.web.deposits import office as deposits
from checkout.web.entries import accounts as account_numbers
from checkout.web.entries import office as entries
from checkout.web.former import FORMER
from checkout.web.found import FOUND_KINDS
from checkout.web.invoices import bundles, forwarding, paid_copies, previews, register, spend
from checkout.web.invoices import clients as client_invoices
from checkout.web.invoices import office as invoices
from checkout.web.invoices import views as ledger
from checkout.web.orders import amendments as order_amendments
from checkout.web.orders import answers, lookup, objections, references
from checkout.web.orders import listed as orders_listed
from checkout.web.orders import views as orders
from checkout.web.orders.waiting import deliveries_waiting, invoices_waiting
from checkout.web.payment_links import lines as payment_link_lines
from checkout.web.payment_links import office as payment_links
from checkout.web.payment_links import sending as payment_link_sending
from checkout.web.payment_links import views as payment_link_views
from checkout.web.payments import office as payments
from checkout.web.payouts import office as payouts
from checkout.web.receivables import office as receivables
from checkout.web.reminders import holds
from checkout.web.reminders import office as reminders
from checkout.web.returns import office as returns_desk
from checkout.web.returns import views as returns
from checkout.web.statements import movements as statement_movements
from checkout.web.statements import office as statements
from checkout.web.steps import identification
from checkout.web.steps import views as steps
from checkout.web.transfers import office as transfers
from checkout.web.unsent import office as unsent
from checkout.web.withdrawals import office as withdrawals_desk
from checkout.web.withdrawals import views as withdrawals

#: Modules with a Flask blueprint.
PAGES = (
    steps,
    identification,
    card,
    webhooks,
    card_trials,
    orders,
    lookup,
    references,
    order_amendments,
    answers,
    objections,
    deliveries,
    acknowledging,
    contrary,
    preparing,
    returned,
    deposits,
    invoices,
    forwarding,
    paid_copies,
    bundles,
    previews,
    register,
    spend,
    batches,
    ledger,
    payment_links,
    payment_link_lines,
    payment_link_sending,
    payment_link_views,
    payments,
    corrections,
    endings,
    credits,
    credit_refunds,
    cancellations,
    cancellations_desk,
    returns,
    returns_desk,
    statements,
    statement_movements,
    transfers,
    unsent,
    receivables,
    payouts,
    entries,
    account_numbers,
    reminders,
    holds,
    withdrawals,
    withdrawals_desk,
)
#: The personal data of this package.
HOLDINGS = (*personal_data.HOLDINGS, *personal_answers.HOLDINGS)

TABS = (
    deliveries.TAB,
    deposits.TAB,
    invoices.TAB,
    corrections.TAB,
    credits.TAB,
    payment_links.TAB,
    payments.TAB,
    cancellations_desk.TAB,
    returns_desk.TAB,
    statements.TAB,
    transfers.TAB,
    unsent.TAB,
    receivables.TAB,
    payouts.TAB,
    entries.TAB,
    reminders.TAB,
    withdrawals_desk.TAB,
)
WAYS = (card.WAY,)
FINDERS = (by_order, by_serial)

#: What the home of the account shows.
WAITING = (invoices_waiting, deliveries_waiting)
#: What the office reads about a client.
CLIENT_NOTICES = (holds.hold_notices,)
#: The record of a client: its sections, and its money.
CLIENT_SECTIONS = (orders_listed.CLIENT_SECTION, *client_invoices.CLIENT_SECTIONS)
CLIENT_FIGURES = (client_invoices.figures,)

__all__ = [
    "CLIENT_FIGURES",
    "CLIENT_NOTICES",
    "CLIENT_SECTIONS",
    "FINDERS",
    "FORMER",
    "FOUND_KINDS",
    "HOLDINGS",
    "PAGES",
    "TABS",
    "WAITING",
    "WAYS",
]
