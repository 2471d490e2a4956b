"""Cards, amounts and parameters: the sandbox's rules, without a server."""

from typing import Any, get_args

import pytest

from checkout.card.sandbox import schema
from checkout.card.sandbox.amounts import written
from checkout.card.sandbox.cards import CardRefused, luhn, named_card, read_card
from checkout.card.sandbox.errors import Refusal
from checkout.card.sandbox.nesting import unfold
from checkout.card.sandbox.wording import ENGLISH, FRENCH, wording


def test_nested_forms_unfold() -> None:
    assert unfold([("a[b][0][c]", "1"), ("a[b][1][c]", "2"), ("x[]", "y"), ("x[]", "z")]) == {
        "a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}},
        "x": {"0": "y", "1": "z"},
    }


@pytest.mark.parametrize("names", [["a", "a"], ["a", "a[b]"], ["a]b["], ["[a]"], ["a[b]c"]])
def test_a_form_that_contradicts_itself_is_refused(names: list[str]) -> None:
    with pytest.raises(Refusal):
        unfold([(name, "1") for name in names])


def test_every_parameter_of_the_library_can_be_read() -> None:
    """Down to the last nested one: a new version of the library must not break the schema."""
    seen: set[Any] = set()

    def visit(hint: Any) -> None:
        if hasattr(hint, "__required_keys__"):
            if hint not in seen:
                seen.add(hint)
                for inner in schema.fields(hint).values():
                    visit(inner)
        else:
            for inner in get_args(hint):
                visit(inner)

    for typed in schema.PARAMS.values():
        visit(typed)
    assert len(seen) > 200


def test_request_options_are_not_parameters() -> None:
    with pytest.raises(Refusal) as refused:
        schema.checked("refund.create", {"idempotency_key": "x"})
    assert refused.value.code == "parameter_unknown"


def test_booleans_lists_and_words_are_read_as_such() -> None:
    read = schema.checked(
        "payment_intent.create",
        unfold(
            [
                ("amount", "1000"),
                ("currency", "eur"),
                ("confirm", "true"),
                ("automatic_payment_methods[enabled]", "false"),
                ("allowed_payment_method_types[0]", "card"),
            ]
        ),
    )
    assert read == {
        "amount": 1000,
        "currency": "eur",
        "confirm": True,
        "automatic_payment_methods": {"enabled": False},
        "allowed_payment_method_types": ["card"],
    }
    with pytest.raises(Refusal):
        schema.checked("payment_intent.create", {"confirm": "yes"})
    with pytest.raises(Refusal):
        schema.checked("refund.create", {"reason": "regret"})


def test_the_check_digit() -> None:
    assert luhn("4242424242424242")
    assert not luhn("4242424242424241")


@pytest.mark.parametrize("expiry", ["12/34", "12 / 34", "1234", "12/2034", "12-34"])
def test_expiries_are_read_as_people_write_them(expiry: str) -> None:
    card = read_card(
        number="4242 4242\u00a04242 4242", expiry=expiry, cvc="123", name="C", year=2026, month=11
    )
    assert (card.exp_month, card.exp_year, card.last4, card.brand) == (12, 2034, "4242", "visa")


@pytest.mark.parametrize(("expiry", "good"), [("11/26", True), ("10/26", False), ("11/25", False)])
def test_a_card_is_good_until_the_end_of_its_month(expiry: str, good: bool) -> None:
    def read() -> None:
        read_card(
            number="378282246310005", expiry=expiry, cvc="1234", name="C", year=2026, month=11
        )

    if good:
        read()
    else:
        with pytest.raises(CardRefused) as refused:
            read()
        assert refused.value.fields == {"cardExpiry": "past_expiry"}


def test_named_cards_of_the_api() -> None:
    card = named_card("pm_card_visa", year=2026)
    assert card is not None
    assert card.decline is None
    assert named_card("pm_1234", year=2026) is None


def test_amounts_are_written_for_each_reader() -> None:
    assert written(178_800, "eur", "fr") == "1\u202f788,00\u00a0€"
    assert written(178_805, "eur") == "€1,788.05"


def test_both_languages_say_the_same_things() -> None:
    assert FRENCH.words.keys() == ENGLISH.words.keys()
    assert wording("fr", "en-GB") is FRENCH
    assert wording("en", "fr-FR") is ENGLISH
    assert wording(None, "fr-FR") is FRENCH
    assert wording("auto", "de") is ENGLISH
