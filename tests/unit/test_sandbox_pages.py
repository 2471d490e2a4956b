"""The payment page as a customer sees it, without JavaScript."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from checkout.card.gateway import SessionNotOpen
from checkout.card.sandbox.__main__ import main
from checkout.card.sandbox.server import Sandbox, running
from checkout.card.stripe_gateway import StripeGateway
from shop.ops import clock
from tests.sandboxed import DECLINED, KEY, SECRET, SECURED, TOTAL, start


class Hands:
    """A clock that is moved by the test, in seconds."""

    def __init__(self) -> None:
        self.moved = 0.0

    def __call__(self) -> float:
        return clock.now().timestamp() + self.moved


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def sandbox(hands: Hands) -> Iterator[Sandbox]:
    with running(now=hands) as one:
        yield one


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[StripeGateway]:
    one = StripeGateway(KEY, SECRET, sandbox.base_url)
    yield one
    one.close()


def test_a_payment_leads_back_to_the_shop(sandbox: Sandbox, gateway: StripeGateway) -> None:
    started = start(gateway, reference="panier-1")
    assert gateway.fetch(started.session_id).payment_intent is None
    answer = sandbox.customer.pay(started.url)
    assert answer.status == 303
    assert answer.location == (f"http://127.0.0.1:9/card/return?session_id={started.session_id}")
    payment = gateway.fetch(started.session_id)
    assert (payment.status, payment.amount_received, payment.currency) == (
        "succeeded",
        TOTAL,
        "eur",
    )
    assert (payment.reference, payment.card_last4, payment.failure) == ("panier-1", "4242", None)


@pytest.mark.parametrize(
    ("number", "said", "shown"),
    [
        (DECLINED, "Your card was declined.", "Votre carte a été refusée."),
        ("4000000000009995", "Your card has insufficient funds.", "provision suffisante"),
        ("4000000000000069", "Your card has expired.", "Votre carte a expiré."),
        ("4000000000000127", "Your card's security code is incorrect.", "cryptogramme"),
        ("4111111111111111", "non test card", "que les cartes d’essai"),
    ],
)
def test_a_declined_card_may_be_followed_by_another(
    sandbox: Sandbox, gateway: StripeGateway, number: str, said: str, shown: str
) -> None:
    started = start(gateway)
    back = sandbox.customer.pay(started.url, number)
    assert back.location.partition("#")[0] == started.url
    assert shown in sandbox.customer.look(started.url).text
    failed = gateway.fetch(started.session_id)
    assert failed.status == "failed"
    assert said in (failed.failure or "")
    sandbox.customer.pay(started.url)
    paid = gateway.fetch(started.session_id)
    assert (paid.status, paid.payment_intent) == ("succeeded", failed.payment_intent)


@pytest.mark.parametrize("number", [SECURED, "4000002500003155"])
def test_three_d_secure_passed(sandbox: Sandbox, gateway: StripeGateway, number: str) -> None:
    started = start(gateway)
    bank = sandbox.customer.pay(started.url, number).location
    assert gateway.fetch(started.session_id).status == "open"
    assert "3-D Secure" in sandbox.customer.look(bank).text
    answer = sandbox.customer.authenticate(bank)
    assert answer.location.startswith("http://127.0.0.1:9/card/return")
    assert gateway.fetch(started.session_id).status == "succeeded"
    assert sandbox.customer.authenticate(bank, passed=False).status == 303
    assert gateway.fetch(started.session_id).status == "succeeded"


def test_three_d_secure_failed_then_another_card(sandbox: Sandbox, gateway: StripeGateway) -> None:
    started = start(gateway)
    bank = sandbox.customer.pay(started.url, SECURED).location
    back = sandbox.customer.authenticate(bank, passed=False)
    assert back.location.partition("#")[0] == started.url
    assert gateway.fetch(started.session_id).status == "failed"
    assert "n’a pas pu vous identifier" in sandbox.customer.look(started.url).text
    sandbox.customer.pay(started.url)
    assert gateway.fetch(started.session_id).status == "succeeded"


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "shown"),
    [
        ("4242424242424241", "12/34", "123", "Ce numéro de carte n’existe pas"),
        ("4242", "12/34", "123", "Le numéro de carte est incomplet"),
        ("4242424242424242", "13/34", "123", "Écrivez la date"),
        ("4242424242424242", "01/20", "123", "Cette carte a expiré"),
        ("4242424242424242", "12/34", "12", "Le cryptogramme est incomplet"),
    ],
)
def test_a_mistyped_card_is_not_charged(
    sandbox: Sandbox, gateway: StripeGateway, number: str, expiry: str, cvc: str, shown: str
) -> None:
    started = start(gateway)
    answer = sandbox.customer.pay(started.url, number, expiry=expiry, cvc=cvc)
    assert answer.status == 422
    assert shown in answer.text
    assert gateway.fetch(started.session_id).payment_intent is None


def test_the_page_is_in_the_language_of_its_session(
    sandbox: Sandbox, gateway: StripeGateway
) -> None:
    french = sandbox.customer.look(start(gateway).url).text
    assert 'lang="fr"' in french
    assert "Paiement d’essai" in french
    assert "250,90\u00a0€" in french
    english = sandbox.customer.look(start(gateway, language="en").url).text
    assert 'lang="en"' in english
    assert "Test payment" in english
    assert "€250.90" in english


def test_two_clicks_pay_once(sandbox: Sandbox, gateway: StripeGateway) -> None:
    started = start(gateway)
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: sandbox.customer.pay(started.url), range(16)))
    assert {answer.location for answer in answers} == {
        f"http://127.0.0.1:9/card/return?session_id={started.session_id}"
    }
    assert len(list(sandbox.state.newest("charge"))) == 1


def test_a_session_expires_by_itself(
    sandbox: Sandbox, gateway: StripeGateway, hands: Hands
) -> None:
    started = start(gateway, expires_at=clock.now() + timedelta(minutes=31))
    sandbox.customer.pay(started.url, DECLINED)
    hands.moved = 32 * 60
    assert gateway.fetch(started.session_id).status == "expired"
    assert sandbox.customer.look(started.url).status == 410
    assert sandbox.customer.pay(started.url).status == 410
    with pytest.raises(SessionNotOpen):
        gateway.expire(started.session_id)
    assert not [c for c in sandbox.state.newest("charge") if c["paid"]]


def test_a_page_closed_by_the_shop_cannot_be_paid(sandbox: Sandbox, gateway: StripeGateway) -> None:
    started = start(gateway)
    gateway.expire(started.session_id)
    assert sandbox.customer.pay(started.url).status == 410
    assert gateway.fetch(started.session_id).status == "expired"


def test_a_paid_page_says_so(sandbox: Sandbox, gateway: StripeGateway) -> None:
    started = start(gateway)
    sandbox.customer.pay(started.url)
    assert "Le paiement est fait" in sandbox.customer.look(started.url).text
    assert sandbox.customer.look(started.url[:-1]).status == 404


def test_payments_survive_a_restart(tmp_path: Path) -> None:
    with running(path=tmp_path / "sandbox.db") as first:
        gateway = StripeGateway(KEY, SECRET, first.base_url)
        started = start(gateway)
        first.customer.pay(started.url)
        gateway.close()
    with running(path=tmp_path / "sandbox.db") as second:
        gateway = StripeGateway(KEY, SECRET, second.base_url)
        assert gateway.fetch(started.session_id).status == "succeeded"
        gateway.close()


def test_the_sandbox_does_not_start_in_production(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"STRIPE_SECRET_KEY": "sk_live_secret"}) == 2
    assert "live key" in capsys.readouterr().err
    assert main([], {"COMPTOIR_MODE": "production"}) == 2
    with pytest.raises(ValueError, match="live key"):
        StripeGateway("sk_live_secret", SECRET, "http://127.0.0.1:8001")
