"""The password asked again before a sensitive change: a person who finds an open browser does not
know it.

Limited like the sign-in, and counted with it; codes of the second factor are counted on their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shop.core.errors import N_
from shop.ops.clock import now
from shop.signin import attempts, signing
from shop.signin.second_factor import WrongCode
from shop.web.kit.sessions import actor
from shop.web.kit.site import counting_database
from shop.web.signin.entrance import attempt_on, check_password, ensure_may_try


class WrongPassword(signing.WrongCredentials):
    sentence = N_("This is not your password. Enter it again.")


def ensure_own_password(typed: str) -> None:
    """Call it before the transaction: checking a password takes long.

    Answers 429 after too many attempts. Raises WrongPassword.
    """
    try:
        check_password(actor().email or "", typed)
    except signing.WrongCredentials as wrong:
        raise WrongPassword from wrong


@contextmanager
def counted_code(email: str) -> Iterator[None]:
    """A context around the transaction that checks a code of that account: a wrong one is counted
    after it.

    Answers 429 after too many attempts.
    """
    attempt = attempt_on(email, kind=attempts.SECOND_FACTOR)
    ensure_may_try(attempt)
    try:
        yield
    except WrongCode:
        with counting_database().transaction() as session:
            attempts.note(session, attempt, at=now())
        raise
    with counting_database().transaction() as session:
        attempts.forget(session, attempt)
