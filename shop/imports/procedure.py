"""The states of an import of products.

    – ── receive_import ──> RECEIVED ── check_import ──> CHECKING ── find_nothing ──> UNCHANGED
                               │                         ▲  │  │
                               │        ┌────────────────┘  │  └─ find_faults ──> FAULTY
                               │        │                   │
                               │   OUTDATED <─┐        find_changes
                               │              │             ▼
                               │        find_conflicts   CHECKED ── apply_import ──> APPLYING
                               │              └───────────────────────────────────────┘ │
                               └── discard_import ──> DISCARDED              finish_import
                                                                                  ▼
          UNDONE <── finish_undoing ── UNDOING <── undo_import ────────────── APPLIED

A person of the sales staff asks; the worker compares, applies and undoes. One line a transition:
from · transition · to · who may · evidence kept. A fault of the shop while the worker applies or
undoes leads back (`stop_import`); nothing was changed then.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, CLOCK, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class ImportState(StrEnum):
    """CHECKING, APPLYING, UNDOING: the worker is at it. OUTDATED: products were changed after the
    check, nothing was applied. UNCHANGED: the file says what the catalogue says.
    """

    RECEIVED = "RECEIVED"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    FAULTY = "FAULTY"
    UNCHANGED = "UNCHANGED"
    APPLYING = "APPLYING"
    OUTDATED = "OUTDATED"
    APPLIED = "APPLIED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"
    DISCARDED = "DISCARDED"


_S = ImportState
_OFFICE = roles(SALES, SALES_ADMIN, ADMIN)
_WORKER = roles(CLOCK)
#: States from which the file can be compared again, or given up.
_OPEN = (_S.RECEIVED, _S.CHECKED, _S.FAULTY, _S.OUTDATED)
#: The worker has something to do.
BUSY = (_S.CHECKING, _S.APPLYING, _S.UNDOING)

PROCEDURE = Procedure(
    "product import",
    (
        Transition((), "receive_import", _S.RECEIVED, _OFFICE, "the file, its name, who sent it"),
        Transition(
            _OPEN,
            "check_import",
            _S.CHECKING,
            _OFFICE,
            "the field of each column; the day from which prices apply",
            N_("Compare with the catalogue"),
        ),
        Transition(
            (_S.CHECKING,),
            "find_changes",
            _S.CHECKED,
            _WORKER,
            "each product that changes, each field before and after; new products",
        ),
        Transition(
            (_S.CHECKING,),
            "find_faults",
            _S.FAULTY,
            _WORKER,
            "each fault: line, column, value, what was expected",
        ),
        Transition((_S.CHECKING,), "find_nothing", _S.UNCHANGED, _WORKER, "nothing to change"),
        Transition(
            (_S.CHECKED,),
            "apply_import",
            _S.APPLYING,
            _OFFICE,
            "who asked for it, having seen the differences",
            N_("Apply the import"),
        ),
        Transition(
            (_S.APPLYING,),
            "finish_import",
            _S.APPLIED,
            _WORKER,
            "all changes in one transaction; an entry of the journal for each product",
        ),
        Transition(
            (_S.APPLYING,),
            "find_conflicts",
            _S.OUTDATED,
            _WORKER,
            "the products that somebody changed after the check; nothing is applied",
        ),
        Transition(
            (_S.APPLIED,),
            "undo_import",
            _S.UNDOING,
            _OFFICE,
            "who asked for it",
            N_("Undo the import"),
        ),
        Transition(
            (_S.UNDOING,),
            "finish_undoing",
            _S.UNDONE,
            _WORKER,
            "each product that has its earlier values again; those that could not be undone, why",
        ),
        Transition(
            _OPEN,
            "discard_import",
            _S.DISCARDED,
            _OFFICE,
            "who gave it up; the file is deleted",
            N_("Give up the import"),
        ),
        Transition(
            (_S.APPLYING,), "stop_import", _S.CHECKED, _WORKER, "a fault: nothing was changed"
        ),
        Transition(
            (_S.UNDOING,), "stop_import", _S.APPLIED, _WORKER, "a fault: nothing was changed"
        ),
    ),
)


def is_busy(state: ImportState) -> bool:
    """Whether the worker is at it."""
    return state in BUSY


def is_checking(state: ImportState) -> bool:
    return state is _S.CHECKING


def is_applying(state: ImportState) -> bool:
    return state is _S.APPLYING


def is_undoing(state: ImportState) -> bool:
    return state is _S.UNDOING


def is_open(state: ImportState) -> bool:
    """Whether the file can be compared again, or given up."""
    return state in _OPEN


def is_faulty(state: ImportState) -> bool:
    return state is _S.FAULTY


def is_outdated(state: ImportState) -> bool:
    """Whether products were changed between the check and the application."""
    return state is _S.OUTDATED


def is_applied(state: ImportState) -> bool:
    """Whether its changes are in force, and it can be undone."""
    return state is _S.APPLIED


def is_undone(state: ImportState) -> bool:
    return state is _S.UNDONE


def is_checked(state: ImportState) -> bool:
    """Whether its differences wait for a decision."""
    return state is _S.CHECKED


def is_unchanged(state: ImportState) -> bool:
    return state is _S.UNCHANGED
