"""Attempts to render the PDF of a document that failed, or that were archived in spite of findings.

A row of `PdfAttempt` holds all problems of one document's PDF; the office's first page shows them
(`pdf_problems`). The worker claims a document before it renders the PDF, so that one that ends the
process is retried with a growing delay like every other, and two workers do not render the same
one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.core.retries import retry_after
from shop.dossiers.models import Dossier, Paper, PdfAttempt, PdfOutcome, PdfToMake
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import Database, locking
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of, read_number

#: Maximum number of findings stored, and length of each.
MOST_FINDINGS, LONGEST_FINDING = 20, 300
#: How a finding begins that names characters which no document can show.
MISSING_LETTERS = "letters: "


@dataclass(frozen=True, slots=True)
class PdfProblem:
    """A problem for the office. `served`: the PDF is archived in spite of the findings, and there
    is no next attempt.
    """

    paper_id: int
    kind: str
    number: str
    dossier: str
    outcome: PdfOutcome
    findings: list[str]
    attempts: int
    served: bool
    next_try_at: datetime | None


def claim_pdf(database: Database, paper_id: int, *, at: datetime) -> bool:
    """Note that a worker begins to render a PDF; False if it is archived, or claimed by another
    worker.
    """
    with database.transaction() as session:
        if session.scalar(locking(session, _waiting(paper_id), of=[Paper])) is None:
            return False
        attempt = session.get(PdfAttempt, paper_id)
        if attempt is None:
            attempt = PdfAttempt(paper_id=paper_id, attempts=0, findings=[])
            session.add(attempt)
        elif not attempt.is_due(at):
            return False
        attempt.outcome = PdfOutcome.BEGUN
        attempt.attempts += 1
        attempt.next_try_at = at + retry_after(attempt.attempts)
        return True


def note_attempt(
    session: Session,
    paper_id: int,
    outcome: PdfOutcome | None,
    findings: Sequence[str],
    *,
    archived: bool,
    at: datetime,
) -> None:
    """Store the result of an attempt: nothing (`outcome` None) for a PDF without findings, else the
    findings and, unless it was archived anyway, the time of the next attempt.
    """
    if outcome is None:
        session.execute(delete(PdfAttempt).where(PdfAttempt.paper_id == paper_id))
        return
    if not archived and session.scalar(_waiting(paper_id)) is None:
        return  # another process has archived it meanwhile
    attempt = session.get(PdfAttempt, paper_id)
    if attempt is None:
        attempt = PdfAttempt(paper_id=paper_id, attempts=1)
        session.add(attempt)
    elif attempt.outcome is not PdfOutcome.BEGUN:
        attempt.attempts += 1
    attempt.outcome = outcome
    attempt.findings = [finding[:LONGEST_FINDING] for finding in findings[:MOST_FINDINGS]]
    attempt.next_try_at = None if archived else at + retry_after(attempt.attempts)


def is_put_off(session: Session, paper_id: int, *, at: datetime) -> bool:
    """Whether an attempt failed and the next is not due. A PDF that a worker renders now is not put
    off.
    """
    attempt = session.get(PdfAttempt, paper_id)
    if attempt is None:
        return False
    being_made = attempt.outcome is PdfOutcome.BEGUN and attempt.attempts == 1
    return attempt.is_later(at) and not being_made


def make_again(session: Session, paper_id: int, *, by: Actor, at: datetime) -> str:
    """Let the worker try at once to make a PDF whose last attempt failed; the document's number.
    Raises NotAllowed, NotFound.
    """
    if not by.is_staff:
        raise NotAllowed
    paper = session.get(Paper, paper_id)
    attempt = session.scalar(
        locking(session, select(PdfAttempt).where(PdfAttempt.paper_id == paper_id))
    )
    if paper is None:
        raise NotFound
    if attempt is not None and not attempt.is_served:
        attempt.next_try_at = at
        record(session, f"paper:{paper_id}", "pdf_again", by=by, at=at, dossier_id=paper.dossier_id)
    return paper.number


def papers_without_pdf(session: Session, *, at: datetime, limit: int = 20) -> list[int]:
    """Ids of issued documents whose PDF is to be rendered now: new ones first, then failed ones
    that are due. Of the new ones quotes come first: their buyers wait, while invoices may be issued
    by hundreds.
    """
    tries = func.coalesce(PdfAttempt.attempts, 0)
    return list(
        session.scalars(
            select(Paper.id)
            .outerjoin(PdfAttempt, PdfAttempt.paper_id == Paper.id)
            .where(
                Paper.id.in_(select(PdfToMake.paper_id)),
                or_(PdfAttempt.paper_id.is_(None), PdfAttempt.next_try_at <= at),
            )
            .order_by(tries, case((Paper.kind == "quote", 0), else_=1), Paper.id)
            .limit(limit)
        )
    )


def count_pdf_problems(session: Session) -> int:
    """How many documents have a problem for the office."""
    return read_number(session, count_of(_problems()))


def pdf_problems(session: Session, place: Place = FIRST) -> Page[PdfProblem]:
    """The documents with a problem, those that are not served first, then the oldest."""
    return page_of(session, _problems(), place).of(lambda row: PdfProblem(*row))


def _waiting(paper_id: int) -> Select[int]:
    """The document, if its PDF is not archived."""
    missing = exists().where(PdfToMake.paper_id == Paper.id)
    return select(Paper.id).where(Paper.id == paper_id, missing)


def _problems() -> Listing:
    """A first attempt that a worker has begun is not a problem yet."""
    rows = (
        select(
            Paper.id,
            Paper.kind,
            Paper.number,
            Dossier.number,
            PdfAttempt.outcome,
            PdfAttempt.findings,
            PdfAttempt.attempts,
            PdfAttempt.is_served,
            PdfAttempt.next_try_at,
        )
        .select_from(PdfAttempt)
        .join(Paper, Paper.id == PdfAttempt.paper_id)
        .join(Dossier, Dossier.id == Paper.dossier_id)
        .where(or_(PdfAttempt.outcome != PdfOutcome.BEGUN, PdfAttempt.attempts > 1))
    )
    served = (
        Choice("missing", N_("Not available"), ~PdfAttempt.is_served),
        Choice("served", N_("Available"), PdfAttempt.is_served),
    )
    return Listing(
        rows,
        (PdfAttempt.is_served, Paper.id),
        Paper.id,
        (Filter("state", N_("Document"), served),),
        (
            Sort("next", N_("Next attempt"), (PdfAttempt.next_try_at,)),
            Sort("file", N_("File"), (Dossier.number,)),
        ),
    )
