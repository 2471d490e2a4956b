"""E-mails that nobody received, with a form to send each again, on the office's first page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shop.dossiers.refused_emails import RefusedEmail, count_refused, refused_emails
from shop.web.kit.fields import email
from shop.web.kit.forms import ShopForm


class SendAgainForm(ShopForm):
    """Another address for a refused e-mail."""

    to = email(_l("Send it again to"))


@dataclass(frozen=True, slots=True)
class Refused:
    """How many there are, and the first of them, each with its form."""

    count: int
    lines: Sequence[tuple[RefusedEmail, SendAgainForm]]


def read_refused(
    session: Session, email_id: int | None = None, form: SendAgainForm | None = None
) -> Refused:
    """One statement when there are none; `form` is the one of `email_id`, as it was sent."""
    count = count_refused(session)
    rows = refused_emails(session) if count else []
    return Refused(count, [(row, _form(row, form if row.id == email_id else None)) for row in rows])


def _form(row: RefusedEmail, sent: SendAgainForm | None) -> SendAgainForm:
    form = sent or SendAgainForm(formdata=None, to=row.to)
    form.to.id = f"to-{row.id}"
    return form
