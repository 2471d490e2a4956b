"""Six presses of a button at the same moment leave what one press leaves, on both databases."""

import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from checkout.web.card.processor import EXTENSION
from shop.storage.db import Database
from shop.web.kit.once import FIELD
from tests.conftest import new_database
from tests.fakes import FakeGateway
from tests.trials import Trial, rows_in
from tests.whole.test_matrix import Stage, cells_of
from tests.whole.test_sent_twice import (
    answers_to,
    prepare,
    press,
    sender,
    with_files,
)

SIX = 6
#: In an order in which each is possible after the ones before.
PRESSED = (
    "stock.receive",
    "signin.ask_new_password",
    "purchase_orders.send_scan",
    "purchase_orders.note_signed_quote",
    "purchase_orders.refuse",
    "purchase_orders.record",
    "deliveries.issue",
    "invoices.issue",
    "invoices.send",
    "payments.record",
    "quotes.issue",
    "quotes.renew",
    "card.pay",
    "organisations.new_contact",
    "members.send_invitation",
    "people.open_account",
)
Changes = dict[str, int]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    database = new_database(request, request.param, tmp_path_factory.mktemp("at-once"))
    yield Stage(database)
    database.dispose()


def use(stage: Stage, database: Database) -> None:
    """The shop on that database, with a card processor that has heard of nothing."""
    stage.app.extensions["comptoir.database"] = database
    stage.app.extensions[EXTENSION] = FakeGateway()


def changes(before: dict[str, int], after: dict[str, int]) -> Changes:
    return {name: rows - before[name] for name, rows in after.items() if rows != before[name]}


def once(stage: Stage, browser: FlaskClient, url: str, form: dict[str, Any]) -> Changes:
    """The rows that one press makes; it is undone."""
    trial = Trial(stage.real)
    use(stage, trial)
    with trial.begun():
        before = rows_in(trial.connection)
        made = changes(before, press(trial, browser, url, form).rows)
    use(stage, stage.real)
    return made


def at_once(
    stage: Stage, browser: FlaskClient, url: str, form: dict[str, Any]
) -> list[tuple[int, str | None]]:
    """The answers to six presses in six threads, each with the cookie of that browser."""
    cookie = browser.get_cookie("session")
    together, answers = threading.Barrier(SIX), []

    def push() -> None:
        own = stage.app.test_client()
        if cookie is not None:
            own.set_cookie("session", cookie.value)
        together.wait()
        answer = own.post(url, data=with_files(form))
        answer.close()
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=push) for _press in range(SIX)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_six_presses_at_once_leave_what_one_leaves(stage: Stage):
    cells = {cell.endpoint: cell for cell in cells_of(stage)[0] if cell.method == "POST"}
    wrong = []
    for endpoint in PRESSED:
        use(stage, stage.real)
        browser = sender(stage, cells[endpoint])
        url, more = prepare(stage, cells[endpoint], browser)
        form = answers_to(endpoint) | more | {FIELD: secrets.token_hex(8)}
        expected = once(stage, browser, url, form)
        with stage.real.reading() as connection:
            before = rows_in(connection)
        answers = at_once(stage, browser, url, form)
        with stage.real.reading() as connection:
            made = changes(before, rows_in(connection))
        if not expected or made != expected:
            wrong.append(f"{endpoint}: {made} instead of {expected}")
        if len(answers) != SIX or len(set(answers)) != 1 or answers[0][0] not in (200, 303):
            wrong.append(f"{endpoint}: {answers}")
    assert not wrong, "\n".join(["", *wrong])
