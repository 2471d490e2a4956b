"""Deletion of what accounts leave behind. Running it twice changes nothing."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from shop.people.registration import forget_unanswered
from shop.signin.attempts import LIMITS
from shop.signin.kept_forms import tidy_kept_forms
from shop.signin.models import PastAttempt
from shop.signin.sessions import purge_sessions
from shop.storage.db import count_rows
from shop.storage.outbox import Email

#: E-mails that belong to no dossier are stored for a year, for questions about what was sent.
EMAILS_KEPT = timedelta(days=365)
#: The e-mail that contains the last known address of an erased person.
LAST_EMAIL = "account_erased"


def tidy_accounts(session: Session, *, at: datetime) -> int:
    """Delete sessions that ended a month ago, unconfirmed registrations, attempts that no longer
    count, old e-mails; how many rows.
    """
    deleted = purge_sessions(session, at=at)
    deleted += tidy_kept_forms(session, at=at)
    deleted += forget_unanswered(session, at=at)
    for kind, limit in LIMITS.items():
        over = PastAttempt.at <= at - limit.kept
        deleted += count_rows(session, delete(PastAttempt).where(PastAttempt.kind == kind, over))
    return deleted + count_rows(
        session,
        delete(Email).where(
            Email.dossier_id.is_(None),
            or_(
                Email.sent_at <= at - EMAILS_KEPT,
                Email.refused_at <= at - EMAILS_KEPT,
                Email.is_sent & (Email.template == LAST_EMAIL),
            ),
        ),
    )
