"""Signing in: the password checked and counted, browsers known to the account, the session.

A browser in which a person has signed in keeps a signed cookie that says so. It gives no access:
its attempts are counted on their own, so that guesses made elsewhere never lock the owner out.
"""

import secrets
from hashlib import sha256
from typing import Any

from flask import (
    Response,
    abort,
    after_this_request,
    current_app,
    flash,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import login_user
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from shop.cart.joining import adopt_cart
from shop.core.sales import price_basis
from shop.core.vat import PriceBasis
from shop.ops.clock import now
from shop.people import people
from shop.signin import attempts, signing
from shop.signin.sessions import close_user_session
from shop.web.cart.sessions import cart_token, remember_cart
from shop.web.kit.sessions import actor, carried_over, start, viewer
from shop.web.kit.site import counting_database, database, reading, settings

DEVICE_COOKIE = "device"
#: Maximum number of accounts that one browser remembers (a shared desk), and for how long: the
#: maximum of browsers.
_MOST_ACCOUNTS, _YEAR = 6, 400 * 24 * 3600


def attempt_on(email: str, *, kind: str = attempts.SIGN_IN) -> attempts.Attempt:
    """An attempt in this browser, on the account of that address."""
    email = people.folded_email(email)
    return attempts.Attempt.on(
        email, origin=request.remote_addr or "", kind=kind, device=_known(email)
    )


def siret_named(siret: str) -> attempts.Attempt:
    """Count that a SIRET was named in this browser; the office sees how many were named from one
    network address.
    """
    return attempts.Attempt.on(siret, origin=request.remote_addr or "", kind=attempts.SIRET_NAMED)


def ensure_may_try(attempt: attempts.Attempt) -> None:
    """Answers 429 after too many attempts."""
    try:
        attempts.ensure_may_try(reading(), attempt, at=now())
    except attempts.TooManyAttempts as refusal:
        abort(refusal.status)


def check_password(email: str, password: str) -> int:
    """The id of the person with this address and password. No session is opened.

    An account that is not active counts like a wrong password. Answers 429 after too many attempts.
    Raises WrongCredentials, NotActivated.
    """
    attempt = attempt_on(email)
    ensure_may_try(attempt)
    try:
        user_id = signing.check_credentials(reading(), email=email, password=password)
    except signing.WrongCredentials:
        with counting_database().transaction() as write:
            attempts.note(write, attempt, at=now())
        raise
    with counting_database().transaction() as write:
        attempts.forget(write, attempt)
    return user_id


def let_in(user_id: int) -> None:
    """Open the session in this browser, after the person was authenticated."""
    with database().transaction() as write:
        signing.sign_in(write, user_id, at=now())
        open_session(write, user_id)


def open_session(write: Session, user_id: int) -> None:
    """Start a session of this person.

    Nothing of the visitor's session is kept but the cart, the language, and purchases and payments
    in progress: a session prepared by somebody else gains them nothing.
    """
    before = viewer()
    if before is not None:
        close_user_session(write, before.session_id, by=before.actor, at=now())
    kept_language, token, carried = session.get("language"), cart_token(), carried_over()
    session.clear()
    session.update(carried)
    person = start(write, user_id, at=now())
    login_user(person)
    session["language"] = kept_language or (person.language if person else "fr")
    filled = adopt_cart(write, token, user_id)
    if filled is not None:
        remember_cart(filled)
        if token and filled.count and price_basis(actor()) is PriceBasis.EXCLUDING:
            flash(_("The prices of your cart are now shown excluding VAT."), "info")
    if person is not None:
        remember_browser(person.email)


def home_of() -> str:
    """The first page after signing in: the staff area, or the customer's account."""
    person = viewer()
    return url_for("office.home" if person and person.is_staff else "people.overview")


def remember_browser(email: str) -> None:
    """Remember that this browser is known to that account."""
    known = _remembered()
    kept = known.pop(_named(email), None) or secrets.token_urlsafe(12)
    known = dict(list(known.items())[1 - _MOST_ACCOUNTS :]) | {_named(email): kept}

    def keep(answer: Response) -> Response:
        answer.set_cookie(
            DEVICE_COOKIE,
            _signer().dumps(known),
            max_age=_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return answer

    after_this_request(keep)


def _known(email: str) -> str:
    return str(_remembered().get(_named(email), ""))


def _remembered() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except BadData:
        return {}
    return found if isinstance(found, dict) else {}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="known-device")


def _named(email: str) -> str:
    """The account in the cookie, without its address."""
    return sha256(f"device {people.folded_email(email)}".encode()).hexdigest()[:16]
