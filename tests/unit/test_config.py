"""The configuration: a sentence per mistake, and what production refuses."""

import pytest

from shop.ops.config import Misconfigured, from_environment

GOOD = {
    "COMPTOIR_MODE": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgresql://shop@db/shop",
    "PUBLIC_URL": "https://comptoir.example",
    "STRIPE_SECRET_KEY": "sk_live_something",
    "STRIPE_WEBHOOK_SECRET": "whsec_something",
    "SMTP_URL": "smtps://user:password@mail.example:465",
}


def test_a_complete_production_starts():
    settings = from_environment(GOOD)
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
        ({"COMPTOIR_UPLOAD_LIMIT": "ten"}, "COMPTOIR_UPLOAD_LIMIT"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
        ({"REGISTER": "sirene"}, "REGISTER"),
        ({"REGISTER_URL": "http://register.example"}, "REGISTER_URL"),
        ({"REGISTER_URL": "register"}, "REGISTER_URL"),
        ({"COMPTOIR_UPLOAD_LIMIT": "²"}, "COMPTOIR_UPLOAD_LIMIT"),
        ({"COMPTOIR_MODE": "demonstration"}, "live"),
    ],
)
def test_production_refuses_each_mistake_with_its_sentence(change: dict[str, str], word: str):
    with pytest.raises(Misconfigured) as refused:
        from_environment({**GOOD, **change})
    assert any(word in mistake for mistake in refused.value.mistakes)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(Misconfigured) as refused:
        from_environment({"COMPTOIR_MODE": "production", "COMPTOIR_CLOCK": "+1d"})
    assert len(refused.value.mistakes) >= 6


def test_the_demonstration_needs_nothing():
    settings = from_environment({})
    assert settings.is_demonstration
    assert settings.stripe_api_base is not None
