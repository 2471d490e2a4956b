"""The shop, put together. The only file that knows all three packages."""

import os
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import checkout.rooms
import quotes.rooms
import shop.rooms
from shop.ground import clock, web
from shop.ground.config import ROOT, Settings, from_environment
from shop.ground.db import Database
from shop.ground.templating import Environment


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """An application on `settings` (by default the environment's). Raises Misconfigured."""
    settings = settings or from_environment(os.environ)
    clock.set_shift(settings.clock_shift)
    if database is None:
        if settings.database_url.startswith("sqlite:///"):
            Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
                parents=True, exist_ok=True
            )
        database = Database(settings.database_url)
    app = Flask(
        "comptoir",
        root_path=str(ROOT),
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.mode == "test",
        DEMONSTRATION=settings.is_demonstration,
        MAX_CONTENT_LENGTH=settings.upload_limit + 100_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        # A page that changes nothing in the session does not sign and send it again.
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        PREFERRED_URL_SCHEME="https" if settings.is_production else "http",
    )
    app.jinja_environment = Environment  # type: ignore[assignment]
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    _be_strict(app)
    web.init_app(app, settings, database)
    for package in (shop, checkout, quotes):
        package.rooms.open_rooms(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _be_strict(app: Flask) -> None:
    from jinja2 import StrictUndefined

    app.jinja_env.undefined = StrictUndefined
