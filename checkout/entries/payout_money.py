"""Payouts of the card processor and their fees that the entries book, as statements."""

from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from checkout.entries.money import subject_is, within
from checkout.payouts.models import CardPayout
from checkout.payouts.procedure import ARRIVED, FEE_ACTS
from checkout.payouts.rules import EURO
from shop.storage.journal import JournalEntry

#: The day of a payout as it was when the entry was made: the processor may change it afterwards.
_ARRIVES = JournalEntry.facts["arrives_on"].as_string().label("arrives_on")


def payout_rows(since: date, until: date) -> Select[Any]:
    """Payouts of the card processor in euros on the day on which the shop learned that they
    arrived, or that the bank sent them back.
    """
    failed = JournalEntry.source.in_(ARRIVED)
    return (
        select(
            CardPayout.id.label("payout"),
            _ARRIVES,
            JournalEntry.at.label("day"),
            JournalEntry.facts["amount"].as_integer().label("amount"),
            JournalEntry.facts["fees"].as_integer().label("fees"),
            failed.label("failed"),
        )
        .join(JournalEntry, JournalEntry.subject == subject_is("card_payout", CardPayout.id))
        .where(
            CardPayout.currency == EURO,
            or_(JournalEntry.target.in_(ARRIVED), failed),
            within(JournalEntry.at, since, until),
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def fee_rows(since: date, until: date) -> Select[Any]:
    """Fees of payouts in euros that were typed, corrected or reported after the payout was booked,
    on the day of that act: what it adds to them.
    """
    booked = JournalEntry.facts["booked"].as_integer()
    return (
        select(
            CardPayout.id.label("payout"),
            _ARRIVES,
            JournalEntry.at.label("day"),
            booked.label("fees"),
        )
        .join(JournalEntry, JournalEntry.subject == subject_is("card_payout", CardPayout.id))
        .where(
            CardPayout.currency == EURO,
            JournalEntry.act.in_(FEE_ACTS),
            booked != 0,
            within(JournalEntry.at, since, until),
        )
        .order_by(JournalEntry.at, JournalEntry.id)
    )
