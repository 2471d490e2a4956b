"""The worker of the whole shop: `python -m quotes.worker`, one or several beside the web servers.

PDFs of issued papers and letters leave within a second. Every minute card payments are reconciled,
the register is asked again and lapsed quotes are tidied. Each job may be done twice, or by two
workers, without harm.
"""

import logging
import os
import threading
from collections.abc import Callable
from functools import cache, partial

from sqlalchemy import select

from checkout.card.gateway import PaymentGateway
from quotes.quotes.models import Quote
from quotes.quotes.quotes import lapse_if_due
from quotes.quotes.records import lapsed_quotes
from shop.accounts.tidying import tidy_accounts
from shop.catalogue.counts import refresh_counts
from shop.dossiers.attachments import attachments_of
from shop.dossiers.papers import papers_without_pdf, pdf_of
from shop.ground import clock
from shop.ground.config import Settings, from_environment
from shop.ground.db import Database, locking
from shop.ground.posting import Post, deliver, due_mails, post_for
from shop.ground.worker import Job, Worker
from shop.register.answers import RegisterAnswer
from shop.register.registers import register_of
from shop.verification.learning import ask_due

log = logging.getLogger("comptoir.worker")

Stopping = Callable[[], bool]


def never() -> bool:
    return False


def make_pdfs(database: Database, stopping: Stopping = never) -> None:
    """The PDF of every issued paper that nobody has needed yet."""
    with database.reading_session() as session:
        waiting = papers_without_pdf(session)
    for paper_id in waiting:
        if stopping():
            return
        try:
            pdf_of(database, paper_id)
        except Exception:
            log.exception("the PDF of paper %s could not be made", paper_id)


def deliver_mail(
    database: Database, settings: Settings, post: Post, stopping: Stopping = never
) -> None:
    """Every letter whose time has come."""
    for mail_id in due_mails(database, at=clock.now()):
        if stopping():
            return
        deliver(
            database,
            mail_id,
            post,
            partial(attachments_of, database),
            settings=settings,
            at=clock.now(),
        )


def lapse_quotes(database: Database) -> None:
    """Tidy quotes after their last day. Running it twice changes nothing."""
    at = clock.now()
    with database.reading_session() as session:
        numbers = lapsed_quotes(session, clock.today())
    for number in numbers:
        with database.transaction() as session:
            quote = session.scalars(
                locking(session, select(Quote).where(Quote.number == number))
            ).one()
            lapse_if_due(session, quote, at=at)


def jobs(database: Database, settings: Settings, stopping: Stopping = never) -> list[Job]:
    """What the worker does, and how often in seconds."""
    post = post_for(settings)
    return [
        Job("papers", 1, partial(make_pdfs, database, stopping)),
        Job("mail", 1, partial(deliver_mail, database, settings, post, stopping)),
        Job("cards", 60, partial(reconcile_cards, database, settings, stopping), apart=True),
        Job("register", 60, partial(ask_register, database, settings, stopping), apart=True),
        Job("quotes", 60, partial(lapse_quotes, database)),
        Job("accounts", 86_400, partial(tidy_people, database)),
        Job("counts", 900, partial(count_shelves, database)),
    ]


def tidy_people(database: Database) -> None:
    """What accounts leave behind: sessions long ended, attempts, old letters."""
    with database.transaction() as session:
        tidy_accounts(session, at=clock.now())


def count_shelves(database: Database) -> None:
    """The stored counts of chapters and filters, after a quarter of an hour of sales."""
    with database.transaction() as session:
        refresh_counts(session)


def reconcile_cards(database: Database, settings: Settings, stopping: Stopping = never) -> None:
    """Card payments whose webhook never came."""
    from checkout.card.reconciliation import reconcile

    reconcile(database, _gateway(settings), at=clock.now(), stopping=stopping)


def ask_register(database: Database, settings: Settings, stopping: Stopping = never) -> None:
    """Organisations that registered while the register was silent."""

    def look_up(siret: str) -> RegisterAnswer:
        with database.reading_session() as session:
            return register_of(settings, session, in_a_page=False).look_up(siret)

    ask_due(database, look_up, clock=clock.now, stopping=stopping)


@cache
def _gateway(settings: Settings) -> PaymentGateway:
    """One gateway for the life of the worker."""
    from checkout.card.processor import gateway_from

    return gateway_from(settings)


def main() -> None:
    """Work until SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    settings = from_environment(os.environ)
    clock.set_shift(settings.clock_shift)
    database = Database(settings.database_url, pool_size=2)
    stopping = threading.Event()
    worker = Worker(jobs(database, settings, stopping.is_set), stopping=stopping)
    worker.stop_on_signals()
    worker.run()
    database.dispose()


if __name__ == "__main__":
    main()
