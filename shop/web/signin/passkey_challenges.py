"""Between a challenge and its answer: what this browser's device was asked to sign, and for what.

Stored for five minutes in the visitor's signed session, and removed from it by the first answer.
Attempts with a passkey are limited like those with a password.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import session

from shop.core.errors import N_, DomainError, NotFound
from shop.ops.clock import now
from shop.signin import attempts
from shop.signin.passkeys import Challenge, PasskeyCopied, note_copied, owner_email
from shop.signin.webauthn_gateway import PasskeyRefused, Site, site_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, settings
from shop.web.signin.entrance import attempt_on, ensure_may_try

KEPT = timedelta(minutes=5)
_KEY = "passkey_challenge"


class ChallengeGone(DomainError):
    sentence = N_("This took more than five minutes or was already completed: try again.")
    status = 422


def offered() -> bool:
    """Whether browsers support passkeys at this shop's address."""
    return site_of(settings().public_url) is not None


def site() -> Site:
    """The shop's address for devices. Raises NotFound where passkeys are not offered."""
    found = site_of(settings().public_url)
    if found is None:
        raise NotFound
    return found


def put_challenge(purpose: str) -> bytes:
    """A new challenge for this browser; the previous one is no longer valid."""
    value = secrets.token_bytes(32)
    session[_KEY] = {"for": purpose, "value": value.hex(), "at": now().isoformat()}
    return value


def take_challenge(purpose: str) -> Challenge:
    """The challenge for this purpose, removed from the session. Raises ChallengeGone."""
    kept = session.pop(_KEY, None)
    if not isinstance(kept, dict) or kept["for"] != purpose:
        raise ChallengeGone
    put_at = datetime.fromisoformat(kept["at"])
    if put_at + KEPT <= now():
        raise ChallengeGone
    return Challenge(bytes.fromhex(kept["value"]), put_at)


@contextmanager
def counted_answer(answer: str) -> Iterator[None]:
    """A context around the transaction that checks a device's answer: a wrong one is counted after
    it, and the owner gets an e-mail about a passkey that may have been copied.

    Answers 429 after too many attempts. Raises PasskeyRefused.
    """
    email = owner_email(reading(), answer) or ""
    attempt = attempt_on(email, kind=attempts.PASSKEY)
    ensure_may_try(attempt)
    try:
        yield
    except PasskeyRefused as refusal:
        with database().transaction() as write:
            attempts.note(write, attempt, at=now())
            if isinstance(refusal, PasskeyCopied):
                note_copied(write, refusal.facts["passkey_id"], by=actor(), at=now())
        raise
    with database().transaction() as write:
        attempts.forget(write, attempt)
