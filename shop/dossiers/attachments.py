"""The attachments of an e-mail: PDFs of issued documents (rendered now if need be), stored files,
and pages of the shop.
"""

from datetime import date, datetime
from typing import Any

from shop.core.text import paris_day
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import PDF, get_file, pdf_of
from shop.emails.messages import Attachment
from shop.letterheads.identity import identity_from
from shop.letterheads.letterheads import find_letterhead
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.texts.rules import TERMS
from shop.texts.texts import shown_version, text_on

#: The pages that an e-mail may enclose (its fact `enclosed`): their file name by language.
ENCLOSED = {
    "terms": {"fr": "conditions-generales-de-vente.pdf", "en": "terms-of-sale.pdf"},
    "withdrawal": {
        "fr": "retractation-et-formulaire.pdf",
        "en": "withdrawal-and-model-form.pdf",
    },
}


def attachments_of(
    database: Database, email: Email, *, public_url: str, at: datetime
) -> list[Attachment]:
    """The documents, then the files, then the pages that the e-mail names. Not inside a
    transaction.
    """
    found = [pdf_of(database, paper_id, at=at) for paper_id in email.papers]
    if email.files:
        with database.reading_session() as session:
            found += [get_file(session, file_id) for file_id in email.files]
    pages = _pages(database, email, public_url=public_url, at=at)
    return [_attachment(stored) for stored in found] + pages


def _pages(database: Database, email: Email, *, public_url: str, at: datetime) -> list[Attachment]:
    return [
        enclosed_page(database, email, name, public_url=public_url, at=at)
        for name in email.facts.get("enclosed") or []
    ]


def enclosed_page(
    database: Database, email: Email, name: str, *, public_url: str, at: datetime
) -> Attachment:
    """A page that an e-mail encloses, as its PDF of that day; the conditions of sale in the version
    of the day on which the e-mail was written, which the sale refers to.
    """
    from shop.documents.pages import page_as_pdf

    with database.reading_session() as session:
        shop = identity_from(find_letterhead(session) or {})
        said: dict[str, Any] = {}
        if name == TERMS.page:
            row = text_on(session, TERMS, _written_on(email))
            said = shown_version(row, email.language)
    language, day = email.language, paris_day(at)
    made = page_as_pdf(name, shop, said, language=language, public_url=public_url, on=day)
    return Attachment(ENCLOSED[name][language], PDF, made)


def _written_on(email: Email) -> date:
    """The day on which an e-mail was written first, before it was sent again."""
    first = email.facts.get("written_on")
    return date.fromisoformat(first) if first else paris_day(email.created_at)


def _attachment(stored: StoredFile) -> Attachment:
    return Attachment(stored.filename, stored.media_type, stored.data)
