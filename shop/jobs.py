"""What the worker does for `shop/`: PDFs, e-mail, the register, accounts, stored counts.

Each job may run twice, or in two workers, without harm.
"""

import logging
from collections.abc import Callable
from functools import partial

from shop.catalogue.counts import refresh_counts
from shop.catalogue.prices import apply_price, due_prices
from shop.core.actors import THE_CLOCK
from shop.core.errors import N_
from shop.documents.signature_rules import TimeService
from shop.dossiers.attachments import attachments_of
from shop.dossiers.papers import PdfUnavailable, pdf_of
from shop.dossiers.pdf_attempts import claim_pdf, papers_without_pdf
from shop.dossiers.signatures import invoices_to_sign, sign_invoice
from shop.emails.delivery import Enclosed, Post, deliver, due_emails, post_for
from shop.emails.wordings import wordings_in_force
from shop.imports.working import run_imports
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.job_log import tidy_job_runs
from shop.ops.worker import Job
from shop.photographs.photographs import make_files, waiting_photographs
from shop.questions.questions import tidy_questions
from shop.register.answers import RegisterAnswer
from shop.register.registers import register_of
from shop.signin.tidying import tidy_accounts
from shop.storage.db import Database
from shop.storage.form_keys import tidy_form_keys
from shop.vat_rates.moves import move_vat_rates
from shop.verification.register_answers import ask_due

log = logging.getLogger("comptoir.worker")

Stopping = Callable[[], bool]
#: What each job does, for the job log.
TITLES = {
    "accounts": N_("Deletes what accounts leave behind"),
    "counts": N_("Refreshes the counts of families and filters"),
    "forms": N_("Deletes the keys of old forms"),
    "imports": N_("Checks, applies and undoes imports of products"),
    "job_log": N_("Deletes old entries of the job log"),
    "mail": N_("Sends the e-mails that are due"),
    "papers": N_("Makes the PDFs of the documents"),
    "photographs": N_("Resizes the photographs of products"),
    "prices": N_("Applies the planned prices"),
    "questions": N_("Deletes questions that ended long ago"),
    "register": N_("Asks the State’s register about organisations"),
    "signatures": N_("Signs the invoices of organisations"),
    "vat_rates": N_("Applies the changes of VAT rates"),
}


def never() -> bool:
    return False


def jobs(database: Database, settings: Settings, stopping: Stopping = never) -> list[Job]:
    """The jobs, and how often each runs, in seconds."""
    post = post_for(settings)
    return [
        Job("papers", 1, partial(make_pdfs, database, stopping)),
        Job("signatures", 5, partial(sign_invoices, database, settings, stopping)),
        Job("mail", 1, partial(deliver_emails, database, settings, post, stopping)),
        Job("register", 60, partial(ask_register, database, settings, stopping), apart=True),
        Job("accounts", 86_400, partial(tidy_people, database)),
        Job("forms", 86_400, partial(tidy_forms, database)),
        Job("questions", 86_400, partial(forget_questions, database)),
        Job("vat_rates", 1, partial(change_rates, database, stopping)),
        Job("prices", 1, partial(apply_prices, database, stopping)),
        Job("photographs", 1, partial(make_photographs, database, stopping)),
        Job("imports", 1, partial(import_products, database, stopping), apart=True),
        Job("counts", 900, partial(count_shelves, database)),
        Job("job_log", 86_400, partial(tidy_job_log, database)),
    ]


def make_pdfs(database: Database, stopping: Stopping = never) -> int:
    """The PDF of every issued document that has none yet."""
    made = 0
    with database.reading_session() as session:
        waiting = papers_without_pdf(session, at=clock.now())
    for paper_id in waiting:
        if stopping():
            break
        at = clock.now()
        if not claim_pdf(database, paper_id, at=at):
            continue
        try:
            pdf_of(database, paper_id, at=at, again=True)
            made += 1
        except PdfUnavailable:
            continue  # logged and shown to the office
        except Exception:
            log.exception("the PDF of paper %s could not be kept", paper_id)
    return made


def sign_invoices(database: Database, settings: Settings, stopping: Stopping = never) -> int:
    """Sign the invoices of organisations, where the shop has a certificate."""
    certificate, passphrase = settings.signing_certificate, settings.signing_passphrase_file
    if certificate is None:
        return 0
    url, authorities = settings.timestamp_url, settings.signing_authorities
    service = TimeService(url, authorities) if url else None
    with database.reading_session() as session:
        waiting = invoices_to_sign(session, at=clock.now())
    signed = 0
    for paper_id in waiting:
        if stopping():
            break
        at = clock.now()
        signed += sign_invoice(database, paper_id, certificate, passphrase, service, at=at)
    return signed


def deliver_emails(
    database: Database, settings: Settings, post: Post, stopping: Stopping = never
) -> int:
    """Send every e-mail that is due; the shop's own words are read once for all of them."""
    sent, due = 0, due_emails(database, at=clock.now())
    if not due:
        return sent
    with database.reading() as connection:
        wordings = wordings_in_force(connection)
    for email_id in due:
        if stopping():
            break
        at = clock.now()
        attachments = partial(attachments_of, database, public_url=settings.public_url, at=at)
        enclosed = Enclosed(attachments, wordings)
        sent += deliver(database, email_id, post, enclosed, settings=settings, at=at)
    return sent


def ask_register(database: Database, settings: Settings, stopping: Stopping = never) -> int:
    """Ask the register about organisations that registered while it was unavailable."""

    def look_up(siret: str) -> RegisterAnswer:
        with database.reading_session() as session:
            return register_of(settings, session, in_a_page=False).look_up(siret)

    return ask_due(database, look_up, clock=clock.now, stopping=stopping)


def tidy_people(database: Database) -> int:
    """Delete what accounts leave behind: sessions ended long ago, attempts, old e-mails."""
    with database.transaction() as session:
        return tidy_accounts(session, at=clock.now())


def tidy_forms(database: Database) -> int:
    """Delete the keys of forms that were sent long ago."""
    with database.transaction() as session:
        return tidy_form_keys(session, at=clock.now())


def forget_questions(database: Database) -> int:
    """Delete questions that ended long ago."""
    with database.transaction() as session:
        return tidy_questions(session, at=clock.now())


def apply_prices(database: Database, stopping: Stopping = never) -> int:
    """Apply the planned prices whose day has come."""
    with database.reading_session() as session:
        due = due_prices(session, at=clock.now())
    applied = 0
    for price_id in due:
        if stopping():
            break
        with database.transaction() as session:
            applied += apply_price(session, price_id, by=THE_CLOCK, at=clock.now())
    return applied


def change_rates(database: Database, stopping: Stopping = never) -> int:
    """Give the products the rates of VAT whose day has come."""
    return move_vat_rates(database, at=clock.now(), stopping=stopping)


def make_photographs(database: Database, stopping: Stopping = never) -> int:
    """Resize the photographs that were sent."""
    with database.reading_session() as session:
        waiting = waiting_photographs(session)
    made = 0
    for photograph_id in waiting:
        if stopping():
            break
        made += make_files(database, photograph_id)
    return made


def import_products(database: Database, stopping: Stopping = never) -> int:
    """Compare the files of products that were sent, apply and undo imports."""
    return run_imports(database, clock=clock.now, stopping=stopping)


def count_shelves(database: Database) -> int:
    """Refresh the stored counts of chapters and filters, a quarter of an hour after a sale."""
    with database.transaction() as session:
        return refresh_counts(session)


def tidy_job_log(database: Database) -> int:
    """Delete the runs of the job log that ended long ago."""
    with database.transaction() as session:
        return tidy_job_runs(session, at=clock.now())
