"""Interest by law and levels of reminders."""

from datetime import date, timedelta

from checkout.invoices.rules import BUSINESS, CONSUMER, PUBLIC
from checkout.receivables.rules import (
    Level,
    ReceivableRules,
    late_interest,
    next_level,
    rate_on,
)
from checkout.receivables.settings import rules_on
from shop.core.money import Money
from shop.settings.rate_rules import rates_in, rates_text, wrong_line
from shop.settings.receivable_rules import REMINDERS
from shop.settings.rules import (
    NOTHING_SET,
    LevelsTurned,
    SettingRefused,
    Settings,
    SettingTooLong,
    Step,
    refusals,
)

RATES = {date(2026, 1, 1): 200, date(2026, 7, 1): 300}
DUE = date(2026, 6, 20)


def interest(audience: str, days: int, left=lambda _day: Money(10_000_00), due=DUE):
    content = {"audience": audience}
    return late_interest(content, due, left, RATES, until=due + timedelta(days=days))


def test_a_public_body_pays_the_rate_of_the_half_year_in_which_interest_began():
    found = interest(PUBLIC, 365)
    assert found.amount == Money(1_000_00) and found.rate == 1_000
    assert found.indemnity == Money(40_00)


def test_an_invoice_owes_what_it_froze():
    frozen = {"audience": PUBLIC, "recovery": {"points": 700, "indemnity": 50_00}}
    found = late_interest(
        frozen, DUE, lambda _day: Money(10_000_00), RATES, until=DUE + timedelta(days=365)
    )
    assert (found.amount, found.indemnity) == (Money(900_00), Money(50_00))


def test_a_trader_pays_the_rate_of_each_half_year():
    # ten days of June at 12 %, then 20 days at 13 %, on 10 000 €
    found = interest(BUSINESS, 30)
    assert found.amount == Money(round(1_000_000 * (10 * 0.12 + 20 * 0.13) / 365))
    assert found.rate == 1_300


def test_a_consumer_pays_none_and_nobody_before_the_last_day():
    for found in (interest(CONSUMER, 90), interest(PUBLIC, 0), interest(PUBLIC, -5)):
        assert (found.amount, found.indemnity) == (Money(), Money())
    assert not late_interest({}, None, lambda _day: Money(1), RATES, until=DUE).indemnity


def test_interest_is_counted_on_what_was_left_each_day():
    half = DUE + timedelta(days=73)

    def left(day: date) -> Money:
        return Money(10_000_00) if day <= half else Money(5_000_00)

    assert interest(PUBLIC, 146, left).amount == Money(200_00 + 100_00)


def test_the_rate_of_a_later_half_year_is_the_latest_known():
    assert rate_on(RATES, date(2027, 3, 1)) == 300
    assert rate_on(RATES, date(2026, 6, 30)) == 200
    assert rate_on(RATES, date(2025, 12, 31)) is None
    assert not interest(PUBLIC, 10, due=date(2025, 3, 1)).amount


def test_the_next_level_follows_those_that_were_sent():
    levels = (Level(7), Level(21))
    assert next_level(levels, 0, DUE) == (1, date(2026, 6, 27))
    assert next_level(levels, 1, DUE) == (2, date(2026, 7, 11))
    assert next_level(levels, 1, DUE, date(2026, 7, 1)) == (2, date(2026, 7, 11))
    assert next_level(levels, 1, DUE, date(2026, 7, 10)) == (2, date(2026, 7, 13))  # three days
    assert next_level(levels, 2, DUE) is None
    assert next_level(levels, 0, None) is None


def test_a_reminder_comes_after_the_one_before_it_and_may_be_left_out():
    first = {one.key: one.first for one in REMINDERS.settings}
    assert list(refusals(REMINDERS, first)) == []
    assert list(refusals(REMINDERS, first | {"days_2": 0})) == []
    refused = refusals(REMINDERS, first | {"days_1": 0, "days_2": 50, "days_3": 50})
    assert [(type(one), one.facts["key"]) for one in refused] == [
        (SettingRefused, "days_1"),
        (LevelsTurned, "days_3"),
    ]
    (long,) = refusals(REMINDERS, first | {"french_1": "x" * 1_001})
    assert type(long) is SettingTooLong


def test_rates_are_read_as_they_are_typed_and_written_alike():
    typed = "2026-1 2,4 %\n\n2026-07: 2.15\n2025-01-01 3"
    assert rates_in(typed) == {date(2026, 1, 1): 240, date(2026, 7, 1): 215, date(2025, 1, 1): 300}
    assert rates_text(rates_in(typed)) == "2025-01 3,00\n2026-01 2,40\n2026-07 2,15"
    assert wrong_line(typed) == ""
    for line in ("2026-02 2,15", "0000-01 2", "beaucoup", "2026-01 3"):
        assert wrong_line(f"{typed}\n{line}") == line


def test_the_settings_of_a_day_make_the_rules_of_that_day():
    assert rules_on(NOTHING_SET, DUE) == ReceivableRules()
    content = {"days_2": 0, "french_1": "Merci", "days_4": 60}
    changed = Settings((Step(1, REMINDERS.key, date(2026, 7, 1), content),))
    assert rules_on(changed, date(2026, 6, 30)) == ReceivableRules()
    later = rules_on(changed, date(2026, 7, 1))
    assert later.levels == (Level(7, "Merci"), Level(45), Level(60))
