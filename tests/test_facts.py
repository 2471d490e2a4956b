"""Sentences that state a fact go through the marker, with what proves it (shop/core/proofs.py)."""

import ast
import logging
import re

import pytest
from jinja2 import Environment, nodes

from shop.core.proofs import Unproven, fact, fact_or_nothing
from tests.layout import ROOT

WORDS = re.compile(
    r"\b(delivered|shipped|sent|received|accepted|paid|issued|invoiced|recorded|refunded|cancelled|"
    r"released|expired|late|overdue)\b",
    re.IGNORECASE,
)
SENTENCES = ("_", "gettext", "ngettext", "pgettext", "npgettext")
FOLDERS = ("documents", "quotes", "orders", "emails")
#: Modules that compose what a dossier says.
MODULES = (
    "quotes/web/quotes/dossier.py",
    "quotes/web/quotes/invoicing.py",
    "quotes/web/quotes/promises.py",
    "checkout/web/orders/page.py",
)

#: Sentences with such a word that state no fact, by their reason: they begin so.
REASONS: dict[str, tuple[str, ...]] = {
    "a label; the row without its value is not shown": (
        "Cancelled",
        "Delivered",
        "Invoiced on",
        "Invoiced to",
        "Issued on",
        "Not delivered",
        "Ordered on / received on:",
        "Received",
        "Shipped on",
        "To be sent to",
    ),
    "in the marker two lines below": (
        "Nothing of this order is delivered or to be paid",
        "Your quote %(number)s has been issued",
    ),
    "what is still to come": (
        "%(due)s of %(including)s is still to be paid",
        "%(due)s of %(including)s is to be paid on invoice",
        "If you have paid in the last days, please ignore",
        "Reminder no. %(level)s: invoice",
        "Reminder: invoice",
        "A confirmation is being sent to",
        "Available here as soon as they are issued",
        "Enclosed with the parcels and sent by e-mail",
        "Handed over with the goods and sent by e-mail",
        "Issued after delivery, marked as paid",
        "It is sent by e-mail to",
        "Partial delivery: what remains",
        "Please find attached invoice %(number)s for order %(order)s: %(amount)s including VAT, to",
        "The download starts automatically",
        "The full amount, %(amount)s, will be refunded",
        "The invoice, marked as paid, is sent to you in another e-mail",
        "The quote of %(total)s incl. VAT is cancelled",
        "The remaining goods will be shipped",
        "This copy is for your information",
        "To be paid by",
        "To be refunded",
        "To be paid within",
        "We are now preparing the goods",
        "We will refund",
        "When you press the button",
        "to be paid by",
    ),
    "a rule or a condition": (
        "A copy sent by e-mail sets the goods aside",
        "A quote valid %(validity)s",
        "As a consumer you may withdraw",
        "Credit note issued under articles",
        "For an order paid by card, without an account",
        "If the number and %(email)s match",
        "If the purchase order is already on its way",
        "It appears on future documents",
        "Please send the goods back within 14 days",
        "Quotes already issued remain valid",
        "Quotes paid after delivery are reserved",
        "The units that were not delivered stay on order",
        "Then please have acceptance certified",
        "Upload a copy of the purchase order",
    ),
    "the name of a state, chosen by its column": (
        "Invoice overdue",
        "Invoiced, awaiting payment",
        "Not received",
        "Order cancelled",
        "Nothing invoiced before",
        "Paid, being prepared",
        "Paid, ready for collection",
        "Ready for collection and invoiced",
        "Shipped and invoiced",
        "Shipped, invoice to follow",
        "We have not received the original",
    ),
    "an e-mail posted in the transaction of the deed that it tells": (
        "A part of order %(order)s will not be delivered",
        "As you asked, we have erased your account",
        "Goods of order %(order)s will be delivered after all",
        "Order %(order)s is cancelled",
        "The other goods that you still await",
        "Return %(number)s is accepted",
        "The goods of your return %(number)s will be delivered again",
        "These goods of order %(order)s are not delivered any more",
        "It stays on order, and is not invoiced before",
        "We had written that these goods",
        "We have received your request to cancel",
        "We have received your request to return",
        "You paid by card: %(amount)s goes back",
        "If this was not you, you do not need to do anything: the link was sent",
        "You have asked to change the address of your account",
        "You now sign in with",
    ),
}


def stated() -> list[str]:
    """The sentences with a word of a deed, outside the marker."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "templates" / folder).glob("*.*")):
            source = path.read_text(encoding="utf-8")
            found += _in_template(Environment(autoescape=True).parse(source))
    for module in MODULES:
        found += _in_module(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    return sorted({one for one in found if WORDS.search(one)})


def _in_template(node: nodes.Node) -> list[str]:
    called = node.node.name if isinstance(node, nodes.Call) and _named(node) else ""
    if called == "fact":
        return []
    if called in SENTENCES and isinstance(node, nodes.Call):
        words = [each.value for each in node.args if isinstance(each, nodes.Const)]
        return [max(words[-2:], key=len)] if words else []
    return [one for child in node.iter_child_nodes() for one in _in_template(child)]


def _named(node: nodes.Call) -> bool:
    return isinstance(node.node, nodes.Name)


def _in_module(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "fact":
            return []
        if node.func.id in SENTENCES and isinstance(node.args[0], ast.Constant):
            return [str(node.args[0].value)]
    return [one for child in ast.iter_child_nodes(node) for one in _in_module(child)]


def test_facts_stand_in_the_marker_or_have_a_reason():
    reasons = [start for starts in REASONS.values() for start in starts]
    bare = [one for one in stated() if not one.startswith(tuple(reasons))]
    assert bare == []


def test_no_reason_is_left_without_its_sentence():
    found = stated()
    reasons = [start for starts in REASONS.values() for start in starts]
    assert [one for one in reasons if not any(s.startswith(one) for s in found)] == []


@pytest.mark.parametrize("proof", [None, "", False])
def test_a_fact_without_proof_is_refused(proof):
    with pytest.raises(Unproven):
        fact("Delivered on Monday", proof)
    assert fact("Delivered on Monday", "2026-11-18") == "Delivered on Monday"


def test_a_page_in_production_shows_nothing_and_logs_it(caplog):
    with caplog.at_level(logging.ERROR, logger="comptoir.proofs"):
        assert fact_or_nothing("Delivered on Monday", None) == ""
    assert "Delivered on Monday" in caplog.text
    assert fact_or_nothing("Delivered on Monday", 1) == "Delivered on Monday"
