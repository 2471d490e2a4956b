"""The daily tasks of the office: whoever owns one reaches it by links from the first page, in a few
clicks; no other role is led to it.

The clicks are counted by following links, as a person does who has typed no address: to the page,
and one to do it. They are counted on the demonstration.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quotes.demonstration.fill import fill_demonstration
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN
from shop.people.models import User
from tests.conftest import TEST_SETTINGS, new_database, shop_on
from tests.people import sign_in

#: Who does a task, what it is, the form or the file that does it, the most clicks that it takes.
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
)
#: Pages of one kind that are opened: their states differ. Dossiers have the most states.
OPENED, DOSSIERS = 8, {"quotes.show": 30}
_TARGET = re.compile(r'<(form|a)\b([^>]*?)(?:href|action)="(/[^"#]*)([^>]*)>')


@dataclass(frozen=True)
class Walk:
    """What one role reaches: the fewest clicks to the page of each link and form, by endpoint."""

    clicks: dict[str, int]


@pytest.fixture(scope="module")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration."""
    database = new_database(request, "sqlite", tmp_path_factory.mktemp("tasks"))
    fill_demonstration(database)
    app = shop_on(database, TEST_SETTINGS)
    app.test_client_class = FlaskClient
    yield app
    database.dispose()


@pytest.fixture(scope="module")
def walks(office: Flask) -> dict[str, Walk]:
    """What each role reaches."""
    return {
        role: walked(office, role) for role in (SALES, SALES_ADMIN, LOGISTICS, ACCOUNTING, ADMIN)
    }


def walked(app: Flask, role: str) -> Walk:
    """Follow the links of each page, the nearest first."""
    database = app.extensions["comptoir.database"]
    with database.reading_session() as session:
        people = session.scalars(select(User).where(User.works_as(role), User.active))
        person = next(one.id for one in people if one.staff_roles == {role})
    client, adapter = sign_in(app.test_client(), person), app.url_map.bind("localhost")
    clicks: dict[str, int] = {}
    opened: dict[str, set[str]] = {}
    waiting = [("/bureau", 0)]
    while waiting:
        path, depth = waiting.pop(0)
        answer = client.get(path, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for _tag, before, target, after in dict.fromkeys(_TARGET.findall(answer.text)):
            method = "POST" if 'method="post"' in before + after else "GET"
            url = target.replace("&amp;", "&")
            bare = url.partition("?")[0]
            if not adapter.test(bare, method):
                continue
            endpoint, _values = adapter.match(bare, method)
            clicks.setdefault(f"{endpoint}:{method}", depth + 1)
            seen, page = opened.setdefault(endpoint, set()), page_of(url)
            most = DOSSIERS.get(endpoint, OPENED)
            if method == "GET" and is_followed(bare) and page not in seen and len(seen) < most:
                seen.add(page)
                waiting.append((url, depth + 1))
    return Walk(clicks)


def page_of(url: str) -> str:
    """The address without what only filters or sorts a list, or leads back to one."""
    path, _mark, query = url.partition("?")
    return path + "".join(re.findall(r"(?:^|&)(sku=[^&]+)", query))


def is_followed(path: str) -> bool:
    """Pages of the office, and of the dossiers that it handles; no files."""
    is_file = "." in path.rpartition("/")[2]
    return path.startswith(("/bureau", "/devis/", "/commandes/")) and not is_file


def clicks_of(app: Flask, walk: Walk, endpoint: str) -> int | None:
    """The fewest clicks to the form or the file, the one that does it included."""
    rules: list[Any] = list(app.url_map.iter_rules(endpoint))
    method = "POST" if "POST" in rules[0].methods else "GET"
    return walk.clicks.get(f"{endpoint}:{method}")


@pytest.mark.parametrize(("role", "task", "endpoint", "most"), TASKS, ids=[one[1] for one in TASKS])
def test_a_task_is_a_few_clicks_away(
    office: Flask, walks: dict[str, Walk], role: str, task: str, endpoint: str, most: int
):
    found = clicks_of(office, walks[role], endpoint)
    assert found is not None and found <= most, f"{task}: {found}"


def test_no_other_role_is_led_to_a_task(office: Flask, walks: dict[str, Walk]):
    led = [
        (role, task)
        for _owner, task, endpoint, _most in TASKS
        for role, walk in walks.items()
        if role not in office.view_functions[endpoint].audience.roles  # type: ignore[attr-defined]
        and clicks_of(office, walk, endpoint) is not None
    ]
    assert not led
