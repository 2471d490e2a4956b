"""A PostgreSQL server of the tests' own, started from the installed server programs."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class NoServer(Exception):
    """PostgreSQL's server programs are missing: the sentence says what to install."""


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises NoServer."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise NoServer(
        "The tests need PostgreSQL's server programs (initdb, pg_ctl):"
        " install the package postgresql, or run make test as root once."
    )


def _account() -> dict[str, str]:
    """initdb refuses root: run as the account that the package created."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError as error:
        raise NoServer("PostgreSQL's account `postgres` is missing: install postgresql.") from error
    return {"user": "postgres", "group": "postgres"}


@contextmanager
def server() -> Iterator[str]:
    """Start a throw-away server on a Unix socket; yields its base URL, ending in a slash-less host
    part to which `database_url()` adds a name. Stopped and removed at the end."""
    binaries, account = programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="comptoir-pg-"))
    try:
        if account:
            shutil.chown(folder, "postgres", "postgres")
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "check": True}
        quiet |= {"cwd": str(folder)}
        subprocess.run(
            [
                binaries / "initdb",
                "--no-sync",
                "-D",
                folder / "data",
                "-U",
                "comptoir",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            stderr=subprocess.DEVNULL,
            **quiet,
            **account,
        )
        options = f"{FAST} -c listen_addresses= -c unix_socket_directories={folder}"
        subprocess.run(
            [
                binaries / "pg_ctl",
                "-D",
                folder / "data",
                "-w",
                "-l",
                folder / "log",
                "-o",
                options,
                "start",
            ],
            stderr=subprocess.DEVNULL,
            **quiet,
            **account,
        )
        try:
            yield f"postgresql+psycopg://comptoir@/{{name}}?host={folder}"
        finally:
            subprocess.run(
                [binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"],
                stderr=subprocess.DEVNULL,
                **quiet,
                **account,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
