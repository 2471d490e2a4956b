"""The worker's jobs of `checkout/`: card payments without a webhook, sent invoices, reminders,
deposits on Chorus Pro.
"""

from collections.abc import Callable
from functools import cache, partial

from checkout.batches.batches import run_batches
from checkout.card.gateway import CardProcessorUnavailable, PaymentGateway
from checkout.card.payout_gateway import PayoutGateway
from checkout.card.processor import gateway_from, payouts_from
from checkout.card.reconciliation import reconcile
from checkout.card_trials.trials import follow_trials
from checkout.credits.refunds import refund_credits
from checkout.credits.settling import settle_orders
from checkout.deposits.following import follow_deposits
from checkout.deposits.piste import Account, PisteClient
from checkout.deposits.sending import send_deposits
from checkout.invoices.sendings import note_sent_files
from checkout.payouts.payouts import fetch_payouts
from checkout.receivables.reminders import send_reminders
from checkout.withdrawals.refunds import refund_withdrawals
from shop.core.errors import N_
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.worker import Job
from shop.storage.db import Database

Stopping = Callable[[], bool]
A_DAY = 24 * 60 * 60
#: What each job does, for the job log.
TITLES = {
    "batches": N_("Issues and sends the invoices of the batches"),
    "cards": N_("Asks the card processor about open payments and refunds"),
    "deposits": N_("Deposits invoices on Chorus Pro and follows them"),
    "payouts": N_("Asks the card processor for its payouts"),
    "reminders": N_("Sends the reminders of unpaid invoices"),
    "sendings": N_("Notes the files of invoices that have left"),
    "settlements": N_("Settles the orders of which nothing is due any more"),
}


def jobs(database: Database, settings: Settings, stopping: Stopping) -> list[Job]:
    """The jobs, and how often each runs, in seconds."""
    run = partial(reconcile_cards, database, settings, stopping)
    found = [
        Job("cards", 60, run, apart=True),
        Job("payouts", A_DAY, partial(ask_for_payouts, database, settings, stopping), apart=True),
        Job("settlements", 60, partial(settle_paid_orders, database, stopping)),
        Job("reminders", 600, partial(remind, database, stopping)),
        Job("batches", 1, partial(do_batches, database, stopping)),
        Job("sendings", 2, partial(note_sendings, database, stopping)),
    ]
    if settings.deposits_on_chorus:
        deposit = partial(deposit_on_chorus, database, settings, stopping)
        found.append(Job("deposits", 5, deposit, apart=True))
    return found


def deposit_on_chorus(
    database: Database, settings: Settings, stopping: Stopping = lambda: False
) -> int:
    """Send the deposits that were asked for, and ask the portal what became of others."""
    portal = _portal(settings)
    sent = send_deposits(database, portal, at=clock.now(), stopping=stopping)
    return sent + follow_deposits(database, portal, at=clock.now(), stopping=stopping)


def settle_paid_orders(database: Database, stopping: Stopping = lambda: False) -> int:
    """Settle the orders of which everything is delivered, invoiced and paid: those whose last units
    were delivered again after the payment.
    """
    return settle_orders(database, at=clock.now(), stopping=stopping)


def remind(database: Database, stopping: Stopping = lambda: False) -> int:
    """Give the reminders that are due to the outbox."""
    return send_reminders(database, at=clock.now(), stopping=stopping)


def do_batches(database: Database, stopping: Stopping = lambda: False) -> int:
    """Issue and send the next invoices of the batches that were asked for."""
    return run_batches(database, at=clock.now(), stopping=stopping)


def note_sendings(database: Database, stopping: Stopping = lambda: False) -> int:
    """Note the files of invoices that the mail server has accepted."""
    return note_sent_files(database, at=clock.now(), stopping=stopping)


def reconcile_cards(database: Database, settings: Settings, stopping: Stopping) -> int:
    """Ask the processor about the payments that are still open, and request the refunds that were
    ordered. Raises CardProcessorUnavailable.
    """
    gateway = _gateway(settings)
    done = reconcile(database, gateway, at=clock.now(), stopping=stopping)
    if done.out_of_reach:
        raise CardProcessorUnavailable("the other payments and the refunds wait")
    others = refund_withdrawals(database, gateway, at=clock.now(), stopping=stopping)
    others += refund_credits(database, gateway, at=clock.now(), stopping=stopping)
    others += follow_trials(database, gateway, at=clock.now())
    return done.total + others


def ask_for_payouts(
    database: Database, settings: Settings, stopping: Stopping = lambda: False
) -> int:
    """Ask the processor for its new payouts to the bank, and for what became of recent ones. Raises
    CardProcessorError.
    """
    return fetch_payouts(database, _payouts(settings), at=clock.now(), stopping=stopping)


@cache
def _portal(settings: Settings) -> PisteClient:
    """One client for the whole life of the worker: its token serves an hour."""
    account = Account(
        settings.chorus_client_id or "",
        settings.chorus_client_secret or "",
        settings.chorus_login or "",
        settings.chorus_password or "",
    )
    oauth, api = settings.chorus_oauth_url, settings.chorus_api_url
    return PisteClient(account, oauth_url=oauth, api_url=api, now=clock.now)


@cache
def _gateway(settings: Settings) -> PaymentGateway:
    """One gateway for the whole life of the worker."""
    return gateway_from(settings)


@cache
def _payouts(settings: Settings) -> PayoutGateway:
    """One client for the whole life of the worker, with a connection of its own thread."""
    return payouts_from(settings)
