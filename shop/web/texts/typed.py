"""The text that the shop is delivered with, as the office would type it: where to begin."""

from flask import render_template
from lxml import html as lxml_html

from shop.texts.rules import ShopText
from shop.texts.texts import shown_version
from shop.web.pages.identity import shop_identity


def delivered_text(text: ShopText, language: str) -> str:
    """The words of a page that the office replaces as a whole; nothing for an added text."""
    if not text.whole:
        return ""
    page = render_template(
        f"pages/{language}/{text.page}.html",
        shop=shop_identity(),
        demonstration=False,
        added=[],
        versions=[],
        **shown_version(None, language),
    )
    sections = lxml_html.fromstring(page).find_class("prose")
    return "\n\n".join(_typed(one) for section in sections for one in section)


def _typed(element: lxml_html.HtmlElement) -> str:
    if element.tag == "h2":
        return f"## {_words(element)}"
    if element.tag == "ul":
        return "\n".join(f"- {_words(item)}" for item in element)
    return _words(element)


def _words(element: lxml_html.HtmlElement) -> str:
    said = element.text or ""
    for part in element:
        inner = " ".join(part.text_content().split())
        if part.tag == "strong":
            said += f"**{inner}**"
        elif part.tag == "a":
            said += f"[{inner}]({part.get('href')})"
        else:
            said += inner
        said += part.tail or ""
    return " ".join(said.split())
