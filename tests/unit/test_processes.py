"""How the demonstration and a real shop are started: the checks before anything runs."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import create_app
from quotes.demonstration import run
from quotes.demonstration.certificate import provide_certificate
from shop.documents.signature import certificate_of
from shop.ops.clock import parse_shift
from shop.ops.config import SANDBOX_KEY, Misconfigured, Settings
from shop.ops.processes import keep_running


def test_the_sandbox_uses_the_next_port():
    env = run.environment({"PORT": "9000"})
    assert env["PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert env["STRIPE_API_BASE"] == "http://127.0.0.1:9001"


class Signalled:
    """A process during which the runner receives SIGTERM; it ends later by itself."""

    def __init__(self) -> None:
        self.asked = 0

    def poll(self) -> int | None:
        self.asked += 1
        os.kill(os.getpid(), signal.SIGTERM)
        return 0 if self.asked > 3 else None


def test_sigterm_ends_what_a_shell_started_in_the_background():
    """There, Ctrl-C is ignored from the start."""
    usual = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert keep_running([Signalled()]) == 0
    finally:
        for one, handler in usual.items():
            signal.signal(one, handler)


@pytest.mark.parametrize("port", ["abc", "0", "70000", "²"])
def test_a_wrong_port_is_reported(port: str):
    with pytest.raises(Misconfigured):
        run.environment({"PORT": port})


def test_a_clock_set_to_a_moment_is_one_shift_for_all_processes():
    env = run.environment({"COMPTOIR_CLOCK": "2036-12-22T10:00"})
    shift = parse_shift(env["COMPTOIR_CLOCK"])
    assert env["COMPTOIR_CLOCK"].endswith("s")
    assert shift > timedelta(days=3000)


def test_the_demonstration_signs_with_a_certificate_of_its_own(tmp_path: Path):
    own, at = tmp_path / "instance" / "signing.p12", datetime(2036, 12, 22, tzinfo=UTC)
    provide_certificate(own, at=at)
    first = own.read_bytes()
    assert certificate_of(str(own), None).is_valid(at)
    assert own.stat().st_mode & 0o077 == 0
    provide_certificate(own, at=at + timedelta(days=900))
    assert own.read_bytes() == first, "it is made once"
    later = at + timedelta(days=4000)
    provide_certificate(own, at=later)
    assert certificate_of(str(own), None).is_valid(later), "the clock was moved"


def test_a_certificate_that_is_given_is_kept():
    assert run.environment({"SIGNING_CERTIFICATE": "my.p12"})["SIGNING_CERTIFICATE"] == "my.p12"
    assert run.environment({})["SIGNING_CERTIFICATE"].endswith("signing.p12")
    assert "SIGNING_CERTIFICATE" not in run.environment({"COMPTOIR_MODE": "production"})


def test_a_clock_that_is_not_a_moment_is_reported():
    with pytest.raises(Misconfigured):
        run.environment({"COMPTOIR_CLOCK": "yesterday"})


def test_reset_deletes_the_database_and_nothing_beside_it(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    names = ("shop.db", "shop.db-wal", "shop.db.backup.tar", "shop.dbx")
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    run.reset(Settings(database_url=f"sqlite:///{tmp_path}/shop.db"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["shop.db.backup.tar", "shop.dbx"]


def test_a_production_is_never_reset(monkeypatch, capsys: pytest.CaptureFixture[str]):
    production = {
        "COMPTOIR_MODE": "production",
        "SECRET_KEY": "k" * 40,
        "PUBLIC_URL": "https://comptoir.example",
        "STRIPE_SECRET_KEY": "sk_live_something",
        "STRIPE_WEBHOOK_SECRET": "whsec_something",
        "SMTP_URL": "smtps://user:password@mail.example:465",
        "DATABASE_URL": "sqlite:////nowhere/shop.db",
    }
    monkeypatch.setattr(os, "environ", production)
    assert run.main(["--reset"]) == 2
    assert "demonstration" in capsys.readouterr().err


def test_a_demonstration_is_not_served_to_the_world(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/shop.db"))
    result = app.test_cli_runner().invoke(args=["serve", "--bind", "0.0.0.0:8000"])
    assert result.exit_code == 2
    assert "COMPTOIR_MODE=production" in result.stderr


@pytest.mark.parametrize(
    ("key", "expected"), [(SANDBOX_KEY, run.SANDBOX_STATE), ("sk_test_of_stripe", None)]
)
def test_the_sales_of_the_sandbox_are_made_where_it_serves_the_shop(
    key: str, expected: Path | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr(
        run, "fill_demonstration", lambda _database, **facts: given.append(facts["processor"])
    )
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    run.prepare(Settings(database_url=url, stripe_secret_key=key))
    assert given == [expected]
