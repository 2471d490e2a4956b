"""E-mails: the text in the language of the recipient, and the message that is sent.

A template of `templates/emails/` is plain text: a first line `Subject: …`, an empty line, then
paragraphs. The HTML alternative is made from the same text, so that both say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shop.core import text
from shop.core.paths import ROOT
from shop.core.proofs import fact
from shop.emails.placeholders import TEMPLATES, values_of
from shop.emails.words_rules import DELIVERED, Wording, Wordings, filled, subject_of
from shop.storage.outbox import Email

TRANSLATIONS = ROOT / "shop" / "translations"
#: Facts that the staff writes as several paragraphs.
PARAGRAPHS = frozenset({"reason"})
#: Facts that are addresses made by the shop from a table of its own, never typed.
ADDRESSES = frozenset({"tracking_page"})


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an e-mail's text: `kind` is text, list or link; lines as they were written."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmailText:
    """The text of an e-mail; `links` are the prefixes of the addresses that become links."""

    subject: str
    body: str
    links: tuple[str, ...]

    @property
    def blocks(self) -> list[Block]:
        """The paragraphs, lists (lines that begin with "- ") and links (an address of the shop
        alone)."""
        return [_block(part, self.links) for part in self.body.split("\n\n") if part.strip()]


def render_email(
    template: str,
    facts: Mapping[str, Any],
    *,
    language: str,
    public_url: str,
    wording: Wording = DELIVERED,
) -> EmailText:
    """The text of a template with the shop's own words, if any. Raises jinja2's errors for a
    template or a fact that is missing.
    """
    environment = _environment(language, TRANSLATIONS)
    shown, words = _one_line(facts), wording.told(language)
    values = values_of(template, shown, language) if wording != DELIVERED else {}
    source = environment.get_template(f"{template}.txt").render(
        shown,
        public_url=public_url,
        language=language,
        introduction=filled(words.introduction, values, language),
        closing=filled(words.closing, values, language),
    )
    head, _, body = source.partition("\n")
    if not head.startswith("Subject: "):
        raise ValueError(f"the e-mail {template} has no subject")
    paragraphs = [part.strip("\n") for part in body.split("\n\n")]
    return EmailText(
        subject=subject_of(words, values, language, text.one_line(head.removeprefix("Subject: "))),
        body="\n\n".join(part for part in paragraphs if part.strip()) + "\n",
        links=_links(facts, public_url),
    )


def text_of(email: Email, *, public_url: str, wordings: Wordings) -> EmailText:
    """The text of an e-mail: as it left, where it is stored, else as it would leave now, with the
    words in force. Raises jinja2's errors.
    """
    if email.body is not None:
        return EmailText(email.subject or "", email.body, _links(email.facts, public_url))
    return render_email(
        email.template,
        email.facts,
        language=email.language,
        public_url=public_url,
        wording=wordings.get(email.template, DELIVERED),
    )


def _links(facts: Mapping[str, Any], public_url: str) -> tuple[str, ...]:
    return (f"{public_url}/", *(str(facts[name]) for name in ADDRESSES if facts.get(name)))


def message_id(email: Email, sender: str) -> str:
    """The same for every attempt to send an e-mail: duplicates can be recognised."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<outbox.{email.id}.{email.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def message(
    email: Email,
    content: EmailText,
    attachments: Sequence[Attachment],
    *,
    sender: str,
    at: datetime,
) -> EmailMessage:
    """The message to send: text, HTML made from it, attachments."""
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    made["From"] = Address(display_name=name, addr_spec=address)
    made["To"] = Address(addr_spec=email.to)
    made["Subject"] = content.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = email.message_id or message_id(email, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = email.language
    made.set_content(content.body)
    made.add_alternative(as_html(content, language=email.language), subtype="html")
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        made.add_attachment(
            attachment.data, maintype=main, subtype=sub, filename=attachment.filename
        )
    return made


def as_html(content: EmailText, *, language: str, look: str = "") -> str:
    """The same text in the shop's design: light or dark as the reader's system is, or in the look
    that a preview asks for.
    """
    layout = _environment(language, TRANSLATIONS).get_template("layout.html")
    return layout.render(message=content, language=language, look=look)


def _one_line(fact: Any, key: str = "") -> Any:
    """A fact as part of a sentence: a line break does not start a paragraph, and no e-mail program
    makes a link of a name that somebody typed.
    """
    if isinstance(fact, str):
        return fact if key in PARAGRAPHS | ADDRESSES else text.one_line(fact).replace("://", ": //")
    if isinstance(fact, Mapping):
        return {name: _one_line(value, name) for name, value in fact.items()}
    return [_one_line(value) for value in fact] if isinstance(fact, list | tuple) else fact


def _block(part: str, links: tuple[str, ...]) -> Block:
    lines = tuple(line.rstrip() for line in part.strip("\n").split("\n"))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line[2:] for line in lines))
    if len(lines) == 1 and lines[0].startswith(links) and " " not in lines[0]:
        return Block("link", lines)
    return Block("text", lines)


@cache
def _environment(language: str, translations: Path) -> Environment:
    """A Jinja environment without Flask and without a request. Text is plain, HTML is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        cast(NullTranslations, Translations.load(translations, [language])), newstyle=True
    )
    environment.globals["fact"] = fact
    for name, write in text.FILTERS.items():
        environment.filters[name] = partial(cast(Any, write), language=language)
    return environment
