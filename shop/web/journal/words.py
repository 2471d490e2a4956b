"""The entries of the journal in words. An entry of a dossier is told as its page tells it; of any
other, the title and the facts that `FACTS` names: never an address, a path or a key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.errors import N_, DomainError
from shop.core.folding import fold_name
from shop.core.text import money
from shop.dossiers.entries import OWN, Told
from shop.duties.rules import ALONE
from shop.storage.journal import JournalEntry
from shop.web.clients.sentences import TITLES as OF_CLIENTS
from shop.web.dossiers.journal import journal_lines
from shop.web.dossiers.sentences import BY_ONE, SENTENCES
from shop.web.journal.titles import OTHERS
from shop.web.kit.client_sections import dossier_url
from shop.web.kit.site import current_language

#: The kind of all forged requests: their entries have the names of the refusals.
REFUSED = "refused"
_REFUSED_TITLE = N_("Forged request refused")
#: Act → title, of all entries but those of forged requests and of signing in.
TITLES: dict[str, str] = {
    act: title
    for act, title in (
        OTHERS | OF_CLIENTS | {act: title for act, (title, _rest) in SENTENCES.items()}
    ).items()
    if act not in OWN
}
#: The facts that are shown of an entry that no dossier has, with their names.
FACTS = {
    "number": _l("Number"),
    "sku": _l("Product"),
    "amount": _l("Amount"),
    "units": _l("Units"),
    "reference": _l("Reference"),
    "domain": _l("E-mail domain"),
    "siret": _l("SIRET"),
    "reason": _l("Reason"),
    "words": _l("In words"),
    "substitute": _l("Substitute"),
}
#: Entries whose sentence names products: their names are French, so on other pages it is left out.
GOODS = frozenset({"cancel_units"})
#: What an entry is about, by the first part of its subject.
_ABOUT = {
    "organisation": N_("Organisation no. %(id)s"),
    "user": N_("Account no. %(id)s"),
    "product": N_("Product no. %(id)s"),
    "brand": N_("Brand no. %(id)s"),
    "family": N_("Family no. %(id)s"),
    "batch": N_("Batch no. %(id)s"),
    "product_import": N_("Import no. %(id)s"),
    "statement": N_("Bank statement no. %(id)s"),
    "price_agreement": N_("Price agreement no. %(id)s"),
    "bank_movement": N_("Bank movement no. %(id)s"),
    "email": N_("E-mail no. %(id)s"),
    "card": N_("Card payment no. %(id)s"),
    "card_payout": N_("Payout no. %(id)s"),
    "card_trial": N_("Trial no. %(id)s"),
}
#: The pages of what an entry is about, for the administrator, with the name of their parameter.
_PAGES = {
    "organisation": ("clients.show", "organisation_id"),
    "product": ("products.show", "product_id"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown: `about` is its dossier or its subject, with its page if any."""

    id: int
    at: datetime
    by: str
    title: str
    text: str
    about: str
    url: str


def line_of(told: Told) -> Line:
    """The entry in the reader's language."""
    entry = told.entry
    title, text = _sentence(entry)
    about, url = (told.dossier, dossier_url(told.dossier)) if told.dossier else _subject(entry)
    return Line(entry.id, entry.at, entry.by_name, title, text, about, url)


def kinds() -> list[tuple[str, str]]:
    """The kinds that the form offers, by their titles: acts of one title are one kind."""
    named = [(group[0], _(title)) for title, group in _groups().items()]
    return sorted([*named, (REFUSED, _(_REFUSED_TITLE))], key=lambda one: fold_name(one[1]))


def acts_of(kind: str) -> tuple[str, ...]:
    """The acts of a kind that is offered."""
    if kind == REFUSED:
        return tuple(sorted(_refusals(DomainError)))
    return _groups()[TITLES[kind]]


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for act in sorted(TITLES):
        found.setdefault(TITLES[act], []).append(act)
    return {title: tuple(acts) for title, acts in found.items()}


def _refusals(kind: type[DomainError]) -> Iterator[str]:
    """The names of the refusals that are written to the journal."""
    if kind.suspicious:
        yield kind.__name__
    for one in kind.__subclasses__():
        yield from _refusals(one)


def _sentence(entry: JournalEntry) -> tuple[str, str]:
    """The title, and the rest with its facts."""
    if entry.dossier_id is not None and entry.act in SENTENCES:
        (line,) = journal_lines([entry])
        names_goods = entry.act in GOODS and current_language() != "fr"
        return line.title.rstrip("."), "" if names_goods else line.text
    if entry.act in TITLES:
        return _(TITLES[entry.act]), _facts(entry.facts)
    if entry.subject == "refusal":
        return _(_REFUSED_TITLE), entry.act
    # an act of an earlier version, or of the demonstration
    return _("Other entry"), " · ".join(filter(None, (entry.act, _facts(entry.facts))))


def _facts(facts: dict[str, Any]) -> str:
    shown = {name: facts[name] for name in FACTS if isinstance(facts.get(name), str | int)}
    if isinstance(shown.get("amount"), int):
        shown["amount"] = money(shown["amount"], current_language())
    told = ((str(FACTS[name]), value) for name, value in shown.items() if value != "")
    words = [_("%(name)s: %(value)s", name=name, value=value) for name, value in told]
    return " · ".join(words + ([_(BY_ONE)] if ALONE in facts else []))


def _subject(entry: JournalEntry) -> tuple[str, str]:
    """What an entry without dossier is about, and its page, if any."""
    kind, _colon, key = entry.subject.partition(":")
    if kind not in _ABOUT:
        return "", ""
    values: dict[str, Any] = {}
    endpoint, parameter = _PAGES.get(kind, ("", ""))
    if endpoint:
        values[parameter] = int(key)
    return _(_ABOUT[kind], id=key), url_for(endpoint, **values) if endpoint else ""
