"""The cookie of a browser: Flask's own signed one."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class SignedCookies(SecureCookieSessionInterface):
    """Flask's interface, which makes a serializer twice in a request: here one serves for as long
    as the application's keys stay the same.
    """

    def __init__(self) -> None:
        self._made: tuple[list[str | bytes], URLSafeTimedSerializer | None] = ([], None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys: list[str | bytes] = [
            *(app.config["SECRET_KEY_FALLBACKS"] or ()),
            app.secret_key or "",
        ]
        known, serializer = self._made
        if known != keys:
            serializer = super().get_signing_serializer(app)
            self._made = keys, serializer
        return serializer
