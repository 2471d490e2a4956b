"""What a form that was sent before is answered: where the first answer led, with a sentence."""

import logging
from collections.abc import Callable

from flask import Flask, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shop.storage.form_keys import free_form_key, set_form_location
from shop.web.kit import once
from shop.web.kit.site import answer_again, plain_database, safe_back

log = logging.getLogger("comptoir")


def init_app(app: Flask) -> None:
    """Call it last: what is called after a request is called in the opposite order."""
    app.jinja_env.globals.update(form_key=once.form_key)
    app.register_error_handler(once.SentBefore, lambda sent: answer_again(sent.location))
    app.after_request(_conclude)


def _conclude(response: Response) -> Response:
    """Free the key of a form that was refused, note where the answer of the others leads.

    A refusal of a form that was done before is answered as the first time: what it asked for
    exists, which is why it was refused.
    """
    form = once.sending()
    if form.key is None:
        return response
    key, failed = form.key, form.refused or 400 <= response.status_code < 500
    if form.claimed and failed:
        _note(lambda session: free_form_key(session, key))
    elif form.claimed and not form.located:
        leads = response.location
        if leads and leads.partition("#")[0] != safe_back():
            _note(lambda session: set_form_location(session, key, leads))
    elif failed and not form.refused:
        earlier = once.find_earlier(plain_database())
        if earlier is not None:
            return answer_again(earlier.location)
    return response


def _note(write: Callable[[Session], None]) -> None:
    """Its own transaction; when it fails, the form is still answered."""
    try:
        with plain_database().transaction() as session:
            write(session)
    except OperationalError:
        log.exception("the key of a form could not be kept")
