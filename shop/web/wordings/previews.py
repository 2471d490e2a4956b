"""The preview of a kind of e-mail: its example as text and as HTML, light and dark."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import g

from shop.emails.examples import example_of
from shop.emails.kinds import Kind
from shop.emails.messages import EmailText, as_html, render_email
from shop.emails.words_rules import LANGUAGES, Wording
from shop.web.kit.site import settings

_STYLE = re.compile(r'style="([^"]*)"|<style>(.*?)</style>', re.DOTALL)
LOOKS = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Preview:
    """An example in a language: its text, and its HTML by look."""

    language: str
    text: EmailText
    html: dict[str, str]


def example_text(kind: Kind, wording: Wording, language: str) -> EmailText:
    """The text of the example of a kind, with these words."""
    return render_email(
        kind.template,
        example_of(kind.template),
        language=language,
        public_url=settings().public_url,
        wording=wording,
    )


def previews_of(kind: Kind, wording: Wording) -> list[Preview]:
    """The example with these words, in both languages. The page may show the styles of its HTML:
    these alone, each by its digest, since e-mail programs need them inline.
    """
    shown = []
    for language in LANGUAGES:
        text = example_text(kind, wording, language)
        html = {look: as_html(text, language=language, look=look) for look in LOOKS}
        shown.append(Preview(language, text, html))
    g.styles_allowed = styles_of(html for one in shown for html in one.html.values())
    return shown


def styles_of(pages: Iterable[str]) -> str:
    """The sources of a policy that let the styles of these pages through."""
    found = {first or second for page in pages for first, second in _STYLE.findall(page)}
    digests = (hashlib.sha256(style.encode()).digest() for style in found)
    sources = sorted(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    return " ".join(["'unsafe-hashes'", *sources])
