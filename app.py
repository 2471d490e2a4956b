"""The composition root: the only module that knows all three packages."""

from pathlib import Path

from flask import Flask
from flask.cli import FlaskGroup, NoAppException
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import checkout.jobs
import checkout.models
import checkout.web.manifest
import quotes.jobs
import quotes.models
import quotes.web.manifest
import shop.commands
import shop.import_commands
import shop.jobs
import shop.models
import shop.ops.commands
import shop.web.manifest
from checkout.web.card import processor
from shop.core.paths import ROOT
from shop.ops import clock
from shop.ops.config import Misconfigured, Settings, from_environment
from shop.storage.db import Database
from shop.web.kit import ended, former, paging, repeats, sessions, site, tariff
from shop.web.kit.cookies import SignedCookies
from shop.web.kit.indentation import Unindented
from shop.web.kit.sent_files import BESIDES, ShopRequest
from shop.web.kit.templating import Environment
from shop.web.opening import closed

_MANIFESTS = (shop.web.manifest, checkout.web.manifest, quotes.web.manifest)
#: Rows of all packages: importing them registers their tables.
ROWS = (*shop.models.ROWS, *checkout.models.ROWS, *quotes.models.ROWS)
PAGES = tuple(page for manifest in _MANIFESTS for page in manifest.PAGES)
TABS = tuple(sorted((tab for one in _MANIFESTS for tab in one.TABS), key=lambda tab: tab.order))
HOLDINGS = tuple(holding for manifest in _MANIFESTS for holding in manifest.HOLDINGS)
#: The office finds dossiers by what each package stores of them.
FINDERS = (*checkout.web.manifest.FINDERS, *quotes.web.manifest.FINDERS)
#: What the search box finds.
FOUND_KINDS = (*shop.web.manifest.FOUND_KINDS, *checkout.web.manifest.FOUND_KINDS)
FORMER = tuple(pair for manifest in _MANIFESTS for pair in manifest.FORMER)
WAYS = tuple(
    sorted((*checkout.web.manifest.WAYS, *quotes.web.manifest.WAYS), key=lambda way: way.order)
)
#: What the home of an account shows, in this order.
WAITING = (
    *shop.web.manifest.WAITING,
    *quotes.web.manifest.WAITING,
    *checkout.web.manifest.WAITING,
)
#: What the packages say about a client on the pages of the office.
CLIENT_NOTICES = checkout.web.manifest.CLIENT_NOTICES
#: The record of a client: its sections, in this order, and its money.
CLIENT_SECTIONS = tuple(
    sorted((one for each in _MANIFESTS for one in each.CLIENT_SECTIONS), key=lambda one: one.order)
)
CLIENT_FIGURES = checkout.web.manifest.CLIENT_FIGURES
#: Groups of commands: `flask --app app --help`.
COMMANDS = (
    *shop.ops.commands.COMMANDS,
    *shop.commands.COMMANDS,
    *shop.import_commands.COMMANDS,
)
#: The worker's jobs, built from a database, the settings, and a way to stop.
JOBS = (shop.jobs.jobs, checkout.jobs.jobs, quotes.jobs.jobs)
#: What each job does.
JOB_TITLES = shop.jobs.TITLES | checkout.jobs.TITLES | quotes.jobs.TITLES


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """An application on `settings` (by default the environment's). Raises Misconfigured."""
    settings = settings or from_environment()
    clock.set_shift(settings.clock_shift)
    app = _flask(settings)
    former.init_app(app, FORMER)
    site.init_app(app, settings, database or _database(settings))
    processor.init_app(app)
    sessions.init_app(app)
    ended.init_app(app)
    closed.init_app(app)
    tariff.init_app(app)
    repeats.init_app(app)
    paging.init_app(app)
    app.extensions["comptoir.tabs"] = TABS
    app.extensions["comptoir.desk"] = WAITING
    app.extensions["comptoir.client_notices"] = CLIENT_NOTICES
    app.extensions["comptoir.client_sections"] = CLIENT_SECTIONS
    app.extensions["comptoir.client_figures"] = CLIENT_FIGURES
    app.extensions["comptoir.ways"] = WAYS
    app.extensions["comptoir.holdings"] = HOLDINGS
    app.extensions["comptoir.finders"] = FINDERS
    app.extensions["comptoir.found_kinds"] = FOUND_KINDS
    app.extensions["comptoir.jobs"] = JOBS
    app.extensions["comptoir.job_titles"] = JOB_TITLES
    for blueprint in dict.fromkeys(page.blueprint for page in PAGES):
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _database(settings: Settings) -> Database:
    """The database of the settings; the folder of an SQLite file is made."""
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
    return Database(settings.database_url)


def _flask(settings: Settings) -> Flask:
    """Flask with its configuration and its templates, before anything of the shop."""
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
        MAX_CONTENT_LENGTH=settings.upload_limit + BESIDES,
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
    app.request_class = ShopRequest
    app.session_interface = SignedCookies()
    app.jinja_environment = Environment  # type: ignore[assignment]
    app.jinja_options = {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": [Unindented],
    }
    app.jinja_env.undefined = StrictUndefined
    return app


def _for_commands() -> Flask:
    """The application for a command; each mistake of its settings is a sentence."""
    try:
        return create_app()
    except Misconfigured as wrong:
        raise NoAppException(str(wrong)) from wrong


#: The console script `comptoir`: the commands of all packages, and Flask's own.
cli = FlaskGroup(name="comptoir", create_app=_for_commands, help="Runs and keeps the shop.")
