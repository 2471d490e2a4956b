"""Configuration: read from the environment once, checked with a sentence per mistake."""

import os
import re
from dataclasses import Field, dataclass, fields
from datetime import date, timedelta
from itertools import chain
from typing import Any, cast
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError, validate

from shop.core.paths import ROOT
from shop.ops.clock import parse_shift

DEFAULT_SECRET = "demonstration-only-secret-never-in-production"  # noqa: S105 - refused in production
SANDBOX_KEY = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - the sandbox's own, refused in production
PISTE_OAUTH, PISTE_API = "https://oauth.piste.gouv.fr", "https://api.piste.gouv.fr"
STATE_REGISTER = "https://recherche-entreprises.api.gouv.fr"
REGISTERS = ("embedded", "state")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MODES = ("demonstration", "test", "production")


class Misconfigured(Exception):
    """The environment is not valid; one sentence per mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


#: An address to which a number and a token are added after a +.
_RETURN_PATH = re.compile(r"[A-Za-z0-9._-]{1,24}@[A-Za-z0-9.-]+")
#: Fields whose variable is not their name in capitals.
_VARIABLES = {
    "mode": "COMPTOIR_MODE",
    "clock_shift": "COMPTOIR_CLOCK",
    "upload_limit": "COMPTOIR_UPLOAD_LIMIT",
    "template_folding": "COMPTOIR_TEMPLATE_FOLDING",
}
#: The unit of each number, for the sentence about a wrong one.
_COUNTED = {
    "upload_limit": "bytes",
    "payout_days": "days",
    "trusted_proxies": "proxies",
}
#: Variables that were settings of a deployment, and the page of the office that has them now.
_MOVED = {
    "FIRST_ORDER_ALERT": "/bureau/reglages/bons-de-commande",
    "PURCHASE_ORDER_TOLERANCE": "/bureau/reglages/bons-de-commande",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a deployment: one field for each variable of the environment.

    The documentation has a table of them, which a test compares.
    """

    mode: str = "demonstration"
    secret_key: str = DEFAULT_SECRET
    database_url: str = f"sqlite:///{ROOT}/instance/comptoir.db"
    public_url: str = "http://127.0.0.1:8000"
    stripe_secret_key: str = SANDBOX_KEY
    stripe_webhook_secret: str = SANDBOX_WEBHOOK_SECRET
    stripe_api_base: str | None = "http://127.0.0.1:8001"
    smtp_url: str | None = None
    mail_from: str = "Comptoir <ventes@comptoir.example>"
    return_path: str | None = None
    bounces_imap: str | None = None
    clock_shift: timedelta = timedelta()
    upload_limit: int = 25_000_000
    payout_days: int = 10
    trusted_proxies: int = 0
    register: str = "embedded"
    register_url: str = STATE_REGISTER
    chorus_client_id: str | None = None
    chorus_client_secret: str | None = None
    chorus_login: str | None = None
    chorus_password: str | None = None
    chorus_password_until: str | None = None
    chorus_oauth_url: str = PISTE_OAUTH
    chorus_api_url: str = PISTE_API
    template_folding: bool = True
    signing_certificate: str | None = None
    signing_passphrase_file: str | None = None
    timestamp_url: str | None = None
    signing_authorities: str | None = None

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def is_demonstration(self) -> bool:
        return self.mode == "demonstration"

    @property
    def requires_second_factor(self) -> bool:
        """Whether the staff must sign in with a second factor: wherever customers and orders are
        real.
        """
        return self.is_production

    @property
    def deposits_on_chorus(self) -> bool:
        """Whether the worker deposits invoices on Chorus Pro; otherwise it is done by hand."""
        return self.chorus_client_id is not None

    @property
    def card_page_origin(self) -> str:
        """The origin that the form of step 5 is redirected to: the CSP's form-action names it."""
        if self.stripe_api_base is None:
            return "https://checkout.stripe.com"
        parts = urlsplit(self.stripe_api_base)
        return f"{parts.scheme}://{parts.netloc}"


def from_environment() -> Settings:
    """The settings of this process. Raises Misconfigured with all mistakes at once."""
    env = Env(eager=False)
    env.add_parser("clock_shift", _clock_shift)
    read = {each.name: _read(env, each) for each in fields(Settings)}
    # A variable that is not set, not valid or empty takes its default, except the mode: an empty
    # one must not open a demonstration where production is meant.
    given = {
        name: value
        for name, value in read.items()
        if value is not None and (value != "" or name == "mode")
    }
    if "stripe_secret_key" in given:
        given.setdefault("stripe_api_base", None)
    given.setdefault("public_url", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    given["public_url"] = given["public_url"].rstrip("/")
    if "database_url" in given:
        given["database_url"] = _with_driver(given["database_url"])
    settings = Settings(**given)
    mistakes = _mistakes(settings) + _mistakes_of_moved()
    try:
        env.seal()
    except EnvValidationError as invalid:
        messages = cast(dict[str, list[str]], invalid.error_messages)
        mistakes = [*chain.from_iterable(messages.values()), *mistakes]
    if mistakes:
        raise Misconfigured(mistakes)
    return settings


def variable(name: str) -> str:
    """The variable of the environment that sets a field of Settings."""
    return _VARIABLES.get(name, name.upper())


def _read(env: Env, setting: "Field[Any]") -> Any:
    """One variable by the type of its field; None when it is not set or not valid."""
    name = variable(setting.name)
    if setting.type is timedelta:
        return env.clock_shift(name, "")
    if setting.type is int:
        wrong = f"{name}={{input}} is not a number of {_COUNTED[setting.name]}."
        return env.int(  # type: ignore[call-overload]  # environs hands them to marshmallow
            name,
            None,
            validate=validate.Range(min=0, error=wrong),
            error_messages={"invalid": wrong},
        )
    if setting.type is bool:
        wrong = f"{name}={{input}} is neither 1 nor 0."
        return env.bool(name, None, error_messages={"invalid": wrong})  # type: ignore[call-overload]
    return env.str(name, None)


def _clock_shift(setting: str) -> timedelta:
    try:
        return parse_shift(setting)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _with_driver(url: str) -> str:
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _mistakes_of_moved() -> list[str]:
    """A value that nothing reads any longer is refused rather than lost."""
    return [
        f"{name} is set in the office now, at {page}: enter it there and unset the variable."
        for name, page in _MOVED.items()
        if os.environ.get(name)
    ]


def _mistakes_of_emails(settings: Settings) -> list[str]:
    found = []
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        found.append("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    if settings.return_path and not _RETURN_PATH.fullmatch(settings.return_path):
        found.append("RETURN_PATH must be an address such as returns@shop.example, without +.")
    if settings.bounces_imap:
        box = urlsplit(settings.bounces_imap)
        if box.scheme != "imaps" and (box.scheme != "imap" or box.hostname not in LOOPBACK):
            found.append("BOUNCES_IMAP must look like imaps://user:password@host/folder.")
    return found


def _mistakes_of_chorus(settings: Settings) -> list[str]:
    account = ("chorus_client_id", "chorus_client_secret", "chorus_login", "chorus_password")
    given = [name for name in account if getattr(settings, name)]
    found = []
    if given and len(given) < len(account):
        missing = ", ".join(variable(name) for name in account if name not in given)
        found.append(f"Deposits on Chorus Pro need {missing} as well.")
    for name in ("chorus_oauth_url", "chorus_api_url"):
        url = urlsplit(getattr(settings, name))
        if url.hostname is None or (url.scheme != "https" and url.hostname not in LOOPBACK):
            found.append(f"{variable(name)} must be an https:// address.")
        if settings.is_production and given and url.hostname in LOOPBACK:
            found.append(f"Production refuses the sandbox of Chorus Pro: unset {variable(name)}.")
    if settings.chorus_password_until and not _is_day(settings.chorus_password_until):
        found.append("CHORUS_PASSWORD_UNTIL must be a day such as 2027-12-31.")
    return found


def _is_day(told: str) -> bool:
    try:
        date.fromisoformat(told)
    except ValueError:
        return False
    return True


def _mistakes_of_signatures(settings: Settings) -> list[str]:
    if settings.signing_passphrase_file and not settings.signing_certificate:
        return ["SIGNING_PASSPHRASE_FILE needs SIGNING_CERTIFICATE, a PKCS#12 file."]
    url = settings.timestamp_url
    if url is None:
        lost = settings.signing_authorities is not None
        return ["SIGNING_AUTHORITIES needs TIMESTAMP_URL."] if lost else []
    if settings.signing_certificate is None:
        return ["TIMESTAMP_URL needs SIGNING_CERTIFICATE, a PKCS#12 file."]
    if urlsplit(url).scheme not in ("http", "https") or urlsplit(url).hostname is None:
        return ["TIMESTAMP_URL must be an http:// or https:// address."]
    return []


def _mistakes(settings: Settings) -> list[str]:
    found = _mistakes_of_signatures(settings)
    if settings.mode not in MODES:
        found.append(f"COMPTOIR_MODE={settings.mode} is unknown: use one of {', '.join(MODES)}.")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        found.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    found += _mistakes_of_emails(settings)
    found += _mistakes_of_chorus(settings)
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
