"""The rules of units that are cancelled or come back, and of what the processor reports of them."""

import pytest

from checkout.cancellations.rules import (
    CancellationReasonMissing,
    MoreThanLeft,
    NothingToCancel,
    NoUnitsToCancel,
    ensure_cancellation_reason,
    units_to_cancel,
)
from checkout.card.procedure import (
    REVERSALS,
    ReversalKind,
    ReversalState,
    counts,
    is_complete,
    is_undecided,
    report_of,
    reversal_state,
)
from checkout.orders.rules import LineProgress
from checkout.returns.rules import (
    Announced,
    Asked,
    Counted,
    MoreThanAnnounced,
    MoreThanDelivered,
    NothingReceived,
    NothingToReturn,
    NoUnitsToReturn,
    Reason,
    ReturnableLine,
    ReturnReasonMissing,
    ReturnWordsMissing,
    ensure_counted,
    ensure_return_reason,
    ensure_returnable,
)
from shop.core.actors import PROCESSOR

LINES = [
    LineProgress(1, "Micro", quantity=5, delivered=2, invoiced=2),
    LineProgress(2, "Câble", quantity=3, delivered=3, invoiced=0),
]
BACK = [ReturnableLine(1, "Micro", "M-1", 2), ReturnableLine(2, "Câble", "C-1", 0)]


def asked(units: dict[int, int], words: str = "Trop") -> Asked:
    return Asked(next(iter(Reason)), words, units)


def test_what_is_left_is_cancelled_whole_or_in_part():
    assert units_to_cancel(LINES, None) == {1: 3}
    assert units_to_cancel(LINES, {1: 3, 2: 0}) == {1: 3}
    assert units_to_cancel(LINES, {1: 1}) == {1: 1}


@pytest.mark.parametrize(
    ("units", "name", "most"),
    [({1: 4}, "Micro", 3), ({1: -1}, "Micro", 3), ({2: 1}, "Câble", 0), ({9: 1}, "9", 0)],
)
def test_no_more_is_cancelled_than_is_left(units: dict[int, int], name: str, most: int):
    with pytest.raises(MoreThanLeft) as more:
        units_to_cancel(LINES, units)
    assert more.value.facts == {"name": name, "most": most, "position": next(iter(units))}


def test_nothing_is_cancelled_of_an_order_that_is_delivered_or_without_units():
    with pytest.raises(NothingToCancel):
        units_to_cancel(LINES[1:], None)
    with pytest.raises(NoUnitsToCancel):
        units_to_cancel(LINES, {1: 0})


def test_a_reason_is_one_line_and_is_given():
    assert ensure_cancellation_reason(" Trop\n tard ") == "Trop tard"
    assert ensure_return_reason(" Trop\n tard ") == "Trop tard"
    with pytest.raises(CancellationReasonMissing):
        ensure_cancellation_reason(" \n")
    with pytest.raises(ReturnReasonMissing):
        ensure_return_reason(" \n")


def test_units_that_were_delivered_come_back():
    assert ensure_returnable(BACK, asked({1: 2, 2: 0})) == {1: 2}
    with pytest.raises(MoreThanDelivered) as more:
        ensure_returnable(BACK, asked({1: 3}))
    assert more.value.facts == {"name": "Micro", "most": 2, "position": 1}
    with pytest.raises(MoreThanDelivered):
        ensure_returnable(BACK, asked({1: -1}))
    with pytest.raises(MoreThanDelivered) as unknown:
        ensure_returnable(BACK, asked({7: 1}))
    assert unknown.value.facts == {"name": "7", "most": 0, "position": 7}
    with pytest.raises(NoUnitsToReturn):
        ensure_returnable(BACK, asked({1: 0}))
    with pytest.raises(ReturnWordsMissing):
        ensure_returnable(BACK, asked({1: 1}, words=" "))
    with pytest.raises(NothingToReturn):
        ensure_returnable(BACK[1:], asked({1: 1}))


def test_what_is_counted_was_announced():
    lines = [Announced(1, "Micro", 3)]
    ensure_counted(lines, {1: Counted(restocked=1, repair=1, lost=1)})
    with pytest.raises(MoreThanAnnounced) as more:
        ensure_counted(lines, {1: Counted(restocked=2, repair=1, lost=1)})
    assert more.value.facts == {"name": "Micro", "most": 3, "asked": 4, "position": 1}
    for negative in (Counted(restocked=-1), Counted(2, -1), Counted(2, 0, -1)):
        with pytest.raises(MoreThanAnnounced):
            ensure_counted(lines, {1: negative})
    with pytest.raises(NothingReceived):
        ensure_counted(lines, {1: Counted()})
    with pytest.raises(MoreThanAnnounced) as unknown:
        ensure_counted(lines, {4: Counted(lost=1)})
    assert unknown.value.facts["name"] == "4"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", ReversalState.OPEN),
        ("requires_action", ReversalState.OPEN),
        ("succeeded", ReversalState.TAKEN),
        ("failed", ReversalState.KEPT),
        ("canceled", ReversalState.KEPT),
        ("lost", ReversalState.TAKEN),
        ("prevented", ReversalState.TAKEN),
        ("won", ReversalState.KEPT),
        ("warning_closed", ReversalState.KEPT),
    ],
)
@pytest.mark.parametrize("kind", ReversalKind)
def test_what_the_processor_reports_is_a_transition_of_its_own(
    kind: ReversalKind, status: str, state: ReversalState
):
    assert reversal_state(status) is state
    for before in (None, *ReversalState):
        found = report_of(kind, before, status)
        if before is state:
            assert found is None
        else:
            assert found is not None
            assert found.target is state
            assert found.who == {PROCESSOR}


def test_money_counts_until_the_shop_keeps_it():
    assert [counts(state) for state in ReversalState] == [
        state is not ReversalState.KEPT for state in ReversalState
    ]
    assert [state for state in ReversalState if is_undecided(state)] == [ReversalState.OPEN]
    assert [state for state in ReversalState if is_complete(state)] == [ReversalState.TAKEN]
    assert REVERSALS.find("note_reversal", ReversalState.TAKEN) is not None
