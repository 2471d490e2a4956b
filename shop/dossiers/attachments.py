"""The attachments of an e-mail: PDFs of issued documents (rendered now if need be) and stored
files.
"""

from datetime import datetime

from shop.dossiers.models import StoredFile
from shop.dossiers.papers import get_file, pdf_of
from shop.emails.messages import Attachment
from shop.storage.db import Database
from shop.storage.outbox import Email


def attachments_of(database: Database, email: Email, *, at: datetime) -> list[Attachment]:
    """The documents, then the files that the e-mail names. Not inside a transaction."""
    found = [pdf_of(database, paper_id, at=at) for paper_id in email.papers]
    if email.files:
        with database.reading_session() as session:
            found += [get_file(session, file_id) for file_id in email.files]
    return [_attachment(stored) for stored in found]


def _attachment(stored: StoredFile) -> Attachment:
    return Attachment(stored.filename, stored.media_type, stored.data)
