"""The worker's jobs of `checkout/`: card payments without a webhook, sent invoices, reminders."""

import logging
from collections.abc import Callable
from functools import cache, partial

from checkout.card.gateway import CardProcessorUnavailable, PaymentGateway
from checkout.card.processor import gateway_from
from checkout.card.reconciliation import reconcile
from checkout.credits.refunds import refund_credits
from checkout.invoices.sendings import note_sent_files
from checkout.receivables.reminders import send_reminders
from checkout.withdrawals.refunds import refund_withdrawals
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.worker import Job
from shop.storage.db import Database

log = logging.getLogger("comptoir.card")

Stopping = Callable[[], bool]


def jobs(database: Database, settings: Settings, stopping: Stopping) -> list[Job]:
    """The jobs, and how often each runs, in seconds."""
    run = partial(reconcile_cards, database, settings, stopping)
    return [
        Job("cards", 60, run, apart=True),
        Job("reminders", 600, partial(remind, database, stopping)),
        Job("sendings", 2, partial(note_sendings, database, stopping)),
    ]


def remind(database: Database, stopping: Stopping = lambda: False) -> None:
    """Give the reminders that are due to the outbox."""
    send_reminders(database, at=clock.now(), stopping=stopping)


def note_sendings(database: Database, stopping: Stopping = lambda: False) -> None:
    """Note the files of invoices that the mail server has accepted."""
    note_sent_files(database, at=clock.now(), stopping=stopping)


def reconcile_cards(database: Database, settings: Settings, stopping: Stopping) -> None:
    """Ask the processor about the payments that are still open, and request the refunds that were
    ordered.
    """
    gateway = _gateway(settings)
    reconcile(database, gateway, at=clock.now(), stopping=stopping)
    try:
        refund_withdrawals(database, gateway, at=clock.now(), stopping=stopping)
        refund_credits(database, gateway, at=clock.now(), stopping=stopping)
    except CardProcessorUnavailable:
        log.warning("the processor is out of reach: refunds wait", exc_info=True)


@cache
def _gateway(settings: Settings) -> PaymentGateway:
    """One gateway for the whole life of the worker."""
    return gateway_from(settings)
