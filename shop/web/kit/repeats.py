"""What a form that was sent before is answered: where the first answer led, with a sentence."""

from flask import Flask, Response

from shop.web.kit import once
from shop.web.kit.facts import fact
from shop.web.kit.site import answer_again, plain_database


def init_app(app: Flask) -> None:
    """Call it last: what is called after a request is called in the opposite order."""
    app.jinja_env.globals.update(form_key=once.form_key, fact=fact)
    app.register_error_handler(once.SentBefore, lambda sent: answer_again(sent.location))
    app.after_request(_answer_as_the_first)


def _answer_as_the_first(response: Response) -> Response:
    """A refusal of a form that was done before is answered as the first time: what it asked for
    exists, which is why it was refused.
    """
    form = once.sending()
    if form.key is None or form.refused or not 400 <= response.status_code < 500:
        return response
    earlier = once.find_earlier(plain_database())
    return response if earlier is None else answer_again(earlier.location)
