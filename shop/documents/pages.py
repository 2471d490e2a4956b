"""The shop's information pages as PDF, to keep: what an e-mail about a contract encloses.

A consumer gets the terms and the withdrawal form on a durable medium (C. conso. L221-13). The text
is the one of the page, from templates/pages/<language>/, in a layout to print.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, cast

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shop.core import text
from shop.core.paths import ROOT
from shop.documents.archive import archive
from shop.documents.layout import TEMPLATES
from shop.documents.pdf import printed

#: The pages that texts refer to, by the names of their routes.
ADDRESSES = {
    "pages.delivery": "/livraison",
    "pages.legal": "/mentions-legales",
    "pages.privacy": "/donnees-personnelles",
    "pages.public_bodies": "/organismes-publics",
    "pages.warranty": "/garanties",
    "pages.withdrawal": "/retractation",
    "withdrawals.declaration": "/retractation/declaration",
}
#: The macros that these pages use, to print.
_PARTS = """
{% macro button(text, kind='', icon=none, url='') %}<a href="{{ url }}">{{ text }}</a>{% endmacro %}
{% macro note(kind) %}{{ caller() }}{% endmacro %}
"""
_LAYOUT = """<!doctype html>
<html lang="{{ language }}">
  <head><title>{{ self.name() }}</title><style>{{ style }}
    h1 { font-size: 20pt; line-height: 25pt; color: #14283f; margin: 0 0 3mm 0; }
    h2 { font-size: 11pt; line-height: 15pt; color: #14283f; margin: 4mm 0 1mm 0; }
    p { margin: 0 0 1.5mm 0; }
  </style></head>
  <body>
    <div id="head"><p class="small muted">{{ shop.name }}</p></div>
    <div id="foot"><p class="small muted">{{ shop.legal_name }}, {{ shop.address_line }}</p></div>
    <pdf:nexttemplate name="next" />
    <h1>{% block name %}{% endblock %}</h1>
    <p>{% block lede %}{% endblock %}</p>
    {% block text %}{% endblock %}
  </body>
</html>
"""


def page_as_pdf(
    name: str,
    shop: Any,
    said: Mapping[str, Any],
    *,
    language: str,
    public_url: str,
    on: date,
) -> bytes:
    """The page `name` of the shop as PDF. `shop` is the seller's identity, `said` what the page
    shows besides; links lead to `public_url`.
    """
    template = _environment().get_template(f"pages/{language}/{name}.html")

    def url_for(endpoint: str) -> str:
        return public_url + ADDRESSES[endpoint]

    facts = {"shop": shop, "language": language, "url_for": url_for, "demonstration": False, **said}
    html = template.render(facts, style=_style()).replace('<a href="/', f'<a href="{public_url}/')
    html = _to_print(html)
    title = "".join(template.blocks["name"](template.new_context(facts))).strip()
    return archive(printed(html), title=title, author=shop.legal_name, on=on, language=language)


def _to_print(html: str) -> str:
    """Lists as paragraphs with a dash, since bullets would be set in a font that is not embedded;
    links with their address, to be read on paper.
    """
    html = re.sub(r'<a href="mailto:[^"]*">(.*?)</a>', r"\1", html, flags=re.S)
    html = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", html, flags=re.S)
    return re.sub(r"<li>(.*?)</li>", r"<p>– \1</p>", re.sub("</?ul[^>]*>", "", html), flags=re.S)


@cache
def _style() -> Markup:
    sheets = (TEMPLATES / name for name in ("page.css", "style.css"))
    return Markup("".join(sheet.read_text("utf-8") for sheet in sheets))  # noqa: S704 - our own


@cache
def _environment() -> Environment:
    """The templates of the pages, without Flask, on a layout to print."""
    bare = DictLoader({"pages/_page.html": _LAYOUT, "macros/parts.html": _PARTS})
    environment = Environment(
        loader=ChoiceLoader([bare, FileSystemLoader(ROOT / "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(cast(dict[str, Callable[..., Any]], text.FILTERS))
    return environment
