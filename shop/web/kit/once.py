"""Forms that are done once, however often they arrive.

Every form that changes something has a hidden field with a random key, made when the page is shown
(`{{ csrf() }}` or `form.hidden_tag()`). The first transaction that its request opens with
`database()` claims the key; a request whose key is claimed does nothing and is answered as the
first one was (`repeats.py`).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec

from flask import current_app, g, request
from flask import session as cookie
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from shop.core.errors import N_, DomainError
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.form_keys import FormKey, claim_form_key, find_form_key, set_form_location

P = ParamSpec("P")
View = Callable[P, Any]

#: The name of the hidden field.
FIELD = "once"
#: Ends of the names of fields that differ from one page to the next.
_PASSING = (FIELD, "csrf_token")


class SentBefore(Exception):
    """This form was sent before, and done: the transaction is rolled back. `location` is where the
    first answer led, None for the page of the form.
    """

    def __init__(self, location: str | None) -> None:
        super().__init__(location)
        self.location = location


class FormKeyMissing(DomainError):
    sentence = N_(
        "This page was out of date and nothing was recorded: check it, then send it again."
    )
    status = 422


@dataclass
class Sending:
    """The form of this request. `key` None: it has none. `as_visitor`: the key of the same form
    sent by a visitor, whom it may have signed in. `claimed`: a committed transaction has claimed
    the key. `refused`: the answer is a refusal.
    """

    key: str | None
    as_visitor: str | None = None
    required: bool = False
    claimed: bool = False
    refused: bool = False


def repeatable(reason: str) -> Callable[[View[P]], View[P]]:
    """A route that does no harm when its form arrives twice, for `reason`: no key is claimed."""

    def mark(view: View[P]) -> View[P]:
        view.repeatable = reason  # type: ignore[attr-defined]
        return view

    return mark


def key_required(view: View[P]) -> View[P]:
    """A route that creates a document or a movement of goods or money: without a key the form is
    shown again.
    """
    view.key_required = True  # type: ignore[attr-defined]
    return view


def form_key() -> str:
    """A key for a form of this page: random, and different for each form."""
    if "form_keys" not in g:
        g.form_keys = 0
        g.page_key = secrets.token_urlsafe(12)
    g.form_keys += 1
    return f"{g.page_key}{g.form_keys}"


def has_forms() -> bool:
    """Whether this answer has a form with a key: it is not stored by any cache."""
    return "form_keys" in g


def key_field() -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_key())


def sending() -> Sending:
    """The form of this request; one without a key for a page that is read."""
    if "sending" not in g:
        view = current_app.view_functions.get(request.endpoint or "")
        if request.method != "POST" or view is None or hasattr(view, "repeatable"):
            g.sending = Sending(None)
        else:
            required = hasattr(view, "key_required")
            person = str(cookie.get("_user_id", ""))
            own = _key(person, whole=not required)
            visitor = _key("", whole=not required) if person else own
            g.sending = Sending(own, visitor, required)
    return g.sending


def form_digest(length: int) -> str | None:
    """The first characters of the digest of this form's key and answers, for a service that
    recognises a repeated form itself; None without a key.
    """
    key = _key("", whole=True)
    return key and key[:length]


def _key(person: str, *, whole: bool) -> str | None:
    """The digest of the key, with the person's session and the address.

    `whole`: with the answers too. A form of settings that was sent, corrected and sent again before
    the page changed is another one; a form that makes a document is not.
    """
    try:
        given = request.form.get(FIELD)
    except RequestEntityTooLarge:
        return None  # refused before it is read
    if not given:
        return None
    parts = [given, person, request.path]
    if whole:
        sent = (*request.form.items(multi=True), *_file_names())
        parts += [f"{name}={value}" for name, value in sent if not name.endswith(_PASSING)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _file_names() -> Iterator[tuple[str, str]]:
    for name, file in request.files.items(multi=True):
        yield name, file.filename or ""


def repeated_secret(salt: str) -> str:
    """A secret that is the same each time that this form is sent, for what its answer stores in the
    browser; without a key, a random one.
    """
    key = sending().key
    if key is None:
        return secrets.token_urlsafe(24)
    return hmac.new(salt.encode(), key.encode(), "sha256").hexdigest()


def is_missing() -> bool:
    """Whether this form must have a key and has none."""
    return sending().required and sending().key is None


def find_earlier(db: Database) -> FormKey | None:
    """The claimed key of this form, when an earlier request sent it."""
    form = sending()
    if form.key is None or form.claimed:
        return None
    with db.reading_session() as session:
        return find_form_key(session, form.key, form.as_visitor or form.key)


def leads_to(session: Session, location: str) -> str:
    """Store, in the transaction of a form, where its answer leads, when only the service could
    tell: `database(then=…)` needs no statement for it. Returns `location`.
    """
    form = sending()
    if form.key is not None:
        set_form_location(session, form.key, location)
    return location


def guarded(db: Database, then: str | None = None, *, claims: bool = True) -> Database:
    """The database whose first transaction claims the key of this request's form, if it has one.

    `then`: where the answer leads. `claims=False`: the key is only looked up.
    """
    form = sending()
    if form.key is None and not form.required:
        return db

    @contextmanager
    def transaction() -> Iterator[Session]:
        """Raises SentBefore, and FormKeyMissing after the refusals of the service itself."""
        with db.transaction() as session:
            if form.key is not None and not form.claimed:
                _begin(session, form.key, then, claims)
            yield session
            if form.required and form.key is None:
                raise FormKeyMissing
        if claims:
            form.claimed = form.key is not None

    return db.opened_by(transaction)


def _begin(session: Session, key: str, then: str | None, claims: bool) -> None:
    """Raises SentBefore."""
    endpoint = request.endpoint or ""
    if claims and claim_form_key(session, key, endpoint=endpoint, at=now(), location=then):
        return
    earlier = find_form_key(session, key)
    if earlier is not None:
        raise SentBefore(earlier.location)
