"""Somebody of the staff is away: who has their roles meanwhile, by the day, and as themselves."""

import ast
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shop.bank_details.changes import ask_bank_change
from shop.bank_details.rules import BankAccount
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.duties.rules import RecordedByYou
from shop.emails.messages import render_email
from shop.ops import clock
from shop.people.models import User
from shop.privacy.closing import deactivate, reopen
from shop.staff.holders import holders_of
from shop.staff.leave_rules import (
    LeaveOverlaps,
    SubstituteAway,
    SubstituteSuspended,
    SubstitutionCircular,
)
from shop.staff.leaves import (
    AccountSuspended,
    LeaveEnded,
    LeaveTerms,
    end_leave,
    enter_leave,
    leaves_of,
)
from shop.staff.models import StaffLeave
from shop.staff.staff import change_roles
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.web.kit.sessions import load_viewer
from tests.credited import credit, invoiced
from tests.factories import AT, make_letterhead, make_person, make_staff
from tests.layout import sources, tree

DAY = timedelta(days=1)
TODAY = clock.paris_day(AT)
CHIEF = Actor("Anne Delorme", frozenset({ADMIN}))


def enter(
    session: Any,
    absent: User,
    substitute: User | None,
    *roles: str,
    first: int = 0,
    last: int = 4,
    by: Actor = CHIEF,
) -> StaffLeave:
    """An absence whose days are counted from today."""
    terms = LeaveTerms(
        TODAY + first * DAY,
        TODAY + last * DAY,
        substitute.id if substitute else None,
        frozenset(roles),
    )
    leave = enter_leave(session, absent, terms, by=by, at=AT)
    session.flush()
    return leave


def two(session: Any) -> tuple[User, User]:
    """Who goes away, with two roles, and their substitute."""
    return make_staff(session, ACCOUNTING, SALES_ADMIN), make_staff(session, LOGISTICS)


def serves(session: Any, user: User, day: int) -> Actor:
    """The person as they act that day: always as themselves."""
    with clock.travelled(day * DAY):
        viewer = load_viewer(session, user.id)
    assert viewer is not None
    assert (viewer.actor.user_id, viewer.actor.name) == (user.id, user.name)
    return viewer.actor


def roles_on(session: Any, user: User, day: int) -> frozenset[str]:
    return serves(session, user, day).roles


@pytest.mark.each_database
def test_the_substitute_has_the_roles_on_these_days_only(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        enter(session, absent, sam, ACCOUNTING, first=1, last=3)
        assert [roles_on(session, sam, day) == {LOGISTICS, ACCOUNTING} for day in range(5)] == [
            *(False, True, True, True, False)
        ]
        assert roles_on(session, absent, 2) == {ACCOUNTING, SALES_ADMIN}


@pytest.mark.each_database
def test_a_person_may_replace_two_others(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        seller = make_staff(session, SALES)
        enter(session, absent, sam, ACCOUNTING, last=3)
        enter(session, seller, sam, SALES, last=1)
        assert roles_on(session, sam, 1) == {LOGISTICS, ACCOUNTING, SALES}
        assert roles_on(session, sam, 2) == {LOGISTICS, ACCOUNTING}
        viewer = load_viewer(session, sam.id)
        assert viewer is not None
        assert [one.last for one in viewer.replaces] == [TODAY + DAY, TODAY + 3 * DAY]


def test_a_role_that_the_absent_person_loses_is_lost_by_the_substitute(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        enter(session, absent, sam, ACCOUNTING, SALES_ADMIN)
        seen = absent.staff_roles
        change_roles(session, absent, {ACCOUNTING}, seen=seen, by=CHIEF, at=AT)
        session.flush()
        assert roles_on(session, sam, 0) == {LOGISTICS, ACCOUNTING}


@pytest.mark.each_database
def test_an_absence_is_ended_early_once_and_the_substitute_reads_it(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        leave = enter(session, absent, sam, ACCOUNTING)
        end_leave(session, absent, leave, by=CHIEF, at=AT)
        session.flush()
        assert roles_on(session, sam, 0) == {LOGISTICS}
        assert leaves_of(session, [absent.id], on=TODAY) == {absent.id: []}
        with pytest.raises(LeaveEnded):
            end_leave(session, absent, leave, by=CHIEF, at=AT)
        mails = session.execute(select(Email.template, Email.to).order_by(Email.id)).all()
        assert mails == [("substitution_entered", sam.email), ("substitution_ended", sam.email)]
        for mail in session.scalars(select(Email).order_by(Email.id)):
            told = render_email(
                mail.template, mail.facts, language="fr", public_url="http://shop.example"
            )
            assert absent.name in told.subject
            assert "18 novembre 2026 au" in told.body.replace("\xa0", " ")
        entries = select(JournalEntry).where(JournalEntry.act.in_(("enter_leave", "end_leave")))
        for entry in session.scalars(entries.order_by(JournalEntry.id)):
            assert (entry.subject, entry.by_name) == (f"user:{absent.id}", CHIEF.name)
            assert (entry.facts["substitute"], entry.facts["roles"]) == (sam.name, ACCOUNTING)
        enter(session, absent, sam, ACCOUNTING)


def test_an_absence_whose_days_are_over_is_not_ended(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        leave = enter(session, absent, sam, ACCOUNTING, last=1)
        with pytest.raises(LeaveEnded):
            end_leave(session, absent, leave, by=CHIEF, at=AT + 2 * DAY)


@pytest.mark.each_database
def test_what_is_stored_is_compared(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        zoe = make_staff(session, SALES)
        enter(session, absent, sam, ACCOUNTING, first=1, last=3)
        with pytest.raises(LeaveOverlaps):
            enter(session, absent, None, first=3, last=5)
        with pytest.raises(SubstitutionCircular):
            enter(session, sam, absent, LOGISTICS, first=3)
        with pytest.raises(SubstituteAway):
            enter(session, zoe, absent, SALES, first=2)
        enter(session, sam, absent, LOGISTICS, first=4, last=5)


@pytest.mark.each_database
def test_a_suspended_substitute_does_not_find_the_roles_again(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        enter(session, absent, sam, ACCOUNTING)
        deactivate(session, sam, reason="Badge perdu", by=CHIEF, at=AT)
        session.flush()
        [known] = leaves_of(session, [absent.id], on=TODAY)[absent.id]
        assert known.substitute is None
        reopen(session, sam, reason="Badge rendu", by=CHIEF, at=AT)
        session.flush()
        assert roles_on(session, sam, 0) == {LOGISTICS}
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "release_substitute")
        ).one()
        assert entry.subject == f"user:{absent.id}"


def test_who_enters_an_absence_and_who_replaces(database: Database):
    with database.transaction() as session:
        absent, sam = two(session)
        with pytest.raises(NotAllowed):
            enter(session, absent, sam, ACCOUNTING, by=Actor("Sam", frozenset({SALES_ADMIN})))
        customer = make_person(session, at=AT, email="camille@example.org")
        with pytest.raises(NotAllowed):
            enter(session, absent, customer, ACCOUNTING)
        sam.active = False
        with pytest.raises(SubstituteSuspended):
            enter(session, absent, sam, ACCOUNTING)
        with pytest.raises(AccountSuspended):
            enter(session, sam, absent, LOGISTICS)


def test_the_duties_judge_the_person_who_acts_not_the_one_they_replace(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    """Who recorded the original does not issue its credit note as a substitute either; another
    substitute does, and the journal names them.
    """
    with database.transaction() as session:
        absent = make_staff(session, ACCOUNTING)
        recorder, other = make_staff(session, SALES_ADMIN), make_staff(session, LOGISTICS)
        recorder.name, other.name = "Hugo Perrin", "Zoé Blanc"
        enter(session, absent, recorder, ACCOUNTING, last=1)
        enter(session, absent, other, ACCOUNTING, first=2)
        monkeypatch.setattr("tests.orders.OFFICE", serves(session, recorder, 0))
        first, second = serves(session, recorder, 0), serves(session, other, 2)
    number = invoiced(database)
    with pytest.raises(RecordedByYou):
        credit(database, number, by=first)
    credit(database, number, by=second)
    with database.reading_session() as session:
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "issue_credit_note")
        ).one()
        assert (entry.user_id, entry.by_name) == (second.user_id, "Zoé Blanc")


def told(session: Any, template: str) -> set[str]:
    statement = select(Email.to).where(Email.template == template)
    return set(session.scalars(statement))


def test_e_mails_for_a_role_reach_the_substitutes_of_that_day(database: Database):
    with database.transaction() as session:
        make_letterhead(session)
        absent = make_staff(session, ADMIN, email="absente@comptoir.example")
        substitute = make_staff(session, LOGISTICS, email="remplace@comptoir.example")
        other = make_staff(session, SALES, email="autre@comptoir.example")
        enter(session, absent, substitute, ADMIN, last=4)
        enter(session, other, substitute, SALES, first=10, last=12)
        for day, expected in ((-1, {absent}), (0, {absent, substitute}), (4, {absent, substitute})):
            assert set(holders_of(session, ADMIN, on=TODAY + day * DAY)) == expected
        assert set(holders_of(session, ADMIN, on=TODAY + 5 * DAY)) == {absent}
        assert set(holders_of(session, SALES, on=TODAY)) == {other}
        account = BankAccount(
            "SON SAS", "FR14 2004 1010 0505 0001 3M02 606", "PSSTFRPPPAR", "Poste"
        )
        ask_bank_change(session, account, "Banque changée", by=CHIEF, at=AT)
        assert told(session, "bank_change_asked") == {absent.email, substitute.email}


def test_a_substitute_has_only_the_e_mails_of_what_they_have(database: Database):
    with database.transaction() as session:
        absent, substitute = two(session)
        leave = enter(session, absent, substitute, ACCOUNTING)
        assert substitute in holders_of(session, ACCOUNTING, on=TODAY)
        assert substitute not in holders_of(session, SALES_ADMIN, on=TODAY)
        change_roles(session, absent, {SALES_ADMIN}, seen=absent.staff_roles, by=CHIEF, at=AT)
        session.flush()
        assert holders_of(session, ACCOUNTING, on=TODAY) == []
        change_roles(session, absent, {ACCOUNTING}, seen=absent.staff_roles, by=CHIEF, at=AT)
        session.flush()
        assert substitute in holders_of(session, ACCOUNTING, on=TODAY)
        deactivate(session, substitute, reason="Fin", by=CHIEF, at=AT)
        session.flush()
        assert holders_of(session, ACCOUNTING, on=TODAY) == [absent]
        assert leave.released_at is not None


def test_e_mails_for_a_role_are_posted_to_those_who_have_it_that_day():
    """No function that posts an e-mail chooses its recipients by the roles of their account."""
    posting, choosing = {"post", "post_to", "send_email"}, "User.works_as"
    found = [
        f"{path.name}:{node.name}"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for calls in (
            {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)},
        )
        if choosing in calls and calls & posting
    ]
    assert found == []
