"""A form that arrived after the session had ended: what was typed is kept for the same person in
the same browser.

One form for each person, for an hour, up to `LARGEST` characters in `MOST_ANSWERS` answers. Callers
leave out passwords and codes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop.signin.models import KeptForm
from shop.signin.sessions import digest
from shop.storage.db import count_rows

KEPT = timedelta(hours=1)
#: Maximum length of all names and values together, and of the address of the form.
LARGEST, LONGEST_ACTION = 40_000, 500
#: Maximum number of answers.
MOST_ANSWERS = 500

Answers = Sequence[tuple[str, str]]


def keep_form(
    session: Session, user_id: int, secret: str, *, action: str, answers: Answers, at: datetime
) -> bool:
    """Keep what this person typed in the form that posts to `action`, for the browser with that
    secret, instead of an earlier one; False for a form that is too long to be kept.
    """
    length = sum(len(name) + len(value) for name, value in answers)
    if length > LARGEST or len(answers) > MOST_ANSWERS or len(action) > LONGEST_ACTION:
        return False
    kept = {"action": action, "answers": [list(pair) for pair in answers], "expires_at": at + KEPT}
    kept["key"] = digest(secret)
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = insert(KeptForm).values(user_id=user_id, **kept)
    session.execute(row.on_conflict_do_update(index_elements=[KeptForm.user_id], set_=kept))
    return True


def take_form(
    session: Session, user_id: int, secret: str, *, at: datetime
) -> tuple[str, Answers] | None:
    """The action and the answers of the form kept for this person in this browser, which is
    deleted; None when there is none, or not any more. One of another browser stays.
    """
    row = session.get(KeptForm, user_id)
    if row is None or row.key != digest(secret):
        return None
    session.delete(row)
    if row.expires_at <= at:
        return None
    return row.action, [(name, value) for name, value in row.answers]


def tidy_kept_forms(session: Session, *, at: datetime) -> int:
    """Delete forms that nobody came back to; how many."""
    return count_rows(session, delete(KeptForm).where(KeptForm.expires_at <= at))
