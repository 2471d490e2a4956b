"""How long a quote is valid: what the settings say of the day on which it is drawn."""

from datetime import UTC, date, datetime, timedelta

from checkout.card.rules import LEAST_TO_OPEN, closes_at
from quotes.quotes.rules import last_day
from shop.settings.rules import Settings, Step, refusals
from shop.settings.table_rules import VALIDITY
from shop.settings.validity import quote_months_on

NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def test_a_quote_is_valid_for_the_months_of_its_day_and_one_month_before_any_setting():
    known = Settings((Step(1, VALIDITY.key, date(2026, 12, 1), {"months": 3}),))
    assert quote_months_on(known, date(2026, 11, 30)) == 1
    assert quote_months_on(known, date(2026, 12, 1)) == 3
    assert last_day(NOON) == date(2026, 12, 30)
    assert last_day(NOON, 3) == date(2027, 2, 28)


def test_a_payment_page_stays_open_within_what_the_processor_takes():
    minutes = VALIDITY.setting("card_minutes")
    assert timedelta(minutes=minutes.least) > LEAST_TO_OPEN
    assert timedelta(minutes=minutes.most) < timedelta(hours=24)
    assert closes_at(NOON, timedelta(minutes=90)) - NOON == timedelta(minutes=90)
    wrong = {"months": 0, "card_minutes": minutes.most + 1}
    assert [one.facts["key"] for one in refusals(VALIDITY, wrong)] == ["months", "card_minutes"]
