"""The base of every page: database of the request, language, CSP, assets, refusals, faults."""

import hashlib
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from shop.core import text
from shop.core.errors import DomainError
from shop.core.money import Money, Rate, UnitPrice
from shop.core.paths import ROOT
from shop.documents.uploads import FileTooLarge
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.web.kit import bounds, former, once
from shop.web.kit.templating import Environment

LANGUAGES = ("fr", "en")
#: Characters that browsers drop or change in an address: it could lead elsewhere than it says.
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f\\]")
_ONE_SLASH = re.compile(r"/(?!/)")
csrf = CSRFProtect()
log = logging.getLogger("comptoir")


def database(then: str | None = None) -> Database:
    """The database of this application; the first transaction claims the key of a form, whose
    answer leads to `then`, None for the page of the form.
    """
    return once.guarded(plain_database(), then)


def counting_database() -> Database:
    """The database for attempts that are counted before the form's own service: nothing is counted
    for a form that was done before, and its key is not claimed.
    """
    return once.guarded(plain_database(), claims=False)


def plain_database() -> Database:
    """The database of this application, for what is written beside the form's own service."""
    return current_app.extensions["comptoir.database"]


def settings() -> Settings:
    return current_app.extensions["comptoir.settings"]


def reading() -> Session:
    """The read-only session of this request."""
    if "reading" not in g:
        g.reading = plain_database().reading_session()
    return g.reading


def language() -> str:
    """The reader's language: the chosen one, or French."""
    if has_request_context():
        chosen = session.get("language")
        if chosen in LANGUAGES:
            return str(chosen)
    return "fr"


def sentence_of(error: DomainError) -> str:
    """The refusal in the reader's language, with its facts formatted."""
    return written(error.sentence, error.facts)


def written(sentence: str, facts: Mapping[str, Any]) -> str:
    """An English source sentence in the reader's language, with formatted amounts."""
    return _(sentence, **{key: _fact(value) for key, value in facts.items()})


def _fact(value: Any) -> str:
    if isinstance(value, Money):
        return text.money(value.cents, current_language())
    if isinstance(value, UnitPrice):
        return text.unit_price(value.tenthousandths, current_language())
    if isinstance(value, Rate):
        return text.percent(value.basis_points, current_language())
    if isinstance(value, date):
        return text.day(value, current_language())
    return str(value)


def own_url() -> str:
    """The address of the shop for the browser that asks, to come back to from another site. A
    demonstration may be visited under another name of this machine, which its cookie belongs to.
    """
    return settings().public_url if settings().is_production else request.host_url.rstrip("/")


def current_language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "fr"


@lru_cache(maxsize=256)
def _digest(path: str, _stamp: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


_assets: dict[str, str] = {}


def asset(path: str) -> str:
    """The URL of a static file with its content hash; browsers cache it for a year."""
    url = _assets.get(path)
    if url is None or current_app.debug:
        file = ROOT / "static" / path
        url = f"/static/{path}?v={_digest(str(file), file.stat().st_mtime)}"
        _assets[path] = url
    return url


def safe_back(default: str = "/") -> str:
    """The page that the visitor came from, if it belongs to the shop."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:
        return default
    if referrer.netloc and referrer.netloc != request.host:
        return default
    return local_target(referrer.path + (f"?{referrer.query}" if referrer.query else ""), default)


def local_target(target: str | None, default: str = "/") -> str:
    """A `next` parameter, only if it is a page of the shop.

    For an address that only accepts a form, as where a refused form was shown, the page above it.
    """
    if not target or _UNWRITABLE.search(target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    if parts.scheme or parts.netloc or not _ONE_SLASH.match(target):
        return default
    pages = current_app.url_map.bind("")
    if pages.test(parts.path, "GET"):
        return target
    return former.page_above(parts.path) or default


def init_app(app: Flask, config: Settings, db: Database) -> None:
    """Set up an application with all of the above."""
    app.extensions["comptoir.settings"] = config
    app.extensions["comptoir.database"] = db
    bounds.init_app(app)
    csrf.init_app(app)
    Babel(app, locale_selector=language, default_translation_directories=_translations())
    assert isinstance(app.jinja_env, Environment)
    app.jinja_env.reader = current_language
    app.jinja_env.fold(config.template_folding)
    app.jinja_env.globals.update(asset=asset, settings=settings)
    app.after_request(_secure)
    app.teardown_request(_close_reading)
    app.register_error_handler(DomainError, _refuse)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _translations() -> str:
    return str(ROOT / "shop" / "translations")


def _close_reading(_error: BaseException | None) -> None:
    open_session = g.pop("reading", None)
    if open_session is not None:
        open_session.close()


def _secure(response: Response) -> Response:
    card = settings().card_page_origin
    styles = f" style-src 'self' {g.styles_allowed};" if "styles_allowed" in g else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; object-src 'self'; frame-src 'self';"
        f"{styles} frame-ancestors 'self'; base-uri 'none'; form-action 'self' {card}",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if settings().is_production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if once.has_forms():
        response.headers["Cache-Control"] = "no-store"
    elif request.path.startswith("/static/") and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def error_page(
    code: int, sentence: str | None = None, back_url: str | None = None
) -> tuple[str, int]:
    """The page of an HTTP error, with the reason and a link back."""
    page = render_template("errors/error.html", code=code, sentence=sentence, back_url=back_url)
    return page, code


def _refuse(error: DomainError) -> Any:
    """Answer a refusal: written to the journal when the request is forged, shown on the person's
    page.
    """
    earlier = once.find_earlier(plain_database())
    if earlier is not None:
        return answer_again(earlier.location)
    once.sending().refused = True
    sentence = sentence_of(error)
    if error.suspicious and request.method == "POST":
        _journal_refusal(error)
    if request.method != "POST" or error.suspicious or error.status == 404:
        return error_page(error.status, sentence)
    flash(sentence, "bad")
    return redirect(safe_back(), 303)


def answer_again(location: str | None) -> Any:
    """The answer to a form that was sent and done before: where the first answer led, None for the
    page of the form.
    """
    flash(_("This form was already sent: nothing was done a second time."), "info")
    return redirect(location or safe_back(), 303)


def _journal_refusal(error: DomainError) -> None:
    recorder = current_app.extensions.get("comptoir.refusals")
    if recorder is not None:
        recorder(error)


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    if status == 413:
        too_large = FileTooLarge(limit=settings().upload_limit // 1_000_000)
        return error_page(status, sentence_of(too_large), safe_back())
    return error_page(status)


def _fault(error: Exception) -> Any:
    """Answer everything that is not a refusal: logged with an id that the page shows."""
    if current_app.testing:
        raise error
    reference = secrets.token_hex(4)
    log.exception("fault %s on %s %s", reference, request.method, request.path, exc_info=error)
    return render_template("errors/fault.html", error_id=reference), 500
