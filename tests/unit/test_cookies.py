"""The signed cookie: who changes the keys of a running application changes its serializer."""

from flask import Flask

from shop.web.kit.cookies import SignedCookies


def test_a_cookie_is_read_with_the_keys_that_the_application_has_now():
    app = Flask("cookies")
    app.session_interface = cookies = SignedCookies()
    assert cookies.get_signing_serializer(app) is None
    app.secret_key = "first"
    first = cookies.get_signing_serializer(app)
    assert first is cookies.get_signing_serializer(app)
    signed = first.dumps({"cart": "a"})
    app.secret_key = "second"
    assert not cookies.get_signing_serializer(app).loads_unsafe(signed)[0]
    app.config["SECRET_KEY_FALLBACKS"] = ["first"]
    assert cookies.get_signing_serializer(app).loads(signed) == {"cart": "a"}
