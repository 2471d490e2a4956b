"""Configuration: read from the environment once, checked with a sentence per mistake."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from shop.core.paths import ROOT
from shop.ops.clock import parse_shift

DEFAULT_SECRET = "demonstration-only-secret-never-in-production"  # noqa: S105 - refused in production
SANDBOX_KEY = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - the sandbox's own, refused in production
STATE_REGISTER = "https://recherche-entreprises.api.gouv.fr"
REGISTERS = ("embedded", "state")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MODES = ("demonstration", "test", "production")


class Misconfigured(Exception):
    """The environment cannot be used; one sentence per mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a deployment may choose. See the README's table."""

    mode: str = "demonstration"
    secret_key: str = DEFAULT_SECRET
    database_url: str = field(default_factory=lambda: f"sqlite:///{ROOT}/instance/comptoir.db")
    public_url: str = "http://127.0.0.1:8000"
    stripe_secret_key: str = SANDBOX_KEY
    stripe_webhook_secret: str = SANDBOX_WEBHOOK_SECRET
    stripe_api_base: str | None = "http://127.0.0.1:8001"
    smtp_url: str | None = None
    mail_from: str = "Comptoir <ventes@comptoir.example>"
    clock_shift: timedelta = timedelta()
    upload_limit: int = 10_000_000
    first_order_alert: int = 5_000
    trusted_proxies: int = 0
    register: str = "embedded"
    register_url: str = STATE_REGISTER

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def is_demonstration(self) -> bool:
        return self.mode == "demonstration"

    @property
    def requires_second_factor(self) -> bool:
        """The staff signs in with a second factor wherever customers and orders are real ones."""
        return self.is_production

    @property
    def card_page_origin(self) -> str:
        """The origin that step 5's form is redirected to: the CSP's form-action names it."""
        if self.stripe_api_base is None:
            return "https://checkout.stripe.com"
        parts = urlsplit(self.stripe_api_base)
        return f"{parts.scheme}://{parts.netloc}"


def from_environment(env: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured with all mistakes at once."""
    env = os.environ if env is None else env
    mistakes: list[str] = []
    mode = env.get("COMPTOIR_MODE", "demonstration")
    if mode not in MODES:
        mistakes.append(f"COMPTOIR_MODE={mode} is unknown: use one of {', '.join(MODES)}.")
    shift = timedelta()
    try:
        shift = parse_shift(env.get("COMPTOIR_CLOCK", ""))
    except ValueError as error:
        mistakes.append(str(error))
    limit = env.get("COMPTOIR_UPLOAD_LIMIT", "10000000")
    if not _is_number(limit):
        mistakes.append(f"COMPTOIR_UPLOAD_LIMIT={limit} is not a number of bytes.")
    proxies = env.get("TRUSTED_PROXIES", "0")
    if not _is_number(proxies):
        mistakes.append(f"TRUSTED_PROXIES={proxies} is not a number of proxies.")
    alert = env.get("FIRST_ORDER_ALERT", "5000")
    if not _is_number(alert):
        mistakes.append(f"FIRST_ORDER_ALERT={alert} is not a number of whole euros.")
    key = env.get("STRIPE_SECRET_KEY", "")
    defaults = Settings()
    settings = Settings(
        mode=mode,
        secret_key=env.get("SECRET_KEY", "") or DEFAULT_SECRET,
        database_url=_database_url(env.get("DATABASE_URL", "") or defaults.database_url),
        public_url=(env.get("PUBLIC_URL", "") or _local_url(env)).rstrip("/"),
        stripe_secret_key=key or SANDBOX_KEY,
        stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", "") or SANDBOX_WEBHOOK_SECRET,
        stripe_api_base=env.get("STRIPE_API_BASE") or (None if key else defaults.stripe_api_base),
        smtp_url=env.get("SMTP_URL") or None,
        mail_from=env.get("MAIL_FROM", "") or defaults.mail_from,
        clock_shift=shift,
        register=env.get("REGISTER", "") or defaults.register,
        register_url=env.get("REGISTER_URL", "") or defaults.register_url,
        trusted_proxies=int(proxies) if _is_number(proxies) else 0,
        upload_limit=int(limit) if _is_number(limit) else defaults.upload_limit,
        first_order_alert=int(alert) if _is_number(alert) else defaults.first_order_alert,
    )
    mistakes += _mistakes(settings)
    if mistakes:
        raise Misconfigured(mistakes)
    return settings


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit()


def _local_url(env: Mapping[str, str]) -> str:
    return f"http://127.0.0.1:{env.get('PORT', '8000')}"


def _database_url(url: str) -> str:
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _mistakes(settings: Settings) -> list[str]:
    found = []
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        found.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        found.append("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    if settings.register not in REGISTERS:
        found.append(f"REGISTER={settings.register} is unknown: use one of {', '.join(REGISTERS)}.")
    asked = urlsplit(settings.register_url)
    if asked.hostname is None or (asked.scheme != "https" and asked.hostname not in LOOPBACK):
        found.append("REGISTER_URL must be an https:// address.")
    live = settings.stripe_secret_key.startswith(("sk_live_", "rk_live_"))
    if live and settings.stripe_api_base:
        found.append("A live Stripe key must never be sent to STRIPE_API_BASE: unset one of them.")
    if live and not settings.is_production:
        found.append("A live Stripe key needs COMPTOIR_MODE=production.")
    if settings.is_production:
        if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < 32:
            found.append("Production needs a SECRET_KEY of its own, of at least 32 characters.")
        if settings.stripe_api_base or settings.stripe_secret_key == SANDBOX_KEY:
            found.append(
                "Production refuses the sandbox card processor: set STRIPE_SECRET_KEY"
                " and unset STRIPE_API_BASE."
            )
        if settings.stripe_webhook_secret == SANDBOX_WEBHOOK_SECRET:
            found.append("Production needs the STRIPE_WEBHOOK_SECRET of its own webhook endpoint.")
        if settings.clock_shift:
            found.append("Production refuses a shifted clock: unset COMPTOIR_CLOCK.")
        if not settings.smtp_url:
            found.append("Production needs SMTP_URL: quotes and confirmations go by e-mail.")
        if not settings.public_url.startswith("https://"):
            found.append("Production needs PUBLIC_URL, the shop's https:// address.")
    return found
