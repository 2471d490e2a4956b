"""What may be filled in in the shop's own words: facts of the e-mail, each written one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, meta

from shop.core import text
from shop.core.errors import N_
from shop.core.paths import ROOT

TEMPLATES = ROOT / "templates" / "emails"
#: What every template has besides the facts.
GIVEN = frozenset({"_", "ngettext", "fact", "public_url", "language", "introduction", "closing"})


def _plain(value: Any, _language: str) -> str:
    return str(value)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What may be filled in: the name that is typed between braces, what it is, and how the fact of
    the e-mail is written.
    """

    name: str
    about: str
    write: Callable[[Any, str], str] = _plain


#: By the name of the fact. Secrets of links, choices and texts of several lines are not offered.
PLACEHOLDERS = {
    "absent": Placeholder("absent", N_("the person who is away")),
    "amount": Placeholder("amount", N_("the amount that the e-mail is about"), text.money),
    "customer": Placeholder("organisation", N_("the organisation")),
    "customer_code": Placeholder("customer_code", N_("the customer code of the organisation")),
    "dossier": Placeholder("file", N_("the number of the file")),
    "due": Placeholder("due", N_("what is still to be paid"), text.money),
    "due_on": Placeholder("last_day", N_("the last day to pay"), text.day_full),
    "ends_on": Placeholder("last_day", N_("the last day"), text.day_full),
    "expected_on": Placeholder("expected_on", N_("the day of the delivery"), text.day_full),
    "expires": Placeholder("last_day", N_("the last day of the link"), text.day_full),
    "first": Placeholder("first_day", N_("the first day"), text.day_full),
    "including": Placeholder("total", N_("the amount including VAT"), text.money),
    "invoice": Placeholder("invoice", N_("the number of the invoice")),
    "issued_on": Placeholder("issued_on", N_("the day of issue"), text.day_full),
    "last": Placeholder("last_day", N_("the last day"), text.day_full),
    "made_on": Placeholder("day", N_("the day of the refund"), text.day_full),
    "note": Placeholder("delivery_note", N_("the number of the delivery note")),
    "number": Placeholder("number", N_("the number that the e-mail is about")),
    "order": Placeholder("order", N_("the number of the order")),
    "organisation": Placeholder("organisation", N_("the organisation")),
    "payable_by": Placeholder("last_day", N_("the last day to pay"), text.day_full),
    "product": Placeholder("product", N_("the name of the product")),
    "purchase_order": Placeholder("purchase_order", N_("the reference of the purchase order")),
    "received_on": Placeholder("received_on", N_("the day of the payment"), text.day_full),
    "reference": Placeholder("reference", N_("the reference")),
    "replaced": Placeholder("replaced", N_("the number of the invoice that was replaced")),
    "sku": Placeholder("sku", N_("the reference of the product")),
    "starts_on": Placeholder("first_day", N_("the first day"), text.day_full),
    "stated_at": Placeholder("received", N_("the moment of the statement"), text.moment_full),
    "asked_at": Placeholder("received", N_("the moment of the question"), text.moment_full),
    "until": Placeholder("last_day", N_("the last day of the refund"), text.day_full),
    "valid_until": Placeholder("last_day", N_("the last day of the quote"), text.day_full),
}


@cache
def facts_of(template: str) -> frozenset[str]:
    """The facts that a template of an e-mail names, with those of what it includes."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
    )
    environment.filters.update(text.FILTERS)
    return _facts(environment, f"{template}.txt") - GIVEN


def _facts(environment: Environment, name: str) -> frozenset[str]:
    loader = environment.loader
    assert loader is not None
    parsed = environment.parse(loader.get_source(environment, name)[0])
    found = frozenset(meta.find_undeclared_variables(parsed))
    included = (one for one in meta.find_referenced_templates(parsed) if one)
    return found.union(*(_facts(environment, one) for one in included))


def placeholders_of(template: str) -> dict[str, Placeholder]:
    """What may be filled in in the words of an e-mail, by its name."""
    facts = facts_of(template)
    found = (one for fact, one in PLACEHOLDERS.items() if fact in facts)
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def values_of(template: str, facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """What is filled in, by its name: the facts that this e-mail has."""
    named = facts_of(template)
    return {
        one.name: one.write(facts[fact], language)
        for fact, one in PLACEHOLDERS.items()
        if fact in named and facts.get(fact) not in (None, "")
    }
