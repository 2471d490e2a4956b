"""The page of an issued document: its HTML twin, its PDF, the other documents of its dossier."""

from flask import render_template, url_for
from flask_babel import gettext as _

from shop.core.alphabet import LettersNotPrinted
from shop.documents.twins import Twin, twin_of
from shop.dossiers.dossiers import papers_of
from shop.dossiers.models import Dossier, Paper
from shop.dossiers.papers import INTERNAL, PdfUnavailable, read_paper
from shop.web.dossiers.page import Document, paper_document
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import reading


def twin_page(dossier: Dossier, paper: Paper, *, guest_key: str | None) -> str:
    """The page of a document of that dossier. Raises PdfUnavailable where its PDF is held back."""
    others = [
        paper_document(dossier, other, guest_key)
        for other in papers_of(reading(), dossier.id)
        if other.id != paper.id and (other.kind not in INTERNAL or actor().is_staff)
    ]
    pdf = url_for("dossiers.paper", number=dossier.number, paper_id=paper.id, key=guest_key)
    return twin_shown(paper, pdf, trail=_trail(dossier, guest_key), others=others)


def twin_shown(
    paper: Paper, pdf: str, *, trail: list[tuple[str, str]], others: list[Document]
) -> str:
    """The page of a document whose PDF is at the address `pdf`, below the pages of `trail`. Raises
    PdfUnavailable.
    """
    content, file = read_paper(reading(), paper)
    try:
        document: Twin = twin_of(paper.kind, content, language=paper.language)
    except LettersNotPrinted as refusal:
        raise PdfUnavailable(number=paper.number) from refusal
    return render_template(
        "dossiers/read.html",
        number=paper.number,
        document=document,
        pdf=pdf,
        file=file,
        trail=trail,
        others=others,
    )


def _trail(dossier: Dossier, guest_key: str | None) -> list[tuple[str, str]]:
    """The pages above: the dossier, or for the staff the page that they come from."""
    person = viewer()
    if person is None:  # a guest, who has no other page than the order
        return [
            (dossier.number, url_for("orders.show", number=dossier.number, key=guest_key)),
        ]
    back = came_from()
    above = [(_("Back"), back)] if back else []
    if person.is_staff:
        above = [(_("Staff area"), url_for("office.home")), *above]
    return [*above, (dossier.number, url_for("quotes.show", number=dossier.number))]
