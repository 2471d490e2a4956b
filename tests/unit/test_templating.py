"""A template compiled for a language says what Jinja itself would have said."""

import pytest
from flask import Flask, render_template
from flask_babel import Babel, force_locale
from jinja2 import DictLoader, StrictUndefined
from jinja2.exceptions import UndefinedError
from shop.core.paths import ROOT
from werkzeug.routing import BuildError

from shop.core.money import Money
from shop.web.kit.site import current_language
from shop.web.kit.templating import Environment

TEMPLATES = {
    "plain": "{{ _('Cart') }}",
    "escaped": "{{ _('Reference %(sku)s', sku=words) }}",
    "macro": "{% macro m(t) %}<b>{{ t }}</b>{% endmacro %}{{ m(_('Cart')) }}{{ m(words) }}",
    "percent": "{{ _('100 %% of %(what)s', what='<i>') }}",
    "trans": "{% trans what=words %}All of {{ what }} & more{% endtrans %}",
    "missing": "{{ _('Reference %(sku)s', other=words) }}",
    "undefined": "{{ _('Reference %(sku)s', sku=nothing) }}",
    "address": "{{ url_for('show') }} {{ url_for('one', name='a b') }} {{ url_for('show', q=2) }}",
    "of_page": "{{ url_for('one', name=words) }}",
    "nowhere": "{{ url_for('nowhere') }}",
    "money": "{{ 178800 | money }} {{ amount | money }} {{ 5 | money('en') }}",
    "reader": "{{ current_language }}{% if current_language == 'fr' %} oui{% endif %}",
}


@pytest.fixture
def app() -> Flask:
    app = Flask("templates")
    app.jinja_environment = Environment  # type: ignore[assignment]
    app.jinja_options = {"autoescape": True, "loader": DictLoader(TEMPLATES)}
    app.jinja_env.undefined = StrictUndefined
    folder = str(ROOT / "shop" / "translations")
    Babel(app, locale_selector=lambda: "en", default_translation_directories=folder)
    assert isinstance(app.jinja_env, Environment)
    app.jinja_env.reader = current_language
    app.jinja_env.globals["asset"] = lambda path: f"/static/{path}"
    app.add_url_rule("/show", "show", lambda: "")
    app.add_url_rule("/one/<name>", "one", lambda name: "")
    return app


def shown(app: Flask, name: str, language: str = "en") -> str:
    facts = {"words": "<a> & 'b'", "amount": Money(1250)}
    with app.test_request_context("/"), force_locale(language):
        return render_template(name, **facts)


def test_sentences_are_put_in_and_what_they_hold_is_escaped(app: Flask) -> None:
    assert shown(app, "plain") == "Cart"
    assert shown(app, "escaped") == "Reference &lt;a&gt; &amp; &#39;b&#39;"
    assert shown(app, "macro") == "<b>Cart</b><b>&lt;a&gt; &amp; &#39;b&#39;</b>"
    assert shown(app, "percent") == "100 % of &lt;i&gt;"
    assert shown(app, "trans") == "All of &lt;a&gt; &amp; &#39;b&#39; & more"


def test_each_reader_has_his_own_language(app: Flask) -> None:
    assert (shown(app, "plain", "fr"), shown(app, "plain", "en")) == ("Panier", "Cart")
    assert shown(app, "reader", "fr") == "fr oui"
    assert shown(app, "reader", "en") == "en"
    assert shown(app, "money", "fr") == "1\u202f788,00\u00a0€ 12,50\u00a0€ €0.05"


def test_addresses_are_those_of_the_application(app: Flask) -> None:
    assert shown(app, "address") == "/show /one/a%20b /show?q=2"
    assert shown(app, "of_page").startswith("/one/%3Ca%3E")


def test_mistakes_are_still_found(app: Flask) -> None:
    with pytest.raises(KeyError):
        shown(app, "missing")
    with pytest.raises(UndefinedError):
        shown(app, "undefined")
    with pytest.raises(BuildError):
        shown(app, "nowhere")
