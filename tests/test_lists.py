"""No list is cut in silence: a `limit` has a pager, or its reason stands here; and every list
declares its filters and its orders, or says here why it has none.
"""

import ast
import re
from itertools import pairwise

from tests.layout import ROOT, tree, walk

#: Where rows are limited, and why nothing is hidden by it. `.limit(1)` reads a single row.
REASONS = {
    "shop/storage/paging.py:_rows": "the pager",
    "checkout/batches/batches.py:run_batches": "the worker goes on with the next ones",
    "checkout/card/listening.py:_look_again": "the worker goes on with the next ones",
    "checkout/card/reconciliation.py:_next": "the worker goes on with the next ones",
    "checkout/invoices/sendings.py:note_sent_files": "the worker goes on with the next ones",
    "checkout/invoices/sendings.py:_adopt_repeated": "the worker goes on with the next ones",
    "checkout/deposits/sending.py:due": "the worker goes on with the next ones",
    "shop/dossiers/pdf_attempts.py:papers_without_pdf": "the worker goes on with the next ones",
    "shop/dossiers/signatures.py:invoices_to_sign": "the worker goes on with the next ones",
    "shop/emails/delivery.py:due_emails": "the worker goes on with the next ones",
    "shop/verification/register_answers.py:due_checks": "the worker goes on with the next ones",
    "shop/imports/imports.py:_remembered": "the latest imports, whose columns are proposed again",
    "shop/imports/lines.py:parts_of": "the worker goes on with the next ones",
    "shop/catalogue/search_documents.py:_ALL": "the index goes on with the next products",
    "checkout/batches/ending.py:end_if_done": "an e-mail, which says how many more the page has",
    "checkout/web/orders/waiting.py:deliveries_waiting": "a shelf of the home, with a link to all",
    "checkout/web/orders/waiting.py:invoices_waiting": "a shelf of the home, with a link to all",
    "quotes/web/quotes/waiting.py:quotes_waiting": "a shelf of the home, with a link to all",
    "shop/web/members/waiting.py:invitations_waiting": "a shelf of the home, with a link to all",
    "shop/web/members/waiting.py:people_waiting": "a shelf of the home, with a link to all",
    "shop/catalogue/listing.py:_BEST_OF_CHAPTERS": "a choice for the home page; lists have all",
    "shop/catalogue/listing.py:_SAME_FAMILY": "a choice beside a product; the list has all",
    "shop/catalogue/listing.py:_statement": "the pager of the catalogue, by keyset",
    "shop/catalogue/listing.py:_count_statement": "a count; beyond it the page says « more than »",
    "shop/dossiers/entries.py:_rows": "the pager of the journal, by key",
    "shop/dossiers/finder.py:find_named": "asks whether one or several, and lists none",
    "shop/members/administrators.py:last_administrator": "asks whether one or several",
    "shop/register/embedded.py:_called": "candidates; the page says that there are more",
    "shop/register/embedded.py:_matching": "candidates; the page says that there are more",
    "shop/register/embedded.py:search_bodies": "candidates; the page says that there are more",
    "shop/verification/cases.py:recently_decided": "titled the latest decisions; clients has all",
    "shop/vat_rates/moves.py:_move_some": "the change goes on with the next products",
    "shop/agreements/copies.py:own_copies": "the newest fifty copies; the office has all",
    "quotes/demonstration/goods.py:goods_of": "invents an order, and lists nothing",
    "quotes/demonstration/warehouse.py:_place": "gives places to some goods, and lists nothing",
}

#: Lists without filters, or without orders, and why.
PLAIN = {
    "checkout/deliveries/queue.py:count_late": "a count",
    "checkout/deliveries/queue.py:count_to_prepare": "a count",
    "checkout/transfers/lists.py:count_to_do": "a count",
    "checkout/invoices/queue.py:_invoices": "the lists made of it declare theirs",
    "checkout/withdrawals/queue.py:count_open": "a count",
    "shop/web/mailbox/views.py:index": "the mailbox of a demonstration, the latest first",
}

#: Lists that the keys of the office do not go through, and why.
KEYLESS = {
    "members/team.html": "the page of an organisation's own members",
    "agreements/own.html": "conditions lead nowhere",
    "clients/notes.html": "notes lead nowhere",
    "clients/section.html": "its rows are drawn by macros/clients.html, which marks them",
}
_ARRANGED = re.compile(r"{{ arrange[(]|\Z")
_LIST = re.compile(r"<(?:tbody|ol|ul)\b[^>]*>")


def unmarked_lists(template: str) -> int:
    """How many lists with filters in a template the keys do not find: the element that holds the
    rows, the first one after the filters, is not marked.
    """
    starts = [found.start() for found in _ARRANGED.finditer(template)]
    lists = (_LIST.search(template, start, end) for start, end in pairwise(starts))
    return sum(found is None or "data-rows" not in found[0] for found in lists)


def plain_lists() -> set[str]:
    """Where a `Listing` is made without filters or without orders."""
    found = set()
    for package in ("shop", "checkout", "quotes"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for part in tree(path).body:
                if any(_is_plain(node) for node in walk(part)):
                    name = getattr(part, "name", None) or _assigned(part)
                    found.add(f"{path.relative_to(ROOT)}:{name}")
    return found


def _is_plain(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    named = {one.arg for one in node.keywords}
    declared = len(node.args) >= 5 or named >= {"filters", "sorts"}
    return node.func.id == "Listing" and not declared


def limits() -> set[str]:
    found = set()
    for package in ("shop", "checkout", "quotes"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for part in tree(path).body:
                if any(_is_limit(node) for node in walk(part)):
                    name = getattr(part, "name", None) or _assigned(part)
                    found.add(f"{path.relative_to(ROOT)}:{name}")
    return found


def _is_limit(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr != "limit" or not node.args:
        return False
    value = node.args[0]
    return not (isinstance(value, ast.Constant) and value.value == 1)


def _assigned(part: ast.stmt) -> str:
    target = part.targets[0] if isinstance(part, ast.Assign) else part
    return ast.unparse(target)


def test_every_limit_has_a_pager_or_a_reason():
    assert limits() == set(REASONS)


def test_every_list_declares_its_filters_and_orders_or_says_why_not():
    assert plain_lists() == set(PLAIN)


def test_the_keys_of_the_office_find_every_list():
    folder = ROOT / "templates"
    unmarked = {
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.html"))
        if unmarked_lists(path.read_text())
    }
    assert unmarked == set(KEYLESS)
    assert "data-rows" in (folder / "macros/clients.html").read_text()
