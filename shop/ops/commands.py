"""Commands that run the shop: the schema, the worker, the web server with its worker.

`flask --app app worker`, or `comptoir worker`; app.py collects the jobs of all packages.
"""

import logging
import os
import threading

import click
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext

from shop.ops.config import Settings
from shop.ops.job_log import JobLog
from shop.ops.processes import become, keep_running, shop_command, start, stop, worker_command
from shop.ops.worker import Worker
from shop.storage.db import Database
from shop.storage.migrate import upgrade

LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")


def command_database() -> Database:
    """The database of the application for which a command runs."""
    application = click.get_current_context().find_object(ScriptInfo)
    assert application is not None, "a command runs under Flask's command line"
    database: Database = application.load_app().extensions["comptoir.database"]
    return database


def command_settings() -> Settings:
    """The settings of the application for which a command runs."""
    application = click.get_current_context().find_object(ScriptInfo)
    assert application is not None, "a command runs under Flask's command line"
    settings: Settings = application.load_app().extensions["comptoir.settings"]
    return settings


def _database() -> Database:
    database: Database = current_app.extensions["comptoir.database"]
    return database


def _settings() -> Settings:
    settings: Settings = current_app.extensions["comptoir.settings"]
    return settings


@click.group()
def db() -> None:
    """The database of DATABASE_URL."""


@db.command("upgrade")
@with_appcontext
def upgrade_schema() -> None:
    """Bring the schema up to date: run the migrations that are missing."""
    upgrade(_database())
    click.echo("The schema is up to date.")


@click.command()
@with_appcontext
def worker() -> None:
    """Make PDFs, send e-mail, reconcile card payments, until SIGTERM.

    One or several run beside the web servers; each job may run twice without harm.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stopping = threading.Event()
    offered = current_app.extensions["comptoir.jobs"]
    jobs = [job for jobs in offered for job in jobs(_database(), _settings(), stopping.is_set)]
    running = Worker(jobs, observer=JobLog(_database()), stopping=stopping)
    running.stop_on_signals()
    running.run()
    _database().dispose()


@click.command()
@click.option("--bind", envvar="BIND", help="Address and port; by default 127.0.0.1:$PORT.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=int)
@click.option("--workers", envvar="WEB_WORKERS", default=2, show_default=True, type=int)
@click.option("--worker/--no-worker", "with_worker", default=True, help="Run the worker as well.")
@with_appcontext
def serve(bind: str | None, port: int, workers: int, with_worker: bool) -> None:
    """The shop under gunicorn with its worker, as production runs them.

    The schema is brought up to date first. Under a supervisor such as systemd, --no-worker makes
    this process the web server alone.
    """
    bind = bind or f"127.0.0.1:{port}"
    if not _settings().is_production and not bind.startswith(LOOPBACK):
        raise click.UsageError(
            "Only production may be reached from elsewhere: COMPTOIR_MODE=production."
        )
    upgrade(_database())
    _database().dispose()
    if not with_worker:
        become(shop_command(bind, workers))
    processes = start([worker_command(), shop_command(bind, workers)], os.environ)
    try:
        raise SystemExit(keep_running(processes))
    finally:
        stop(processes)


COMMANDS = (db, worker, serve)
