"""Commands in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from shop.core.paths import ROOT
from shop.storage.db import Database
from tests.waiting import ended

MIGRATE = """
import sys, app
from shop.ops.config import ROOT
from shop.storage.db import Database
from shop.storage.migrate import upgrade
database = Database(sys.argv[1])
upgrade(database)
database.dispose()
"""


def test_the_command_line_runs_in_a_process_of_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("COMPTOIR_PASSWORD", "a long enough one")
    command = [sys.executable, "-m", "flask", "--app", "app", "people", "add-staff"]
    command += ["a@shop.example", "admin", "Ada"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_two_processes_may_migrate_at_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new.db"
    command = [sys.executable, "-c", MIGRATE, url]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [ended(process) for process in processes] == [0, 0]
