"""E-mails that nobody received, with a form to send each again, on the office's first page."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shop.dossiers.refused_emails import RefusedEmail, refused_emails
from shop.storage.paging import Page
from shop.web.kit.fields import email
from shop.web.kit.forms import ShopForm
from shop.web.kit.paging import place_asked


class SendAgainForm(ShopForm):
    """Another address for a refused e-mail."""

    to = email(_l("Send it again to"))


def read_refused(
    session: Session, email_id: int | None = None, form: SendAgainForm | None = None
) -> Page[tuple[RefusedEmail, SendAgainForm]]:
    """A page of them, each with its form; `form` is the one of `email_id`, as it was sent."""
    rows = refused_emails(session, place_asked(email_id, name="emails"))
    return rows.of(lambda row: (row, _form(row, form if row.id == email_id else None)))


def _form(row: RefusedEmail, sent: SendAgainForm | None) -> SendAgainForm:
    form = sent or SendAgainForm(formdata=None, to=row.to)
    form.to.id = f"to-{row.id}"
    return form
