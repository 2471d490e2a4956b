"""A template compiled for a language renders what Jinja itself would have rendered."""

from importlib.metadata import version
from inspect import signature

import jinja2
import pytest
from flask import Flask, render_template
from flask_babel import Babel, force_locale
from jinja2 import DictLoader, StrictUndefined
from jinja2 import Environment as JinjaEnvironment
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Macro
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from shop.core.money import Money
from shop.core.paths import ROOT
from shop.web.kit.indentation import Unindented
from shop.web.kit.site import current_language
from shop.web.kit.templating import Environment, escaped, unbroken

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
    "called": (
        "{% macro cell(t, n=1) %}{{ t }}{{ n }} {% endmacro %}"
        "{% macro frame() %}[{{ caller() }}]{% endmacro %}"
        "{% for each in [1, 2] %}{% set kept = each %}{{ cell(words, n=each) }}"
        "{% call frame() %}{{ kept }}{{ _('Cart') }}{% endcall %}{% endfor %}"
        "{% block inner %}{% set own = 3 %}{{ cell(own) }}{% endblock %}"
    ),
    "values": (
        "{{ words }}{{ markup }}{{ 5 }}{{ none }}{{ own }}"
        "{% set kept %}{{ words }}{% endset %}{{ kept }}{{ words | e }}"
        "{% filter upper %}{{ words }}{% endfilter %}{{ words ~ markup }}"
    ),
    "reader": "{{ current_language }}{% if current_language == 'fr' %} oui{% endif %}",
}


class Own:
    """A value with its own HTML."""

    def __html__(self) -> str:
        return "<own>"


@pytest.fixture(params=[True, False], ids=["folded", "as Jinja does"])
def app(request: pytest.FixtureRequest) -> Flask:
    app = Flask("templates")
    app.jinja_environment = Environment  # type: ignore[assignment]
    app.jinja_options = {"autoescape": True, "loader": DictLoader(TEMPLATES)}
    app.jinja_env.undefined = StrictUndefined
    folder = str(ROOT / "shop" / "translations")
    Babel(app, locale_selector=lambda: "en", default_translation_directories=folder)
    assert isinstance(app.jinja_env, Environment)
    app.jinja_env.reader = current_language
    app.jinja_env.fold(request.param)
    app.jinja_env.globals["asset"] = lambda path: f"/static/{path}"
    app.add_url_rule("/show", "show", lambda: "")
    app.add_url_rule("/one/<name>", "one", lambda name: "")
    return app


def shown(app: Flask, name: str, language: str = "en") -> str:
    facts = {"words": "<a> & 'b'", "amount": Money(1250), "markup": Markup("<i>"), "own": Own()}
    with app.test_request_context("/"), force_locale(language):
        return render_template(name, **facts)


def test_sentences_are_inserted_and_their_facts_are_escaped(app: Flask) -> None:
    assert shown(app, "plain") == "Cart"
    assert shown(app, "escaped") == "Reference &lt;a&gt; &amp; &#39;b&#39;"
    assert shown(app, "macro") == "<b>Cart</b><b>&lt;a&gt; &amp; &#39;b&#39;</b>"
    assert shown(app, "percent") == "100 % of &lt;i&gt;"
    assert shown(app, "trans") == "All of &lt;a&gt; &amp; &#39;b&#39; & more"


def test_macros_are_called_with_their_context(app: Flask) -> None:
    typed = "&lt;a&gt; &amp; &#39;b&#39;"
    assert shown(app, "called") == f"{typed}1 [1Cart]{typed}2 [2Cart]31 "


def test_every_output_is_escaped_once(app: Flask) -> None:
    typed = "&lt;a&gt; &amp; &#39;b&#39;"
    shouted = typed.upper()
    assert shown(app, "values") == f"{typed}<i>5None<own>{typed}{typed}{shouted}{typed}<i>"


def test_each_reader_gets_their_own_language(app: Flask) -> None:
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


CHANGED = (
    "Jinja has changed {}, on which shop/web/kit/templating.py stands: adapt it, or run with"
    " COMPTOIR_TEMPLATE_FOLDING=0"
)


def test_the_private_api_of_jinja_is_as_it_was() -> None:
    assert version("jinja2").startswith("3.1."), CHANGED.format("its minor version")
    parse = getattr(jinja2.Environment, "_parse", None)
    assert parse is not None, CHANGED.format("Environment._parse")
    assert [*signature(parse).parameters] == ["self", "source", "name", "filename"], CHANGED.format(
        "Environment._parse"
    )
    environment = jinja2.Environment(autoescape=True)
    assert isinstance(environment._parse("x", None, None), jinja2.nodes.Template), CHANGED.format(
        "what Environment._parse gives"
    )


def test_a_macro_of_jinja_is_still_called_with_the_context_of_its_evaluation() -> None:
    environment = jinja2.Environment(autoescape=True)
    module = environment.from_string("{% macro m(t) %}<b>{{ t }}</b>{% endmacro %}").module
    assert type(module.m) is Macro, CHANGED.format("the class of macros")
    shown = module.m(jinja2.nodes.EvalContext(environment), "<")
    assert shown == "<b>&lt;</b>", CHANGED.format("how a Macro is called")


def test_jinja_still_passes_the_surrounding_variables_to_a_call() -> None:
    source = (
        "{% for x in y %}{% set z = x %}{{ f(z) }}{% endfor %}{% block b %}{{ f() }}{% endblock %}"
    )
    code = str(jinja2.Environment(autoescape=True).compile(source, raw=True))
    assert "_loop_vars=_loop_vars" in code, CHANGED.format("_loop_vars")
    assert "_block_vars=_block_vars" in code, CHANGED.format("_block_vars")


def test_markupsafe_still_escapes_text_as_its_private_function_does() -> None:
    code = str(jinja2.Environment(autoescape=True).compile("{{ words }}", raw=True))
    assert "yield escape(" in code, CHANGED.format("the name escape")
    for value in ("", "a<b>&\"'é", Markup("<i>"), Own(), 5, None):
        assert escaped(value) == escape(value)
        assert type(escaped(value)) is (str if type(value) is str else Markup)


def test_a_page_is_sent_without_the_indentation_of_its_template() -> None:
    source = "<ul>\n  <li>\n    {{ name }},\n\tbis</li>\n\n</ul>"
    made = JinjaEnvironment(extensions=[Unindented], loader=DictLoader({"a.html": source}))
    page = made.get_template("a.html").render(name="  x")
    assert page == "<ul>\n <li>\n   x,\n bis</li>\n\n</ul>"


def test_a_text_keeps_its_indentation() -> None:
    made = JinjaEnvironment(extensions=[Unindented], loader=DictLoader({"a.txt": "a\n  b"}))
    assert made.get_template("a.txt").render() == "a\n  b"


def test_no_line_ends_inside_a_document_number() -> None:
    shown = unbroken("Quote DE-2026-000131 & order <CO-2026-000008>")
    assert shown == (
        'Quote <span class="nb">DE-2026-000131</span> &amp; '
        'order &lt;<span class="nb">CO-2026-000008</span>&gt;'
    )
    assert unbroken(Markup("<b>BL-2026</b>")) == "<b>BL-2026</b>"
