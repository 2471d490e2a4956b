"""Who is away and who replaces whom: days, overlaps, circles, the roles that are given."""

from datetime import date, timedelta

import pytest

from shop.core.actors import ACCOUNTING, LOGISTICS, SALES
from shop.staff.leave_rules import (
    LONGEST,
    Absence,
    LeaveOver,
    LeaveOverlaps,
    LeaveReversed,
    LeaveTooLong,
    NobodyForRoles,
    NoRoleGranted,
    ReplacesSomebody,
    RoleNotHeld,
    SubstituteAway,
    SubstitutesThemselves,
    SubstitutionCircular,
    ensure_days,
    ensure_fits,
    ensure_grant,
)

TODAY = date(2026, 11, 18)
DAY = timedelta(days=1)
ANNE, SAM, ZOE = 1, 2, 3
NAMES = {ANNE: "Anne", SAM: "Sam", ZOE: "Zoé"}


def away(who: int, first: int, last: int, substitute: int | None = None) -> Absence:
    """Days are counted from today."""
    return Absence(who, NAMES[who], TODAY + first * DAY, TODAY + last * DAY, substitute)


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (3, 2, LeaveReversed),
        (-5, -1, LeaveOver),
        (0, LONGEST.days, LeaveTooLong),
    ],
)
def test_days_that_are_refused(first: int, last: int, refusal: type[Exception]):
    with pytest.raises(refusal):
        ensure_days(TODAY + first * DAY, TODAY + last * DAY, today=TODAY)


def test_an_absence_may_have_begun_and_may_last_one_day_or_a_year():
    for first, last in ((-3, 0), (0, 0), (5, 5), (0, LONGEST.days - 1)):
        ensure_days(TODAY + first * DAY, TODAY + last * DAY, today=TODAY)


@pytest.mark.parametrize(
    ("substitute", "granted", "refusal"),
    [
        (None, {SALES}, NobodyForRoles),
        (ANNE, {SALES}, SubstitutesThemselves),
        (SAM, set(), NoRoleGranted),
        (SAM, {SALES, ACCOUNTING}, RoleNotHeld),
    ],
)
def test_grants_that_are_refused(substitute, granted, refusal: type[Exception]):
    with pytest.raises(refusal):
        ensure_grant(substitute, frozenset(granted), frozenset({SALES, LOGISTICS}), user_id=ANNE)


def test_a_substitute_has_some_of_the_roles_and_an_absence_needs_no_substitute():
    held = frozenset({SALES, LOGISTICS})
    ensure_grant(SAM, frozenset({SALES}), held, user_id=ANNE)
    ensure_grant(None, frozenset(), held, user_id=ANNE)


@pytest.mark.parametrize(
    ("new", "known", "refusal"),
    [
        (away(ANNE, 5, 9), away(ANNE, 1, 5), LeaveOverlaps),
        (away(ANNE, 1, 9, SAM), away(SAM, 9, 12), SubstituteAway),
        (away(SAM, 5, 9, ANNE), away(ANNE, 1, 5, SAM), SubstitutionCircular),
        (away(SAM, 5, 9, ZOE), away(ANNE, 1, 5, SAM), ReplacesSomebody),
        (away(SAM, 5, 9), away(ANNE, 1, 5, SAM), ReplacesSomebody),
    ],
)
def test_absences_that_do_not_go_together(new, known, refusal: type[Exception]):
    with pytest.raises(refusal):
        ensure_fits(new, [known])


@pytest.mark.parametrize(
    ("new", "known"),
    [
        (away(ANNE, 6, 9), away(ANNE, 1, 5)),
        (away(ANNE, 1, 9, SAM), away(SAM, 10, 12)),
        (away(SAM, 6, 9, ANNE), away(ANNE, 1, 5, SAM)),
        (away(ZOE, 1, 5, SAM), away(ANNE, 1, 5, SAM)),
        (away(ZOE, 1, 5), away(ANNE, 1, 5)),
    ],
)
def test_absences_that_go_together(new, known):
    ensure_fits(new, [known])


def test_no_chain_of_substitutes_leads_back():
    """Anne replaces Sam, Sam would replace Zoé: Zoé can replace neither Anne nor Sam meanwhile."""
    known = [away(SAM, 1, 5, ANNE)]
    with pytest.raises(SubstituteAway):
        ensure_fits(away(ZOE, 1, 5, SAM), known)
    with pytest.raises(ReplacesSomebody):
        ensure_fits(away(ANNE, 1, 5, ZOE), known)
