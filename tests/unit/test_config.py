"""The configuration: one sentence per mistake, and what production refuses."""

import os
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest

from shop.core.paths import ROOT
from shop.ops.config import Misconfigured, Settings, from_environment, variable

Read = Callable[[dict[str, str]], Settings]

GOOD = {
    "COMPTOIR_MODE": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgresql://shop@db/shop",
    "PUBLIC_URL": "https://comptoir.example",
    "STRIPE_SECRET_KEY": "sk_live_something",
    "STRIPE_WEBHOOK_SECRET": "whsec_something",
    "SMTP_URL": "smtps://user:password@mail.example:465",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """The settings of a process with this environment and nothing else."""

    def settings(environment: dict[str, str]) -> Settings:
        monkeypatch.setattr(os, "environ", environment)
        return from_environment()

    return settings


def test_a_complete_production_starts(read: Read):
    settings = read(GOOD)
    assert settings.is_production
    assert settings.database_url == "postgresql+psycopg://shop@db/shop"
    assert settings.stripe_api_base is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": ""}, "sandbox"),
        ({"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:1"}, "sandbox"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "live"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"COMPTOIR_CLOCK": "+32d"}, "clock"),
        ({"COMPTOIR_CLOCK": "yesterday"}, "COMPTOIR_CLOCK"),
        ({"SMTP_URL": ""}, "SMTP_URL"),
        ({"SMTP_URL": "http://mail.example"}, "SMTP_URL"),
        ({"PUBLIC_URL": "http://comptoir.example"}, "https"),
        ({"DATABASE_URL": "mysql://shop"}, "DATABASE_URL"),
        ({"COMPTOIR_MODE": "live"}, "COMPTOIR_MODE"),
        ({"COMPTOIR_MODE": ""}, "COMPTOIR_MODE"),
        ({"COMPTOIR_UPLOAD_LIMIT": "ten"}, "COMPTOIR_UPLOAD_LIMIT"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES=-1 is not a number of proxies."),
        ({"PAYOUT_DAYS": "5.5"}, "PAYOUT_DAYS=5.5 is not a number of days."),
        ({"FIRST_ORDER_ALERT": "8000"}, "/bureau/reglages/bons-de-commande"),
        ({"COMPTOIR_TEMPLATE_FOLDING": "x"}, "COMPTOIR_TEMPLATE_FOLDING=x is neither 1 nor 0."),
        ({"RETURN_PATH": "returns+x@shop.example"}, "RETURN_PATH"),
        ({"RETURN_PATH": "returns"}, "RETURN_PATH"),
        ({"BOUNCES_IMAP": "imap://u:p@mail.example/INBOX"}, "BOUNCES_IMAP"),
        ({"REGISTER": "sirene"}, "REGISTER"),
        ({"REGISTER_URL": "http://register.example"}, "REGISTER_URL"),
        ({"REGISTER_URL": "register"}, "REGISTER_URL"),
        ({"COMPTOIR_UPLOAD_LIMIT": "²"}, "COMPTOIR_UPLOAD_LIMIT"),
        ({"SIGNING_AUTHORITIES": "roots.pem"}, "TIMESTAMP_URL"),
        ({"TIMESTAMP_URL": "https://tsa.example"}, "SIGNING_CERTIFICATE"),
        ({"SIGNING_CERTIFICATE": "a.p12", "TIMESTAMP_URL": "tsa.example"}, "https://"),
        ({"COMPTOIR_MODE": "demonstration"}, "live"),
    ],
)
def test_production_refuses_each_mistake_with_its_sentence(
    read: Read, change: dict[str, str], word: str
):
    with pytest.raises(Misconfigured) as refused:
        read({**GOOD, **change})
    assert any(word in mistake for mistake in refused.value.mistakes)


def test_all_mistakes_are_reported_at_once(read: Read):
    with pytest.raises(Misconfigured) as refused:
        read({"COMPTOIR_MODE": "production", "COMPTOIR_CLOCK": "+1d"})
    assert len(refused.value.mistakes) >= 6


def test_the_demonstration_needs_nothing(read: Read):
    settings = read({})
    assert settings.is_demonstration
    assert settings.stripe_api_base is not None
    assert settings == Settings()


def test_the_demonstration_answers_at_the_port_that_it_is_given(read: Read):
    assert read({"PORT": "9000"}).public_url == "http://127.0.0.1:9000"


def test_a_variable_set_to_nothing_keeps_its_default(read: Read):
    empty = dict.fromkeys(("SECRET_KEY", "DATABASE_URL", "SMTP_URL", "REGISTER", "MAIL_FROM"), "")
    assert read(empty) == Settings()


def test_each_variable_sets_its_field(read: Read):
    settings = read(
        {
            "COMPTOIR_CLOCK": "+32d",
            "COMPTOIR_UPLOAD_LIMIT": "5000",
            "PAYOUT_DAYS": "0",
            "TRUSTED_PROXIES": "2",
            "COMPTOIR_TEMPLATE_FOLDING": "0",
            "PUBLIC_URL": "http://shop.example/",
            "STRIPE_SECRET_KEY": "sk_test_x",
        }
    )
    assert settings.clock_shift == timedelta(days=32)
    assert (settings.upload_limit, settings.payout_days) == (5000, 0)
    assert settings.trusted_proxies == 2
    assert settings.template_folding is False
    assert settings.public_url == "http://shop.example"
    assert settings.stripe_api_base is None, "with a key of Stripe, the sandbox is not used"


def documented() -> set[str]:
    """The variables in the tables of the documentation: the first column."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    rows = (row for page in pages for row in page.read_text(encoding="utf-8").splitlines())
    cells = (row.split("|")[1] for row in rows if row.startswith("| `"))
    return {name for cell in cells for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}


def test_each_setting_is_documented():
    variables = {variable(setting.name) for setting in fields(Settings)}
    assert variables | {"PORT", "BIND", "WEB_WORKERS"} <= documented()
