"""E-mails to a person who has an account: to their address, in their language, by their name."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.people.models import User
from shop.storage.outbox import Email, post


def post_to(session: Session, user: User, template: str, *, at: datetime, **facts: Any) -> Email:
    """Add an e-mail to a person to the outbox. Facts must be JSON: cents, ISO days, strings."""
    to, language = user.email, user.language
    return post(session, template, to=to, language=language, at=at, name=user.name, **facts)
