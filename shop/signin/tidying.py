"""What accounts leave behind and nobody needs any more. Running it twice changes nothing."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from shop.people.registration import forget_unanswered
from shop.signin.attempts import LIMITS
from shop.signin.models import PastAttempt
from shop.signin.sessions import purge_sessions
from shop.storage.outbox import Mail

#: Letters that belong to no file are kept a year: who wonders what he was told can be answered.
LETTERS_KEPT = timedelta(days=365)
#: The letter whose address is the last that the shop knew of somebody whom it has forgotten.
LAST_LETTER = "account_erased"


def tidy_accounts(session: Session, *, at: datetime) -> None:
    """Forget sessions that ended a month ago, registrations that nobody answered, attempts that
    count no more, old letters."""
    purge_sessions(session, at=at)
    forget_unanswered(session, at=at)
    for kind, limit in LIMITS.items():
        session.execute(
            delete(PastAttempt).where(PastAttempt.kind == kind, PastAttempt.at <= at - limit.kept)
        )
    session.execute(
        delete(Mail).where(
            Mail.dossier_id.is_(None),
            Mail.is_sent,
            or_(Mail.sent_at <= at - LETTERS_KEPT, Mail.template == LAST_LETTER),
        )
    )
