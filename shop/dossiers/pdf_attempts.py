"""Tries at the PDF of a paper that failed, or that were archived in spite of findings.

A row of `PdfAttempt` is all that is known against the PDF of one paper; the office's first page
shows them (`pdf_problems`). The worker claims a paper before it makes its PDF, so that one that
kills the process steps aside with a growing delay like every other, and two workers do not make
the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from shop.core.retries import retry_after
from shop.dossiers.models import Dossier, Paper, PdfAttempt, PdfOutcome, StoredFile
from shop.storage.db import Database, locking

#: What is kept of the findings, and of each.
MOST_FINDINGS, LONGEST_FINDING = 20, 300


@dataclass(frozen=True, slots=True)
class PdfProblem:
    """One line for the office. `served`: the PDF is archived in spite of the findings, and has no
    next try."""

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
    """Note that a worker begins the PDF of a paper; False if it is archived, or another's."""
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
    """Keep what a try gave: nothing (`outcome` None) for a PDF without findings, else the findings
    and, unless it was archived all the same, when it is tried again."""
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
    """Whether a try failed and the next is not due. What a worker is making now is not put off."""
    attempt = session.get(PdfAttempt, paper_id)
    if attempt is None:
        return False
    being_made = attempt.outcome is PdfOutcome.BEGUN and attempt.attempts == 1
    return attempt.is_later(at) and not being_made


def papers_without_pdf(session: Session, *, at: datetime, limit: int = 20) -> list[int]:
    """Ids of issued papers whose PDF is to be made now: new ones first, then what failed before
    and whose time has come."""
    tries = func.coalesce(PdfAttempt.attempts, 0)
    return list(
        session.scalars(
            select(Paper.id)
            .outerjoin(PdfAttempt, PdfAttempt.paper_id == Paper.id)
            .where(_without_pdf(), or_(PdfAttempt.paper_id.is_(None), PdfAttempt.next_try_at <= at))
            .order_by(tries, Paper.id)
            .limit(limit)
        )
    )


def count_pdf_problems(session: Session) -> int:
    """How many papers the office should look at."""
    return session.scalar(_problems(func.count())) or 0


def pdf_problems(session: Session, limit: int = 20) -> list[PdfProblem]:
    """The oldest papers with a problem, those that are not served first."""
    rows = session.execute(
        _problems(
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
        .order_by(PdfAttempt.is_served, Paper.id)
        .limit(limit)
    )
    return [PdfProblem(*row) for row in rows]


def _without_pdf() -> ColumnElement[bool]:
    return ~exists().where(StoredFile.paper_id == Paper.id)


def _waiting(paper_id: int) -> Select[int]:
    """The paper, if its PDF is not archived."""
    return select(Paper.id).where(Paper.id == paper_id, _without_pdf())


def _problems(*columns: Any) -> Select[Any]:
    """A first try that a worker has begun is no problem yet."""
    return (
        select(*columns)
        .select_from(PdfAttempt)
        .join(Paper, Paper.id == PdfAttempt.paper_id)
        .join(Dossier, Dossier.id == Paper.dossier_id)
        .where(or_(PdfAttempt.outcome != PdfOutcome.BEGUN, PdfAttempt.attempts > 1))
    )
