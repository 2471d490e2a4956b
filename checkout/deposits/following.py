"""The worker asks the portal what became of deposits: lost answers, flows, statuses."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from checkout.deposits.deposits import get_deposit, note_status, subject_of
from checkout.deposits.documents import get_document
from checkout.deposits.models import Deposit
from checkout.deposits.portal import AnswerLost, FoundInvoice, Portal, PortalUnavailable
from checkout.deposits.procedure import PROCEDURE, TO_FOLLOW, TO_LOOK_UP, TO_WATCH
from checkout.deposits.rules import LOOKS, STATUSES, is_duplicate, next_question
from checkout.deposits.sending import changed, due, note_flow
from checkout.deposits.telling import REJECTED, NotedStatus, tell
from checkout.orders.models import Order
from shop.core.actors import THE_CLOCK
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.storage.transitions import advance

log = logging.getLogger("comptoir.deposits")

Stopping = Callable[[], bool]
#: How often the status of an invoice on the portal is asked for: public bodies take weeks.
_WATCH = timedelta(hours=6)


def follow_deposits(
    database: Database, portal: Portal, *, at: datetime, stopping: Stopping = lambda: False
) -> int:
    """Ask about each deposit that is due, one at a time; how many answers came. A portal that does
    not answer is asked later: what is due stays due.
    """
    answers = 0
    steps = ((TO_LOOK_UP, _look_up), (TO_FOLLOW, _follow), (TO_WATCH, _watch))
    for states, step in steps:
        with database.reading_session() as session:
            found = due(session, states, at=at)
        for deposit_id in found:
            if stopping():
                return answers
            try:
                step(database, portal, deposit_id, at=at)
                answers += 1
            except (PortalUnavailable, AnswerLost) as trouble:
                log.warning("Chorus Pro does not answer: %s", trouble)
                _ask_later(database, deposit_id, at=at)
    return answers


def _read(database: Database, deposit_id: int) -> Deposit:
    with database.reading_session() as session:
        return get_deposit(session, deposit_id)[0]


def _ask_later(database: Database, deposit_id: int, *, at: datetime) -> None:
    with database.transaction() as session:
        deposit, _order = get_deposit(session, deposit_id, lock=True)
        deposit.tries += 1
        deposit.next_at = next_question(at, deposit.tries)


def _look_up(database: Database, portal: Portal, deposit_id: int, *, at: datetime) -> None:
    """A request without an answer: does the portal have the document? Asked several times, since it
    takes a flow in slowly; then it is sent once more, and only once.
    """
    deposit = _read(database, deposit_id)
    found = portal.find(deposit.number)
    if found is not None and found.flow:
        note_flow(database, deposit_id, found.flow, at=at)
        return
    if deposit.tries <= LOOKS:
        _ask_later(database, deposit_id, at=at)
        return
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        if found is not None or deposit.resent:
            changed(session, deposit, order, "doubt_deposit", at=at, again=None)
        elif changed(session, deposit, order, "resend", at=at, again=at + timedelta(minutes=1)):
            deposit.resent, deposit.tries = True, 0


def _follow(database: Database, portal: Portal, deposit_id: int, *, at: datetime) -> None:
    """What became of a flow: wait, take note of its integration, or of its reasons."""
    deposit = _read(database, deposit_id)
    report = portal.report(deposit.flow)
    number = deposit.number
    if report.accepts(number):
        found = portal.find(number)
        with database.transaction() as session:
            _integrate(session, *get_deposit(session, deposit_id, lock=True), found, at=at)
        return
    if not (report.is_rejected or report.is_integrated):
        _ask_later(database, deposit_id, at=at)
        return
    reason = " | ".join(report.errors) or report.told
    is_second = deposit.resent and is_duplicate(reason)
    there = portal.find(number) if is_second else None
    if is_second and there is None and deposit.tries <= LOOKS:
        _ask_later(database, deposit_id, at=at)  # the first flow is still being taken in
        return
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        if there is not None:
            deposit.flow = there.flow or deposit.flow
            _integrate(session, deposit, order, there, at=at)
        elif is_second:
            changed(session, deposit, order, "doubt_deposit", at=at, again=None, reason=reason)
        elif changed(session, deposit, order, "reject_flow", at=at, again=None, reason=reason):
            noted = NotedStatus(REJECTED, paris_day(at), reason[:500])
            tell(session, get_document(session, number), noted, by=THE_CLOCK, at=at)


def _integrate(
    session: Any, deposit: Deposit, order: Order, found: FoundInvoice | None, *, at: datetime
) -> None:
    """The invoice is on the portal: its status is asked for from now on."""
    transition = PROCEDURE.find("integrate_flow", deposit.state)
    if transition is None:
        return
    deposit.portal_id = found.portal_id if found else ""
    deposit.tries, deposit.next_at = 0, at + timedelta(minutes=1)
    facts: dict[str, Any] = {"number": deposit.number, "flow": deposit.flow}
    advance(session, subject_of(deposit, order), transition, by=THE_CLOCK, at=at, **facts)


def _watch(database: Database, portal: Portal, deposit_id: int, *, at: datetime) -> None:
    """The portal's status of an invoice, until nothing follows it."""
    deposit = _read(database, deposit_id)
    portal_id = deposit.portal_id
    if not portal_id:
        found = portal.find(deposit.number)
        portal_id = found.portal_id if found else ""
    if not portal_id:
        _ask_later(database, deposit_id, at=at)
        return
    told = portal.status(portal_id)
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        deposit.portal_id, deposit.next_at = portal_id, at + _WATCH
        if told.code not in STATUSES:
            log.warning("Chorus Pro says of %s: %r", deposit.number, told.code)
            return
        if told.code != deposit.status:
            on = min(told.on or paris_day(at), paris_day(at))
            noted = NotedStatus(told.code, on, told.reason)
            note_status(session, deposit, order, noted, by=THE_CLOCK, at=at)
        if STATUSES[told.code].is_last:
            deposit.next_at = None
