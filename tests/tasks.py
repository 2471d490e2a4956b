"""The daily tasks of the office, who does each, and how it is reached by links from the first page.

One table for two walks: by the links of the pages (tests/whole/test_daily_tasks.py), and by the
clicks of a person in a browser (tests/e2e/test_daily_tasks.py).
"""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN
from shop.people.models import User
from tests.people import sign_in

ROLES = (SALES, SALES_ADMIN, LOGISTICS, ACCOUNTING, ADMIN)
#: Who does a task, what it is, the form or the file that does it (its endpoint, or its address
#: where one endpoint serves several), the most clicks that it takes.
TASKS: tuple[tuple[str, str, str, int], ...] = (
    (SALES_ADMIN, "verify an organisation", "verification.verify", 3),
    (SALES_ADMIN, "refuse an organisation", "verification.refuse", 3),
    (SALES_ADMIN, "suspend an organisation", "verification.suspend", 4),
    (SALES_ADMIN, "keep a scan that came by mail", "purchase_orders.send_scan", 3),
    (SALES_ADMIN, "record an original", "purchase_orders.record", 3),
    (SALES_ADMIN, "refuse a purchase order", "purchase_orders.refuse", 3),
    (SALES_ADMIN, "note a signed quote", "purchase_orders.note_signed_quote", 3),
    (SALES_ADMIN, "renew a quote", "quotes.renew", 5),
    (SALES_ADMIN, "cancel a quote", "quotes.cancel", 5),
    (LOGISTICS, "print a preparation list", "deliveries.preparation", 3),
    (LOGISTICS, "deliver a part", "deliveries.issue", 3),
    (LOGISTICS, "correct a delivery note", "deliveries.correct", 5),
    (LOGISTICS, "take goods back", "returns.receive", 4),
    (LOGISTICS, "receive goods", "stock.receive", 3),
    (LOGISTICS, "correct the stock", "stock.correct", 4),
    (ACCOUNTING, "preview and issue an invoice", "invoices.issue", 4),
    (ACCOUNTING, "issue many invoices", "batches.compose", 3),
    (ACCOUNTING, "send the file of an invoice", "invoices.send", 4),
    (ACCOUNTING, "record a transfer", "payments.record", 3),
    (ACCOUNTING, "move a transfer to another invoice", "transfers.move", 4),
    (ACCOUNTING, "give a transfer back", "transfers.order", 4),
    (ACCOUNTING, "refund a card", "credits.show", 3),
    (ACCOUNTING, "issue a credit note", "credits.check", 5),
    (ACCOUNTING, "correct a wrong invoice", "corrections.check", 5),
    (ACCOUNTING, "stop or resume reminders", "reminders.switch", 3),
    (ACCOUNTING, "import a bank statement", "statements.send", 2),
    (ACCOUNTING, "export the entries", "entries.journal", 4),
    (ACCOUNTING, "find a paid invoice", "invoices.show", 3),
    (SALES, "find anything by one box", "office.lookup", 1),
    (SALES, "open the record of a client", "clients.terms", 4),
    (SALES, "draw a quote for a client", "client_quotes.begin", 5),
    (SALES, "draw a sale for a private person", "payment_links.begin", 2),
    (SALES, "add a product", "products.create", 3),
    (SALES, "change a price", "products.plan", 4),
    (SALES, "change many products", "imports.begin_bulk", 3),
    (SALES, "import a file of products", "imports.send", 3),
    (SALES, "agree on prices with a client", "agreements.draft", 2),
    (ADMIN, "change delivery prices and delays", "settings.change", 3),
    (ADMIN, "write the conditions of sale", "texts.publish", 4),
    (ADMIN, "write words in an e-mail of the shop", "wordings.publish", 4),
    (ADMIN, "change the identity of the shop", "letterheads.change", 2),
    (ADMIN, "give roles to a colleague", "staff.change", 3),
    (ADMIN, "send an e-mail again", "office.send_email_again", 4),
    (ADMIN, "read the journal", "journal.export", 4),
    (SALES, "read a report", "reports.conversion_file", 4),
    (SALES_ADMIN, "answer a withdrawal", "withdrawals.show", 3),
    (SALES_ADMIN, "decide on a cancellation", "cancellations.decide", 4),
    (SALES, "revoke a payment link", "payment_links.revoke", 3),
    (ACCOUNTING, "set the rates of VAT", "/bureau/reglages/tva", 3),
    (ACCOUNTING, "set when clients are reminded", "/bureau/reglages/relances", 3),
    (ADMIN, "want documents before a first order", "/bureau/reglages/premiere-commande", 3),
    (SALES_ADMIN, "settle a document wanted before a first order", "clients.settle_document", 5),
    (ACCOUNTING, "type the fees of a payout", "payouts.fees", 4),
    (SALES, "keep the signed copy of an agreement", "agreements.attach", 4),
    (SALES_ADMIN, "end an agreement", "agreements.end", 4),
    (ADMIN, "enter the leave of a colleague", "staff.enter_absence", 4),
    (ADMIN, "change the home page", "home.publish", 4),
    (ACCOUNTING, "read what clients spend", "reports.spending_file", 4),
)
#: Pages of one kind that are opened: their states differ. Dossiers have the most states.
OPENED, DOSSIERS = 8, {"quotes.show": 30}
_TARGET = re.compile(r'<(form|a)\b([^>]*?)(?:href|action)="(/[^"#]*)([^>]*)>')


@dataclass(frozen=True)
class Way:
    """The pages from the first one of the office to the one that holds a link or a form, and the
    address of what it holds. Each page is a click away from the one before.
    """

    pages: tuple[str, ...]
    target: str

    @property
    def clicks(self) -> int:
        """The last one does the task."""
        return len(self.pages)


#: What one role reaches: the shortest way to each link and form, by endpoint or address and method.
Walk = dict[str, Way]


def only(app: Flask, role: str) -> User:
    """The person of the office who has that role alone."""
    with app.extensions["comptoir.database"].reading_session() as session:
        people = session.scalars(select(User).where(User.works_as(role), User.active))
        return next(one for one in people if one.staff_roles == {role})


def walked(app: Flask, role: str, acts: tuple[str, ...] = ()) -> Walk:
    """Follow the links of each page, the nearest first; until these acts are found, where given."""
    client, adapter = sign_in(app.test_client(), only(app, role).id), app.url_map.bind("localhost")
    walk: Walk = {}
    opened: dict[str, set[str]] = {}
    waiting: list[tuple[str, ...]] = [("/bureau",)]
    while waiting:
        if acts and all(way_to(app, walk, act) for act in acts):
            break
        pages = waiting.pop(0)
        answer = client.get(pages[-1], buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for _tag, before, target, after in dict.fromkeys(_TARGET.findall(answer.text)):
            method = "POST" if 'method="post"' in before + after else "GET"
            url = target.replace("&amp;", "&")
            bare = url.partition("?")[0]
            if not adapter.test(bare, method):
                continue
            endpoint, _values = adapter.match(bare, method)
            for name in (endpoint, bare):
                walk.setdefault(f"{name}:{method}", Way(pages, url))
            seen, page = opened.setdefault(endpoint, set()), page_of(url)
            most = DOSSIERS.get(endpoint, OPENED)
            if method == "GET" and is_followed(bare) and page not in seen and len(seen) < most:
                seen.add(page)
                waiting.append((*pages, url))
    return walk


def page_of(url: str) -> str:
    """The address without what only filters or sorts a list, or leads back to one."""
    path, _mark, query = url.partition("?")
    return path + "".join(re.findall(r"(?:^|&)(sku=[^&]+)", query))


def is_followed(path: str) -> bool:
    """Pages of the office, and of the dossiers that it handles; no files."""
    is_file = "." in path.rpartition("/")[2]
    return path.startswith(("/bureau", "/devis/", "/commandes/")) and not is_file


def endpoint_of(app: Flask, act: str) -> str:
    """The endpoint of an act of the table, which may be an address that a form is sent to."""
    if not act.startswith("/"):
        return act
    return app.url_map.bind("localhost").match(act, "POST")[0]


def way_to(app: Flask, walk: Walk, act: str) -> Way | None:
    """The way to the form or the file of an act of the table."""
    rules: list[Any] = list(app.url_map.iter_rules(endpoint_of(app, act)))
    method = "POST" if "POST" in rules[0].methods else "GET"
    return walk.get(f"{act}:{method}")
