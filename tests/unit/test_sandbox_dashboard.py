"""The dashboard of the sandbox processor: the seller refunds, the customer's bank disputes."""

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from checkout.card.sandbox import dashboard
from checkout.card.sandbox.server import Sandbox, running
from checkout.card.stripe_gateway import StripeGateway
from tests.hygiene import faults
from tests.sandboxed import KEY, SECRET, TOTAL, start


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running() as one:
        yield one


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[StripeGateway]:
    one = StripeGateway(KEY, SECRET, sandbox.base_url)
    yield one
    one.close()


@pytest.fixture
def intent(sandbox: Sandbox, gateway: StripeGateway) -> str:
    """A payment that was made."""
    started = start(gateway)
    sandbox.customer.pay(started.url)
    return str(gateway.fetch(started.session_id).payment_intent)


def page(sandbox: Sandbox, language: str = "fr") -> str:
    with urlopen(Request(f"{sandbox.base_url}/", headers={"Accept-Language": language})) as answer:
        return str(answer.read().decode())


def press(sandbox: Sandbox, intent: str, *, origin: str = "", **form: str) -> int:
    url = f"{sandbox.base_url}/paiements/{intent}"
    sent = Request(url, urlencode(form).encode(), {"Origin": origin or sandbox.base_url})
    try:
        with urlopen(sent) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return int(refused.code)


def test_without_a_payment_the_dashboard_says_so(sandbox: Sandbox) -> None:
    assert "Aucun paiement" in page(sandbox)
    assert "No payment has been received" in page(sandbox, "en")


def test_a_payment_is_refunded_in_parts_and_never_beyond(
    sandbox: Sandbox, gateway: StripeGateway, intent: str
) -> None:
    assert "250,90\u00a0€" in page(sandbox)
    assert press(sandbox, intent, act="refund", amount="10,5") == 200
    assert "10,50\u00a0€" in page(sandbox)
    assert press(sandbox, intent, act="refund", amount="240.41") == 422
    assert press(sandbox, intent, act="refund", amount="dix") == 422
    assert press(sandbox, intent, act="refund", amount="240,40") == 200
    found = gateway.reversals(intent)
    assert sorted(one.amount for one in found) == [1_050, TOTAL - 1_050]
    assert 'name="act"' not in page(sandbox)


@pytest.mark.parametrize(("decision", "status"), [("won", "won"), ("lost", "lost")])
def test_the_bank_disputes_a_payment_and_decides_once(
    sandbox: Sandbox, gateway: StripeGateway, intent: str, decision: str, status: str
) -> None:
    assert press(sandbox, intent, act=decision) == 422
    assert press(sandbox, intent, act="dispute") == 200
    assert "contesté" in page(sandbox)
    assert press(sandbox, intent, act="dispute") == 422
    assert press(sandbox, intent, act=decision) == 200
    (found,) = gateway.reversals(intent)
    assert (found.kind, found.status) == ("dispute", status)
    assert press(sandbox, intent, act=decision) == 422


def test_forms_of_other_sites_and_unknown_payments_are_refused(
    sandbox: Sandbox, intent: str
) -> None:
    assert press(sandbox, intent, origin="http://elsewhere.example", act="dispute") == 403
    assert press(sandbox, intent, act="keep") == 400
    assert press(sandbox, "pi_unknown", act="dispute") == 422


def test_the_dashboard_has_no_fault_and_shows_the_last_payments(
    sandbox: Sandbox, gateway: StripeGateway, intent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "SHOWN", 3)
    assert press(sandbox, intent, act="dispute") == 200
    assert "contesté" in page(sandbox)
    for _number in range(3):
        sandbox.customer.pay(start(gateway).url)
    for language in ("fr", "en"):
        shown = page(sandbox, language)
        assert faults(shown, csrf=False) == []
        assert shown.count("<li>") == 3
    assert "contesté" not in page(sandbox)
