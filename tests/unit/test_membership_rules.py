"""How a person becomes a member: states, invitations, and how many e-mails are sent."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.core.actors import ADMIN, CUSTOMER, MEMBER_ADMIN, READER, SALES, SALES_ADMIN, Actor
from shop.core.errors import DomainError, IllegalTransition, NotAllowed
from shop.core.workflow import reachable
from shop.members import procedure
from shop.members.invitation_rules import (
    InvitationExpired,
    InvitationRevoked,
    InvitationUsed,
    TooManyInvitations,
    TooSoon,
    ensure_another_email,
    ensure_few,
    ensure_opens,
    good_until,
)
from shop.members.procedure import (
    INVITATIONS,
    MEMBERSHIPS,
    InvitationState,
    MembershipState,
    ensure_membership,
    invitation_state,
    membership_state,
    waits_after,
)

AT = datetime(2026, 11, 18, 10, 26, tzinfo=UTC)
WAITING, EXPIRED, ACCEPTED, REVOKED = InvitationState


def person(*roles: str) -> Actor:
    return Actor("Somebody", frozenset(roles))


def test_every_state_is_reached():
    assert reachable(MEMBERSHIPS, MembershipState.WAITING) == set(MembershipState)
    assert reachable(INVITATIONS, WAITING) == set(InvitationState) - {EXPIRED}
    assert [one.value for one in MembershipState] == ["WAITING", "IN", "GONE"]
    assert [one.value for one in InvitationState] == ["WAITING", "EXPIRED", "ACCEPTED", "REVOKED"]


def test_an_approved_person_is_a_member_and_others_wait():
    assert membership_state(is_in=True) is MembershipState.IN
    assert membership_state(is_in=False) is MembershipState.WAITING


def test_approving_twice_is_allowed():
    for is_in in (True, False):
        assert ensure_membership("let_in", is_in=is_in, by=person(MEMBER_ADMIN)).name == "let_in"


def test_only_members_have_rights():
    by = person(MEMBER_ADMIN)
    assert ensure_membership("change_rights", is_in=True, by=by).target is None
    with pytest.raises(IllegalTransition):
        ensure_membership("change_rights", is_in=False, by=by)
    with pytest.raises(NotAllowed):
        ensure_membership("change_rights", is_in=True, by=person(READER))


def test_a_person_who_asks_or_leaves_the_domain_waits_for_a_decision():
    waiting = {one.name for one in MEMBERSHIPS.transitions if waits_after(one)}
    assert waiting >= {"ask_to_join", "accept_invitation", "leave_domain"}
    assert not waiting & {"register", "let_in", "change_rights", "remove_member", "leave"}


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("is_waiting", {WAITING}),
        ("is_expired", {EXPIRED}),
        ("is_accepted", {ACCEPTED}),
        ("is_open", {WAITING, EXPIRED}),
    ],
)
def test_each_question_about_an_invitation_is_answered_by_its_states(question: str, yes):
    assert {state for state in InvitationState if getattr(state, question)} == yes


@pytest.mark.parametrize(
    ("accepted", "revoked", "left", "state"),
    [
        (False, False, 1, WAITING),
        (False, False, 0, EXPIRED),
        (True, False, 1, ACCEPTED),
        (True, True, 0, ACCEPTED),
        (False, True, 1, REVOKED),
        (False, True, 0, REVOKED),
    ],
)
def test_the_states_of_an_invitation(accepted: bool, revoked: bool, left: int, state):
    found = invitation_state(
        accepted_at=AT if accepted else None,
        revoked_at=AT if revoked else None,
        expires_at=AT + timedelta(microseconds=left),
        at=AT,
    )
    assert found is state


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(EXPIRED, InvitationExpired), (REVOKED, InvitationRevoked), (ACCEPTED, InvitationUsed)],
)
def test_a_link_that_is_no_longer_valid_says_why(
    state: InvitationState, refusal: type[DomainError]
):
    ensure_opens(WAITING)
    with pytest.raises(refusal):
        ensure_opens(state)


def test_an_invitation_is_valid_until_the_end_of_the_seventh_day_in_paris():
    assert good_until(AT) == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # 00:30 on the 19th in Paris
    assert good_until(late) == datetime(2026, 11, 26, 23, 0, tzinfo=UTC)


def test_another_e_mail_may_be_sent_five_minutes_later():
    ensure_another_email(AT, at=AT + timedelta(minutes=5))
    with pytest.raises(TooSoon):
        ensure_another_email(AT, at=AT + timedelta(minutes=5, microseconds=-1))


@pytest.mark.parametrize(("verified", "most"), [(True, 50), (False, 10)])
def test_the_invitations_of_a_body_are_limited_per_day(verified: bool, most: int):
    ensure_few(most - 1, verified=verified)
    with pytest.raises(TooManyInvitations) as refused:
        ensure_few(most, verified=verified)
    assert refused.value.facts == {"most": most}


@pytest.mark.parametrize("role", [CUSTOMER, MEMBER_ADMIN, SALES])
def test_domains_are_proven_by_the_office_alone(role: str):
    state = procedure.Verification.PENDING
    for by in (person(SALES_ADMIN), person(ADMIN)):
        assert procedure.DOMAINS.ensure("prove_domain", state, by)
    with pytest.raises(NotAllowed):
        procedure.DOMAINS.ensure("prove_domain", state, person(role))
