"""Before a shop opens, an administrator pays 0.50 € and has it back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from checkout.card.gateway import CardProcessorRefused, Refund
from checkout.card.payments import Addresses
from checkout.card_trials.models import CardTrial
from checkout.card_trials.procedure import TrialState
from checkout.card_trials.trials import (
    TrialRefused,
    TrialRunning,
    follow_trials,
    latest_trial,
    open_trial,
)
from checkout.web.card.processor import EXTENSION
from shop.core.actors import ADMIN, SALES, Actor
from shop.core.errors import NotAllowed
from shop.opening.models import OpeningCheck
from shop.ops import clock
from shop.storage.db import Database
from tests.fakes import FakeGateway
from tests.people import staff

CHIEF = Actor("Ada Roche", frozenset({ADMIN}))
BACK = Addresses("http://shop/back", "http://shop/page", "Trial")


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


def opened(database: Database, gateway: FakeGateway, by: Actor = CHIEF) -> str:
    return open_trial(database, gateway, addresses=BACK, language="fr", by=by, at=clock.now())


def follow(database: Database, gateway: FakeGateway) -> CardTrial:
    follow_trials(database, gateway, at=clock.now())
    with database.reading_session() as session:
        trial = latest_trial(session)
        assert trial is not None
        return trial


def steps(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(OpeningCheck.step).order_by(OpeningCheck.id)))


@pytest.mark.each_database
def test_what_is_charged_is_paid_back_once(database: Database, gateway: FakeGateway):
    url = opened(database, gateway)
    assert opened(database, gateway) == url, "a second press leads to the same page"
    assert follow(database, gateway).state is TrialState.STARTED
    gateway.pay("cs_1")
    trial = follow(database, gateway)
    assert (trial.state, trial.card_last4) == (TrialState.REFUNDED, "4242")
    assert [(one.amount, one.status) for one in gateway.refunds.values()] == [(50, "succeeded")]
    assert follow(database, gateway).refunded_at == trial.refunded_at
    assert steps(database) == ["card"] and len(gateway.refunds) == 1


def test_a_refund_that_takes_time_is_followed(database: Database, gateway: FakeGateway):
    gateway.refund_status = "pending"
    opened(database, gateway)
    gateway.pay("cs_1")
    assert follow(database, gateway).state is TrialState.CHARGED
    assert steps(database) == []
    with pytest.raises(TrialRunning):
        opened(database, gateway)
    (key,) = gateway.refunds
    gateway.refunds[key] = Refund("re_1", 50, "succeeded")
    assert follow(database, gateway).state is TrialState.REFUNDED
    assert steps(database) == ["card"]


def test_a_second_trial_does_the_step_no_second_time(database: Database, gateway: FakeGateway):
    for number in (1, 2):
        opened(database, gateway)
        gateway.pay(f"cs_{number}")
        assert follow(database, gateway).state is TrialState.REFUNDED
    assert steps(database) == ["card"]


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_fails_is_shown(database: Database, gateway: FakeGateway, status: str):
    gateway.refund_status = status
    opened(database, gateway)
    gateway.pay("cs_1")
    trial = follow(database, gateway)
    assert (trial.state, trial.problem) == (TrialState.KEPT, status)
    assert steps(database) == []


def test_a_refund_that_is_refused_is_shown(
    database: Database, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_args: Any, **_more: Any) -> Refund:
        raise CardProcessorRefused("This key may not make refunds", "permission")

    monkeypatch.setattr(gateway, "refund", refuse)
    opened(database, gateway)
    gateway.pay("cs_1")
    trial = follow(database, gateway)
    assert trial.state is TrialState.KEPT and "may not make refunds" in trial.problem


def test_a_page_that_nobody_pays_is_dropped(database: Database, gateway: FakeGateway):
    first = opened(database, gateway)
    gateway.expire("cs_1")
    assert follow(database, gateway).state is TrialState.DROPPED
    assert opened(database, gateway) != first


def test_a_page_that_the_processor_does_not_know_is_dropped_once_it_would_be_over(
    database: Database, gateway: FakeGateway
):
    opened(database, gateway)
    gateway.payments.clear()  # the shop has another key by now
    assert follow(database, gateway).state is TrialState.STARTED
    with clock.travelled(timedelta(hours=1)):
        assert follow(database, gateway).state is TrialState.DROPPED


def test_another_amount_does_not_pass(database: Database, gateway: FakeGateway):
    opened(database, gateway)
    gateway.pay("cs_1", amount=51)
    trial = follow(database, gateway)
    assert (trial.state, trial.problem) == (TrialState.KEPT, "51 eur")
    assert steps(database) == [] and gateway.refunds == {}


def test_a_processor_that_does_not_answer_is_named(database: Database, gateway: FakeGateway):
    gateway.down = True
    with pytest.raises(TrialRefused) as refusal:
        opened(database, gateway)
    assert refusal.value.facts == {"answer": "nobody answers"}
    gateway.down = False
    opened(database, gateway)
    with database.reading_session() as session:
        assert len(session.scalars(select(CardTrial).order_by(CardTrial.id)).all()) == 1


def test_only_an_administrator_tries_it(database: Database, gateway: FakeGateway):
    with pytest.raises(NotAllowed):
        opened(database, gateway, Actor("Léo", frozenset({SALES})))


def test_from_the_checklist_to_the_money_back(app: Any, database: Database, gateway: FakeGateway):
    app.extensions[EXTENSION] = gateway
    client = staff(app, database, ADMIN, language="en")
    assert 'href="/bureau/ouverture/carte"' in client.get("/bureau/ouverture").text
    page = "/bureau/ouverture/carte"
    assert "Latest trial" not in client.get(page).text
    gateway.down = True
    assert client.post(page).headers["Location"] == page
    assert "Its answer: nobody answers" in client.get(page).text
    gateway.down = False
    gateway.refund_status = "pending"
    assert client.post(page).headers["Location"] == "https://pay.example/cs_1"
    assert "to pay" in client.get(page).text
    gateway.pay("cs_1")
    assert client.get(f"{page}/retour").headers["Location"] == page
    waiting = client.get(page)
    assert "Refresh" in waiting.headers and "asked for" in waiting.text
    (key,) = gateway.refunds
    gateway.refunds[key] = Refund("re_1", 50, "succeeded")
    follow_trials(database, gateway, at=clock.now())
    done = client.get(page)
    assert "Refresh" not in done.headers and "charged and paid back" in done.text
    assert "•••• 4242" in done.text
