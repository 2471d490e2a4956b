"""The trial of the card processor: an administrator pays 0.50 €, and the shop pays it back.

A card that can be charged but not paid back, or the other way round, is found before the first
customer. The network is never called under a lock.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.card.gateway import (
    CardProcessorError,
    CardProcessorRefused,
    Payment,
    PaymentGateway,
    PaymentLine,
    PaymentRequest,
    Refund,
)
from checkout.card.payments import Addresses
from checkout.card.rules import CURRENCY, LEAST, LEAST_TO_OPEN, STILL_OPEN, closes_at
from checkout.card_trials.models import CardTrial
from checkout.card_trials.procedure import (
    FOLLOWED,
    PROCEDURE,
    has_moved,
    is_charged,
    is_started,
)
from shop.core.actors import ADMIN, THE_PROCESSOR, Actor
from shop.core.errors import N_, DomainError
from shop.core.text import one_line
from shop.opening.doors import ConfirmedAlready, note_step
from shop.opening.rules import Step
from shop.people.models import User
from shop.settings.validity import payment_page_time_at
from shop.storage.db import Database, get_locked
from shop.storage.transitions import Subject, advance, begin

#: What a trial charges: the smallest amount that the processor takes.
AMOUNT = LEAST
_LONGEST_PROBLEM = 300


class TrialRefused(DomainError):
    """The processor did not open its page."""

    sentence = N_("The card processor did not open its page. Its answer: %(answer)s")
    status = 503


class TrialRunning(DomainError):
    sentence = N_("A trial is running: wait until it is paid back.")


def latest_trial(session: Session) -> CardTrial | None:
    """The last trial, if there was one."""
    return session.scalar(select(CardTrial).order_by(CardTrial.id.desc()).limit(1))


def start_trial(session: Session, *, by: Actor, at: datetime) -> CardTrial:
    """A trial whose page is not open yet; the one that is running while its page can be paid.

    Raises NotAllowed, TrialRunning.
    """
    transition = PROCEDURE.ensure("start_trial", None, by)
    latest = latest_trial(session)
    if latest is not None and is_charged(latest.state):
        raise TrialRunning
    if latest is not None and is_started(latest.state):
        least = STILL_OPEN if latest.session_id else LEAST_TO_OPEN
        if latest.expires_at - at > least:
            return latest
    row = CardTrial(
        reference=secrets.token_urlsafe(24),
        state=PROCEDURE.first("start_trial"),
        started_at=at,
        expires_at=closes_at(at, payment_page_time_at(session, at)),
        user_id=by.user_id,
        by_name=by.name,
    )
    session.add(row)
    session.flush()
    begin(session, _subject(row), transition, by=by, at=at)
    return row


def open_trial(
    database: Database,
    gateway: PaymentGateway,
    *,
    addresses: Addresses,
    language: str,
    by: Actor,
    at: datetime,
) -> str:
    """The address of the processor's page for a trial.

    Raises NotAllowed, TrialRunning, TrialRefused.
    """
    with database.transaction() as session:
        trial = start_trial(session, by=by, at=at)
        email = session.get_one(User, by.user_id).email if by.user_id else ""
    if trial.session_url:
        return trial.session_url
    request = PaymentRequest(
        reference=trial.reference,
        attempt=1,
        lines=[PaymentLine(addresses.one_line, AMOUNT.cents)],
        email=email,
        language=language,
        success_url=addresses.success_url,
        cancel_url=addresses.cancel_url,
        expires_at=trial.expires_at,
    )
    try:
        started = gateway.start(request)
    except CardProcessorError as error:
        raise TrialRefused(answer=_answer(error)) from error
    with database.transaction() as session:
        row = get_locked(session, CardTrial, trial.id)
        row.session_id, row.session_url = started.session_id, started.url
        row.expires_at = started.expires_at
    return started.url


def follow_trials(database: Database, gateway: PaymentGateway, *, at: datetime) -> int:
    """Ask the processor about the trials that it has not decided; how many have moved. Raises
    CardProcessorError.
    """
    waiting = select(CardTrial.id).where(CardTrial.state.in_(FOLLOWED)).order_by(CardTrial.id)
    with database.reading_session() as session:
        ids = list(session.scalars(waiting))
    return sum(follow_trial(database, gateway, trial_id, at=at) for trial_id in ids)


def follow_trial(
    database: Database, gateway: PaymentGateway, trial_id: int, *, at: datetime
) -> bool:
    """Ask the processor what became of a trial, and have what was charged paid back; whether its
    state has moved. Doing it twice changes nothing. Raises CardProcessorError.
    """
    with database.reading_session() as session:
        trial = session.get_one(CardTrial, trial_id)
    before = trial.state
    if is_started(trial.state):
        found = _found(gateway, trial)
        with database.transaction() as session:
            trial = get_locked(session, CardTrial, trial_id)
            _note_payment(session, trial, found, at=at)
    if is_charged(trial.state) and trial.payment_intent is not None:
        refund, answer = _refunded(gateway, trial.payment_intent, f"card-trial-{trial.id}")
        with database.transaction() as session:
            trial = get_locked(session, CardTrial, trial_id)
            _note_refund(session, trial, refund, answer, at=at)
    return has_moved(before, trial.state)


def _found(gateway: PaymentGateway, trial: CardTrial) -> Payment | None:
    """The payment of a trial; None for a page that was not opened, and for one that the processor
    does not know: the key of the shop may be another one by now.
    """
    if trial.session_id is None:
        return None
    try:
        return gateway.fetch(trial.session_id)
    except CardProcessorRefused:
        return None


def _note_payment(
    session: Session, trial: CardTrial, found: Payment | None, *, at: datetime
) -> None:
    if not is_started(trial.state):
        return
    paid = found is not None and found.status == "succeeded"
    if found is not None and paid and found.payment_intent:
        trial.payment_intent, trial.card_last4 = found.payment_intent, found.card_last4 or ""
        right = (found.amount_received, found.currency) == (AMOUNT.cents, CURRENCY)
        facts = {"received": found.amount_received, "payment": found.payment_intent}
        if right:
            _advance(session, trial, "charge_trial", at=at, **facts)
        else:
            trial.problem = f"{found.amount_received} {found.currency}"[:_LONGEST_PROBLEM]
            _advance(session, trial, "keep_trial", at=at, **facts)
    elif (found is not None and found.status == "expired") or (
        found is None and trial.expires_at <= at
    ):
        _advance(session, trial, "drop_trial", at=at)


def _refunded(gateway: PaymentGateway, intent: str, key: str) -> tuple[Refund | None, str]:
    """The refund as it stands now, requested under `key` if it is not yet; or what the processor
    answers instead.
    """
    try:
        refund = gateway.find_refund(intent, key=key) or gateway.refund(
            intent, reason="requested_by_customer", key=key
        )
    except CardProcessorRefused as refused:
        return None, _answer(refused)
    return refund, "" if refund.status not in {"failed", "canceled"} else refund.status


def _note_refund(
    session: Session, trial: CardTrial, refund: Refund | None, answer: str, *, at: datetime
) -> None:
    if not is_charged(trial.state):
        return
    if answer:
        trial.problem = answer
        _advance(session, trial, "keep_trial", at=at, answer=answer)
    elif refund is not None and refund.status == "succeeded":
        trial.refunded_at = at
        _advance(session, trial, "refund_trial", at=at, refund=refund.id)
        _pass(session, trial, at=at)


def _pass(session: Session, trial: CardTrial, *, at: datetime) -> None:
    """The step of the opening is done, by the person who paid."""
    by = Actor(trial.by_name, frozenset({ADMIN}), user_id=trial.user_id)
    try:
        note_step(session, Step.CARD, by=by, at=at)
    except ConfirmedAlready:
        return  # an earlier trial has done it


def _answer(error: CardProcessorError) -> str:
    return one_line(str(error))[:_LONGEST_PROBLEM] or type(error).__name__


def _subject(row: CardTrial) -> Subject:
    return Subject(row, "state", f"card_trial:{row.id}")


def _advance(session: Session, row: CardTrial, name: str, *, at: datetime, **facts: Any) -> None:
    transition = PROCEDURE.ensure(name, row.state, THE_PROCESSOR)
    advance(session, _subject(row), transition, by=THE_PROCESSOR, at=at, **facts)
