"""The page of a document whose PDF the worker has not made yet: it looks again by itself.

No page renders a PDF: a long document would hold a thread of the web server.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Response, render_template, request

from shop.dossiers.models import Paper, StoredFile
from shop.dossiers.papers import archived_pdf
from shop.ops.clock import now
from shop.web.kit.site import plain_database

#: Seconds after which the page looks again; after `LONG`, when the worker seems to be stopped.
LOOK_AGAIN, LOOK_LATER = 2, 30
LONG = timedelta(minutes=2)


def pdf_or_wait(paper: Paper, send: Any, *, back: str) -> Any:
    """What `send` answers with the PDF of a document, or the page that waits for it; `back` is the
    address of the page that led here. Raises PdfUnavailable.
    """
    stored: StoredFile | None = archived_pdf(plain_database(), paper.id, at=now())
    return send(stored) if stored is not None else waiting_page(paper.number, paper.issued_at, back)


def waiting_page(number: str, since: datetime, back: str) -> Response:
    """The page that waits for a PDF since the document was issued."""
    is_long = now() - since > LONG
    html = render_template(
        "dossiers/waiting.html", number=number, is_long=is_long, back=back, again=request.full_path
    )
    page = Response(html, 202)
    page.headers["Refresh"] = str(LOOK_LATER if is_long else LOOK_AGAIN)
    page.headers["Cache-Control"] = "no-store"
    return page
