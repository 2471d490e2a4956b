"""The life cycle of an invoice, whole: each state, each event, each party."""

import pytest

from checkout.invoices import procedure
from checkout.invoices.procedure import PROCEDURE, InvoiceState
from checkout.invoices.status_rules import TELLERS, TOLD
from shop.core.actors import (
    ACCOUNTANT,
    ACCOUNTING,
    ADMIN,
    BUYER,
    CLOCK,
    MEMBER_ADMIN,
    MEMBER_ROLES,
    PROCESSOR,
    STAFF_ROLES,
    Actor,
)
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.workflow import reachable

#: state → what follows each event, in the order of `EVENTS`: the first letters of the state, « = »
#: for the same state, « . » for what the table refuses.
EVENTS = (
    "deposit_invoice",
    "receive_invoice",
    "make_available",
    "take_in_charge",
    "accept_invoice",
    "dispute_invoice",
    "end_dispute",
    "interrupt_payment",
    "resume_payment",
    "cancel_interruption",
    "refuse_invoice",
    "reject_invoice",
    "announce_payment",
    "collect_invoice",
    "reopen_invoice",
    "correct_status",
    "replace_invoice",
)
TABLE = {
    # depo recv avai char acce disp endd intr resu canc refu reje anno coll reop corr repl
    "ISSUED": "DEP REC AVA IN_ ACC DIS . SUS = = REF REJ PAY COL . . REP",
    "DEPOSITED": "= REC AVA IN_ ACC DIS . SUS = = REF REJ PAY COL . . REP",
    "RECEIVED": "= = AVA IN_ ACC DIS . SUS = = REF REJ PAY COL . . REP",
    "AVAILABLE": "= = = IN_ ACC DIS . SUS = = REF REJ PAY COL . . REP",
    "IN_CHARGE": "= = = = ACC DIS . SUS = = REF . PAY COL . . REP",
    "ACCEPTED": "= = = = = DIS . SUS = = REF . PAY COL . REC REP",
    "DISPUTED": "= = = = ACC = IN_ SUS = = REF . PAY COL . REC REP",
    "SUSPENDED": "= = = = ACC DIS . = COM REC REF . PAY COL . . REP",
    "COMPLETED": "= = = = ACC DIS . SUS = REC REF . PAY COL . . REP",
    "REFUSED": "= = = = . . . . . . . . . COL . REC REV",
    "REJECTED": "DEP REC AVA IN_ . . . . . . . . . COL . REC REV",
    "PAYMENT_SENT": "= = = = = . . . . . . . = COL . REC REP",
    "COLLECTED": "= = = = = . . . . . . . = . IN_ . REP",
    "REPLACED": "= = = = = . . . . . . . = . . . .",
    "REVERSED": "= = = = = . . . . . . . = . . . .",
}
OFFICE_ONLY = {
    "end_dispute",
    "cancel_interruption",
    "reopen_invoice",
    "correct_status",
    "replace_invoice",
}


def person(role: str) -> Actor:
    return Actor("Somebody", frozenset({role}))


def test_the_table_names_every_state_and_every_event():
    assert set(TABLE) == set(InvoiceState)
    told = {"issue_invoice", "answer_refusal", "answer_objection", *EVENTS}
    assert {one.name for one in PROCEDURE.transitions} == told
    assert reachable(PROCEDURE, InvoiceState.ISSUED) == set(InvoiceState)
    assert PROCEDURE.first("issue_invoice") is InvoiceState.ISSUED


@pytest.mark.parametrize("state", InvoiceState)
def test_each_event_in_each_state_leads_where_the_table_says(state: InvoiceState):
    shown = []
    for event in EVENTS:
        try:
            after = PROCEDURE.ensure(event, state, person(ADMIN)).onto(state)
        except IllegalTransition:
            shown.append(".")
        else:
            shown.append("=" if after is state else after.value[:3])
    assert " ".join(shown) == TABLE[state]


@pytest.mark.parametrize("role", [*MEMBER_ROLES, *STAFF_ROLES, CLOCK, PROCESSOR])
def test_a_refusal_is_answered_by_who_buys_administers_or_keeps_accounts(role: str):
    allowed = {BUYER, MEMBER_ADMIN, ACCOUNTANT}
    for state in InvoiceState:
        transition = PROCEDURE.find("answer_refusal", state)
        if state not in procedure.CURED_BY_REPLACING:
            assert transition is None
        elif role in allowed:
            assert PROCEDURE.ensure("answer_refusal", state, person(role)).target is None
        else:
            with pytest.raises(NotAllowed):
                PROCEDURE.ensure("answer_refusal", state, person(role))


def test_what_is_contested_or_suspended_is_answered_by_the_same_persons():
    answered = PROCEDURE.sources_of("answer_objection")
    assert set(answered) == {state for state in InvoiceState if procedure.is_objected(state)}
    for one in PROCEDURE.transitions:
        if one.name == "answer_objection":
            assert (one.who, one.target) == ({BUYER, MEMBER_ADMIN, ACCOUNTANT}, None)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("role", [*MEMBER_ROLES, *STAFF_ROLES, CLOCK, PROCESSOR])
def test_each_event_is_recorded_by_its_party(event: str, role: str):
    """The worker tells what a platform says; a person of the accounting staff what else they hear;
    nobody else."""
    allowed = {ACCOUNTING, ADMIN}
    if event not in OFFICE_ONLY:
        allowed.add(CLOCK)
    if event == "collect_invoice":
        allowed.add(PROCESSOR)
    for state in InvoiceState:
        if PROCEDURE.find(event, state) is None:
            continue
        if role in allowed:
            assert PROCEDURE.ensure(event, state, person(role))
        else:
            with pytest.raises(NotAllowed):
                PROCEDURE.ensure(event, state, person(role))


def test_every_code_of_the_reform_and_of_the_portal_tells_an_event_with_its_party():
    assert {code for code in TOLD if code.isdigit()} == {str(code) for code in range(200, 214)}
    portal = {code for code in TOLD if not code.isdigit()}
    assert portal == {
        *("DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "A_RECYCLER", "SUSPENDUE"),
        *("REJETEE", "SERVICE_FAIT", "MANDATEE", "MISE_A_DISPOSITION_COMPTABLE"),
        *("COMPTABILISEE", "MISE_EN_PAIEMENT", "COMPLETEE"),
    }
    assert set(TOLD.values()) - {"collect_invoice"} == set(TELLERS)
    assert not set(TELLERS) & OFFICE_ONLY


@pytest.mark.parametrize("state", InvoiceState)
def test_what_a_state_means_follows_from_its_name(state: InvoiceState):
    assert procedure.is_replaced(state) == (state.name in ("REPLACED", "REVERSED"))
    assert procedure.is_disputed(state) == (state.name == "DISPUTED")
    wrong = state.name in ("REFUSED", "REJECTED")
    assert procedure.is_to_be_replaced(state) == procedure.is_never_booked(state) == wrong
