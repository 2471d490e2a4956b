"""The processes of a real shop, as its supervisor starts and stops them."""

import os
import signal
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from app import cli
from shop.core.paths import ROOT
from tests.bench.servers import free_port
from tests.waiting import ended, until

UNITS = sorted((ROOT / "deploy").glob("*.service"))


def answered(url: str) -> bool:
    try:
        with urlopen(url) as page:
            return bool(page.status == 200)
    except (URLError, ConnectionError):
        return False


def test_the_web_server_alone_is_one_process_that_its_supervisor_stops(tmp_path: Path):
    port = str(free_port())
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.db", "PORT": port}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve", "--no-worker"]
    process = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, env=env)
    try:
        until(lambda: answered(f"http://127.0.0.1:{port}/"), "the shop")
        arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert b"gunicorn" in arguments
    finally:
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0
    assert not answered(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_commands_that_exist_and_starts_again(unit: Path):
    read = ConfigParser(strict=True, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit, encoding="utf-8")
    service = read["Service"]
    assert service["Restart"] == "always"
    for key in {"ExecStartPre", "ExecStart"} & set(service):
        program, *arguments = service[key].split()
        assert program.endswith("/.venv/bin/comptoir")
        asked = CliRunner().invoke(cli, [*arguments, "--help"])
        assert asked.exit_code == 0, asked.output
