"""E-mails that nobody received, on the office's first page: each leads to the page that sends it
again.
"""

from sqlalchemy.orm import Session

from shop.dossiers.refused_emails import RefusedEmail, refused_emails
from shop.storage.paging import Page
from shop.web.kit.paging import place_asked


def read_refused(session: Session) -> Page[RefusedEmail]:
    """A page of them."""
    return refused_emails(session, place_asked(name="emails"))
