"""The form that ticks or waives a document."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from shop.wanted_documents.rules import NAMES
from shop.web.kit.fields import words
from shop.web.kit.forms import ShopForm

TICK, WAIVE = "tick", "waive"


class DocumentForm(ShopForm):
    """A document, and whether the shop has it or does not want it."""

    NEVER_PRINTED = frozenset({"filed_at", "reason"})

    kind = SelectField(
        _l("Document"), choices=[SelectChoice(kind, _l(name)) for kind, name in NAMES.items()]
    )
    decision = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice(TICK, _l("The shop has it")),
            SelectChoice(WAIVE, _l("It is not wanted of this client")),
        ],
        default=TICK,
    )
    filed_at = words(
        _l("Where it is filed"),
        most=200,
        hint=_l("For a document on paper, or without a file here."),
    )
    file = FileField(_l("File of the document"))
    reason = words(
        _l("Why it is not wanted"), most=500, hint=_l("Only where the document is not wanted.")
    )
