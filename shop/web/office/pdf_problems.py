"""Documents whose PDF has a problem, as text for the office's first page."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from shop.core.alphabet import LettersNotPrinted
from shop.core.text import moment
from shop.dossiers.models import PdfOutcome
from shop.dossiers.pdf_attempts import MISSING_LETTERS, PdfProblem, pdf_problems
from shop.einvoicing.findings import FINDING, fault_in
from shop.storage.paging import Page
from shop.web.dossiers.page import document_names
from shop.web.kit.paging import place_asked
from shop.web.kit.site import current_language, sentence_of


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One document: what happened, what follows, and the validator's or the error's own message.

    `url` is the document's. `served` says that readers get it anyway.
    """

    paper_id: int
    name: str
    url: str
    what: str
    then: str
    served: bool
    findings: list[str]


def read_problems(session: Session) -> Page[ProblemLine]:
    """A page of them, with the count of all."""
    return pdf_problems(session, place_asked(name="documents")).of(_line)


def _line(problem: PdfProblem) -> ProblemLine:
    return ProblemLine(
        paper_id=problem.paper_id,
        name=f"{document_names().get(problem.kind, problem.kind)} {problem.number}",
        url=url_for("dossiers.paper", number=problem.dossier, paper_id=problem.paper_id),
        what=_what(problem),
        then=_then(problem),
        served=problem.served,
        findings=[_told(one) for one in problem.findings if not one.startswith(MISSING_LETTERS)],
    )


def _what(problem: PdfProblem) -> str:
    if problem.outcome is PdfOutcome.BEGUN:
        return _(
            "PDF generation started %(count)s times and never finished", count=problem.attempts
        )
    for finding in problem.findings:
        if finding.startswith(MISSING_LETTERS):
            letters = finding.removeprefix(MISSING_LETTERS)
            return sentence_of(LettersNotPrinted(letters=letters))
    if problem.outcome is PdfOutcome.NOT_MADE:
        return _("The PDF could not be generated")
    if problem.outcome is PdfOutcome.NOT_VALIDATED:
        return _("The PDF could not be validated")
    if any(finding.startswith(FINDING) for finding in problem.findings):
        return _("The electronic invoice breaks rules")
    return ngettext(
        "%(num)d PDF validation error",
        "%(num)d PDF validation errors",
        len(problem.findings),
    )


def _told(finding: str) -> str:
    """The validator's or the error's own message; the sentence of a rule of electronic invoices."""
    fault = fault_in(finding)
    return finding if fault is None else f"{fault.rule} · {sentence_of(fault)}"


def _then(problem: PdfProblem) -> str:
    if problem.served:
        return _("The document remains available.")
    assert problem.next_try_at
    when = moment(problem.next_try_at, current_language())
    return _("The document is not available. Next attempt: %(moment)s.", moment=when)
