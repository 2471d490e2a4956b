"""Findings about a PDF: noted and shown to the office; they block an invoice, and nothing else."""

import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from checkout.invoices.invoices import issue_invoice
from shop.core.actors import SALES
from shop.dossiers.models import Dossier, Paper, PdfAttempt, PdfOutcome, StoredFile
from shop.dossiers.papers import issue_paper, pdf_of
from shop.dossiers.pdf_attempts import claim_pdf, papers_without_pdf
from shop.emails.delivery import DemonstrationPost
from shop.jobs import deliver_emails, make_pdfs
from shop.ops import clock
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, make_buyer, make_shop
from tests.foreign import foreign_pdf
from tests.orders import deliver_all, make_ordered, make_quote
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")


class Killed(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


class Printer:
    """Renders a PDF as the test asks: one that does not conform, none, or it ends the process; real
    ones last.
    """

    def __init__(self, render: Callable[..., bytes]) -> None:
        self.render = render
        self.gives: bytes | BaseException | None = foreign_pdf()
        self.wrong: Callable[[dict[str, Any]], bool] = lambda _content: True

    def __call__(self, kind: str, content: dict[str, Any], *, language: str) -> bytes:
        if self.gives is None or not self.wrong(content):
            return self.render(kind, content, language=language)
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    from shop.documents import pdf

    made = Printer(pdf.render)
    monkeypatch.setattr(pdf, "render", made)
    return made


@pytest.fixture
def quote_paper(database: Database) -> int:
    with database.transaction() as session:
        return make_quote(session, make_buyer(session), make_shop(session)).paper_id


@pytest.fixture
def invoice_paper(database: Database) -> int:
    """An invoice, among a quote and a delivery note."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return issue_invoice(session, order, by=BOOKS, at=AT).paper_id


def kept(database: Database) -> list[str]:
    """The kinds of documents whose PDF is archived."""
    with database.reading_session() as session:
        query = select(StoredFile.kind).where(StoredFile.paper_id.is_not(None))
        return sorted(session.scalars(query))


def attempt(database: Database, paper_id: int) -> PdfAttempt | None:
    with database.reading_session() as session:
        return session.get(PdfAttempt, paper_id)


def path(database: Database, paper_id: int) -> str:
    with database.reading_session() as session:
        paper = session.get_one(Paper, paper_id)
        number = session.get_one(Dossier, paper.dossier_id).number
    return f"/dossiers/{number}/documents/{paper_id}.pdf"


def due(database: Database, paper_id: int) -> bool:
    with database.reading_session() as session:
        return paper_id in papers_without_pdf(session, at=clock.now())


def test_a_quote_with_findings_is_served_and_shown_to_the_office(
    app, database: Database, quote_paper: int, printer: Printer
):
    office = staff(app, database, SALES)
    assert "Documents à vérifier" not in office.get("/bureau").text
    make_pdfs(database)
    shown = office.get(path(database, quote_paper))
    assert shown.data == printer.gives
    page = office.get("/bureau").text
    assert "Devis DE-2026-000001" in page
    assert "anomalies relevées par la validation" in page
    assert "Le document est remis malgré tout." in page
    assert kept(database) == ["quote"]


def test_an_invoice_with_findings_is_neither_archived_nor_served(
    app, database: Database, invoice_paper: int, printer: Printer
):
    make_pdfs(database)
    assert kept(database) == ["delivery_note", "quote"]
    office = staff(app, database, SALES, language="en")
    refused = office.get(path(database, invoice_paper))
    assert refused.status_code == 503
    assert "not available yet" in refused.text
    page = office.get("/bureau").text
    assert "3 documents" in page
    assert "Invoice FA-2026-000001" in page
    assert "The document is not available. Next attempt:" in page
    first = attempt(database, invoice_paper)
    assert first is not None and first.findings[0] in page


def test_an_invoice_is_archived_as_soon_as_it_conforms(
    app, database: Database, invoice_paper: int, printer: Printer
):
    make_pdfs(database)
    printer.gives = None
    assert not due(database, invoice_paper)
    with clock.travelled(timedelta(minutes=1)):
        make_pdfs(database)
    assert kept(database) == ["delivery_note", "invoice", "quote"]
    assert attempt(database, invoice_paper) is None
    assert "Facture FA-" not in staff(app, database, SALES).get("/bureau").text


def test_the_e_mail_of_an_invoice_waits_for_its_pdf(
    database: Database, invoice_paper: int, printer: Printer
):
    settings = Settings(mode="test")
    deliver_emails(database, settings, DemonstrationPost())
    with database.reading_session() as session:
        waiting = session.scalars(
            select(Email).where(Email.sent_at.is_(None)).order_by(Email.id)
        ).all()
    assert [mail.template for mail in waiting] == ["invoice_issued"]
    assert "PdfUnavailable" in (waiting[0].last_error or "")
    printer.gives = None
    with clock.travelled(timedelta(minutes=2)):
        deliver_emails(database, settings, DemonstrationPost())
    with database.reading_session() as session:
        assert (
            session.scalars(select(Email).where(Email.sent_at.is_(None)).order_by(Email.id)).all()
            == []
        )


@pytest.fixture(params=["absent", "failing", "panicking"])
def validator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The validator is not installed, raises, or panics as Rust does."""

    def fail(_data: bytes, **_options: str) -> None:
        raise (ValueError if request.param == "failing" else Killed)("no answer")

    fake = None if request.param == "absent" else SimpleNamespace(validate_pdf_bytes=fail)
    monkeypatch.setitem(sys.modules, "page", fake)
    return str(request.param)


def test_without_a_validator_all_but_invoices_are_served(
    app, database: Database, invoice_paper: int, validator: str
):
    make_pdfs(database)
    assert kept(database) == ["delivery_note", "quote"], validator
    found = attempt(database, invoice_paper)
    assert found is not None and found.outcome is PdfOutcome.NOT_VALIDATED
    page = staff(app, database, SALES).get("/bureau").text
    assert page.count("Le PDF n’a pas pu être validé") == 3


def test_a_document_that_cannot_be_rendered_says_why(
    app, database: Database, quote_paper: int, printer: Printer
):
    printer.gives = RuntimeError("no such font")
    make_pdfs(database)
    office = staff(app, database, SALES)
    assert office.get(path(database, quote_paper)).status_code == 503
    page = office.get("/bureau").text
    assert "Le PDF n’a pas pu être établi" in page
    assert "RuntimeError: no such font" in page


def test_the_buyer_waits_for_the_next_try_and_the_office_tries_at_once(
    app, client, database: Database, quote_paper: int, printer: Printer
):
    printer.gives = RuntimeError("no such font")
    with database.reading_session() as session:
        buyer = session.scalars(select(Dossier.user_id)).one()
    sign_in(client, buyer)
    place, again = path(database, quote_paper), f"/bureau/documents/{quote_paper}"
    make_pdfs(database)
    assert client.get(place).status_code == 503
    printer.gives = None
    make_pdfs(database)
    assert client.get(place).status_code == 503
    office = staff(app, database, SALES)
    assert f'action="{again}"' in office.get("/bureau").text
    assert office.post(again).status_code == 303
    make_pdfs(database)
    assert client.get(place).status_code == 200
    assert office.post("/bureau/documents/999").status_code == 404


def test_a_quote_is_rendered_before_invoices_that_were_issued_earlier(
    database: Database, invoice_paper: int
):
    with database.transaction() as session:
        dossier_id, content = session.execute(
            select(Paper.dossier_id, Paper.content).where(Paper.kind == "quote")
        ).one()
        new = issue_paper(
            session, dossier_id, "quote", {**content, "number": "DE-2026-000002"}, at=AT
        )
        waiting = papers_without_pdf(session, at=AT)
    assert waiting.index(new.id) < waiting.index(invoice_paper)


def test_documents_that_cannot_be_rendered_do_not_delay_others(
    database: Database, quote_paper: int, printer: Printer
):
    """More of them than one run of the worker renders."""
    printer.gives = RuntimeError("no such font")
    with database.transaction() as session:
        first = session.get_one(Paper, quote_paper)
        dossier = session.get_one(Dossier, first.dossier_id)
        content = session.scalars(select(Paper.content)).one()
        for number in range(2, 26):
            wanted = {**content, "number": f"DE-2026-{number:06d}"}
            last = issue_paper(session, dossier.id, "quote", wanted, at=AT)
    printer.wrong = lambda content: content["number"] != last.number
    make_pdfs(database)
    assert kept(database) == []
    make_pdfs(database)
    assert kept(database) == ["quote"]
    with clock.travelled(timedelta(hours=1)), database.reading_session() as session:
        again = papers_without_pdf(session, at=clock.now(), limit=100)
        assert len(again) == 24, "they are tried again later"


def test_the_retry_delay_of_a_document_grows(
    database: Database, quote_paper: int, printer: Printer
):
    printer.gives = RuntimeError("no such font")
    later = timedelta()
    for wait in (1, 2, 4):
        with clock.travelled(later):
            make_pdfs(database)
            assert not due(database, quote_paper)
        with clock.travelled(later + timedelta(minutes=wait, seconds=-1)):
            assert not due(database, quote_paper)
        later += timedelta(minutes=wait)
        with clock.travelled(later):
            assert due(database, quote_paper)


def test_a_document_of_a_killed_worker_is_rendered_by_the_next_one(
    app, database: Database, quote_paper: int, printer: Printer
):
    printer.gives = Killed()
    office = staff(app, database, SALES)
    for minutes in (0, 1):
        with clock.travelled(timedelta(minutes=minutes)):
            with pytest.raises(Killed):
                make_pdfs(database)
            make_pdfs(database)
        assert ("entrepris 2 fois" in office.get("/bureau").text) is (minutes == 1)
    printer.gives = None
    with clock.travelled(timedelta(minutes=3)):
        make_pdfs(database)
    assert kept(database) == ["quote"]
    assert "entrepris" not in office.get("/bureau").text


def test_a_reader_need_not_wait_for_the_worker(database: Database, quote_paper: int):
    assert claim_pdf(database, quote_paper, at=AT)
    assert pdf_of(database, quote_paper, at=AT).kind == "quote"
    assert attempt(database, quote_paper) is None


def test_two_workers_render_a_document_once(database: Database, quote_paper: int):
    ready = threading.Barrier(4)
    claimed = []

    def work() -> None:
        ready.wait()
        claimed.append(claim_pdf(database, quote_paper, at=AT))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False, False, False, True]
    pdf_of(database, quote_paper, at=AT)
    assert not claim_pdf(database, quote_paper, at=AT + timedelta(days=1)), "it is archived"


def test_a_failure_that_comes_after_the_pdf_is_kept_changes_nothing(
    app, database: Database, quote_paper: int, printer: Printer
):
    """Two processes at once: one stores the PDF while the other fails."""

    class Slow(Printer):
        def __call__(self, kind: str, content: dict[str, Any], *, language: str) -> bytes:
            self.gives = RuntimeError("no memory left")
            printer.gives = None
            pdf.render = printer
            pdf_of(database, quote_paper, at=AT)
            return super().__call__(kind, content, language=language)

    from shop.documents import pdf

    pdf.render = Slow(printer.render)
    assert pdf_of(database, quote_paper, at=AT).kind == "quote"
    assert "Documents à vérifier" not in staff(app, database, SALES).get("/bureau").text
