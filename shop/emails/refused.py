"""The end of the trying: the receiving server refuses the address of an e-mail for good.

Nobody receives it: the journal of its dossier says so, and the office sends it to another address
(shop/dossiers/refused_emails.py).
"""

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.storage.journal import record
from shop.storage.outbox import Email

#: Permanent by its number (RFC 5321, 4.2.1), but about the shop's own sign-in, not the address.
_SIGN_IN = frozenset({530, 535})


def is_final(trouble: Exception) -> bool:
    """Whether the server refuses every recipient with a permanent answer (5xx to RCPT)."""
    if not isinstance(trouble, SMTPRecipientsRefused):
        return False
    codes = [code for code, _answer in trouble.recipients.values()]
    return bool(codes) and all(500 <= code < 600 and code not in _SIGN_IN for code in codes)


def note_refusal(session: Session, email_id: int, *, by: Actor, at: datetime) -> None:
    """End the trying; the journal of the dossier says that nobody received the e-mail."""
    email = session.get_one(Email, email_id)
    email.refused_at = at
    record(
        session,
        f"email:{email.id}",
        "email_refused",
        by=by,
        at=at,
        dossier_id=email.dossier_id,
        to=email.to,
        template=email.template,
    )
