"""An import in words: its state, its fields, what a line changes."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.stored_facts import facts_in
from shop.imports.models import ImportFault, ImportLine
from shop.imports.procedure import ImportState
from shop.web.kit.site import written
from shop.web.products.history import FIELDS, Change, value_words

#: What each field of a file is called.
FIELD_NAMES: dict[str, Any] = FIELDS | {"published": _l("On sale")}
#: The kind and the words of each state.
STATES: dict[ImportState, tuple[str, Any]] = {
    ImportState.RECEIVED: ("you", _l("columns to confirm")),
    ImportState.CHECKING: ("info", _l("being compared")),
    ImportState.CHECKED: ("you", _l("to apply")),
    ImportState.FAULTY: ("bad", _l("with faults")),
    ImportState.UNCHANGED: ("plain", _l("nothing to change")),
    ImportState.APPLYING: ("info", _l("being applied")),
    ImportState.OUTDATED: ("bad", _l("not applied: products were changed")),
    ImportState.APPLIED: ("good", _l("applied")),
    ImportState.UNDOING: ("info", _l("being undone")),
    ImportState.UNDONE: ("plain", _l("undone")),
    ImportState.DISCARDED: ("plain", _l("given up")),
}


def changes_of_line(line: ImportLine) -> list[Change]:
    """The fields of a line, before and after; of a new product, what it has."""
    return [
        Change(str(FIELD_NAMES[name]), value_words(name, before), value_words(name, after))
        for name, (before, after) in line.changes.items()
        if name != "sku"
    ]


def why(row: ImportLine | ImportFault) -> str:
    """The reason that a line or a fault carries."""
    return written(row.sentence, facts_in(row.facts)) if row.sentence else ""


def column_of(fault: ImportFault) -> str:
    """The column of a fault, by its title; by its field where the file has no such column."""
    return fault.title or str(FIELD_NAMES[fault.field])


def value_of(fault: ImportFault) -> str:
    """What the cell says."""
    return fault.value or _("(empty)")
