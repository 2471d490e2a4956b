"""The sandbox card processor as one WSGI application.

It implements Stripe's API, so that a demonstration differs from production by an address only. It
never handles real money, refuses live keys, and says on each page that it is a test.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response

from checkout.card.sandbox import controls, dashboard, hosted
from checkout.card.sandbox.api import api
from checkout.card.sandbox.current import attach
from checkout.card.sandbox.sender import WebhookSender
from checkout.card.sandbox.state import State

BIGGEST_REQUEST = 1_000_000  # bytes; a hundred lines need much less


def create_processor(state: State, sender: WebhookSender | None = None) -> Flask:
    """The application on `state`. The caller starts and stops the webhook sender that it passes."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BIGGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = BIGGEST_REQUEST
    app.jinja_env.undefined = StrictUndefined
    attach(app, state, sender or WebhookSender(state))
    app.register_blueprint(api(state))
    app.register_blueprint(hosted.blueprint)
    app.register_blueprint(dashboard.blueprint)
    app.register_blueprint(controls.blueprint)
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.after_request(_guarded)
    return app


def _guarded(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if not response.content_type or not response.content_type.startswith(("text/css", "image/")):
        headers.setdefault("Cache-Control", "no-store")
    return response
