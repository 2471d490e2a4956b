"""The shop's bank details change with two persons: asked by one, confirmed by another.

A new account is a new letterhead: papers that were issued keep the account that they print.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shop.bank_details.models import BankChange
from shop.bank_details.procedure import MEANWHILE, PROCEDURE, WAITING
from shop.bank_details.rules import (
    AccountChanged,
    AnotherChangeWaits,
    BankAccount,
    ChangeReasonMissing,
    SameAccount,
    account_from,
    ensure_account,
)
from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, IllegalTransition
from shop.core.text import one_line, paris_day
from shop.core.workflow import Transition
from shop.duties.duties import ensure_separate
from shop.duties.rules import BANK
from shop.letterheads.letterheads import current_letterhead, lock_letterheads, put_bank
from shop.people.emails import post_to
from shop.staff.holders import holders_of
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import get_locked
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of
from shop.storage.transitions import Subject, advance, begin


def account_in_force(session: Session) -> BankAccount:
    """The account that the papers issued now print. Raises NoLetterhead."""
    return account_from(current_letterhead(session).get("bank") or {})


def ask_bank_change(
    session: Session, asked: BankAccount, reason: str, *, by: Actor, at: datetime
) -> BankChange:
    """Ask for another account; another person confirms it.

    Raises NotAllowed, NoLetterhead, HolderMissing, IbanNotValid, BicNotValid, ChangeReasonMissing,
    SameAccount, AnotherChangeWaits.
    """
    transition = PROCEDURE.ensure("ask_bank_change", None, by)
    account, told = ensure_account(asked), one_line(reason)
    if not told:
        raise ChangeReasonMissing
    lock_letterheads(session)
    before = account_in_force(session)
    if account == before:
        raise SameAccount
    waiting = select(BankChange.id).where(BankChange.state.in_(WAITING)).limit(1)
    if session.scalar(waiting) is not None:
        raise AnotherChangeWaits
    change = BankChange(
        state=PROCEDURE.first("ask_bank_change"),
        bank=account.to_json(),
        former=before.to_json(),
        reason=told,
        asked_at=at,
        asked_by_id=by.user_id,
        asked_by=by.name,
    )
    session.add(change)
    session.flush()
    _tell(session, change, "bank_change_asked", by=by, at=at)
    facts = {"iban": account.iban, "before": before.iban, "reason": told}
    begin(session, _subject(change), transition, by=by, at=at, **facts)
    return change


def confirm_bank_change(session: Session, change_id: int, *, by: Actor, at: datetime) -> BankChange:
    """Another person has read both accounts: the new one is on the papers issued from now on.

    Raises NotAllowed, NotFound, Changed, AskedByYou, AccountChanged.
    """
    change, transition = _ready(session, change_id, "confirm_bank_change", by)
    alone = ensure_separate(
        session, BANK, by, user_id=change.asked_by_id, name=change.asked_by, at=at
    )
    if account_in_force(session) != account_from(change.former):
        raise AccountChanged
    put_bank(session, change.bank, at=at)
    change.decided_by = by.name
    _tell(session, change, "bank_change_confirmed", by=by, at=at)
    iban = change.bank["iban"]
    advance(session, _subject(change), transition, by=by, at=at, iban=iban, **alone)
    return change


def refuse_bank_change(
    session: Session, change_id: int, reason: str, *, by: Actor, at: datetime
) -> BankChange:
    """The account stays. Whoever asked may take it back so. Raises NotAllowed, NotFound, Changed,
    ChangeReasonMissing.
    """
    change, transition = _ready(session, change_id, "refuse_bank_change", by)
    told = one_line(reason)
    if not told:
        raise ChangeReasonMissing
    change.decided_by, change.refusal = by.name, told
    _tell(session, change, "bank_change_refused", by=by, at=at)
    advance(session, _subject(change), transition, by=by, at=at, reason=told)
    return change


def bank_changes(session: Session, place: Place = FIRST) -> Page[BankChange]:
    """Every change that was asked for, the latest first."""
    return page_of(session, _CHANGES, place).of(lambda row: row[0])


def waiting_change(session: Session) -> BankChange | None:
    """The change that is to be decided, if any."""
    return session.scalar(select(BankChange).where(BankChange.state.in_(WAITING)).limit(1))


def count_waiting() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_CHANGES.where(BankChange.state.in_(WAITING)))


_CHANGES = Listing(
    select(BankChange),
    (BankChange.id.desc(),),
    BankChange.id,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("waiting", N_("To decide"), BankChange.state.in_(WAITING)),
                Choice("decided", N_("Decided"), BankChange.state.not_in(WAITING)),
            ),
        ),
    ),
    (
        Sort("asked", N_("Asked for on"), (BankChange.asked_at,)),
        Sort("by", N_("Asked by"), (BankChange.asked_by,)),
    ),
    "-asked",
)


def _ready(session: Session, change_id: int, act: str, by: Actor) -> tuple[BankChange, Transition]:
    """A change, locked after the letterheads, and the transition. Raises NotAllowed, NotFound and,
    where a colleague did it first, a refusal that tells what: Changed.
    """
    lock_letterheads(session)
    change = get_locked(session, BankChange, change_id)
    try:
        return change, PROCEDURE.ensure(act, change.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[change.state] from late


def _tell(session: Session, change: BankChange, template: str, *, by: Actor, at: datetime) -> None:
    """An e-mail to every administrator and their substitutes: both accounts in full, who, why."""
    for person in holders_of(session, ADMIN, on=paris_day(at)):
        post_to(
            session,
            person,
            template,
            at=at,
            before=account_from(change.former).grouped,
            iban=account_from(change.bank).grouped,
            holder=change.bank["holder"],
            by=by.name,
            asked_by=change.asked_by,
            reason=change.refusal or change.reason,
        )


def _subject(change: BankChange) -> Subject:
    return Subject(change, "state", f"bank_change:{change.id}")
