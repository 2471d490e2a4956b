"""The worker's jobs of `checkout/`: card payments without a webhook."""

from collections.abc import Callable
from functools import cache, partial

from checkout.card.gateway import PaymentGateway
from checkout.card.processor import gateway_from
from checkout.card.reconciliation import reconcile
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.worker import Job
from shop.storage.db import Database

Stopping = Callable[[], bool]


def jobs(database: Database, settings: Settings, stopping: Stopping) -> list[Job]:
    """The jobs, and how often each runs, in seconds."""
    run = partial(reconcile_cards, database, settings, stopping)
    return [Job("cards", 60, run, apart=True)]


def reconcile_cards(database: Database, settings: Settings, stopping: Stopping) -> None:
    """Ask the processor about the payments that are still open."""
    reconcile(database, _gateway(settings), at=clock.now(), stopping=stopping)


@cache
def _gateway(settings: Settings) -> PaymentGateway:
    """One gateway for the whole life of the worker."""
    return gateway_from(settings)
