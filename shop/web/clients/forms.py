"""The form of a note about a client."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from shop.clients.rules import LONGEST_NOTE
from shop.web.kit.fields import lines
from shop.web.kit.forms import ShopForm, at_most


class NoteForm(ShopForm):
    NEVER_PRINTED = frozenset({"text"})

    text = TextAreaField(
        _l("New note"),
        [at_most(LONGEST_NOTE)],
        filters=[lines],
        description=_l(
            "No page of the client shows it. A person may ask for a copy of what is written about "
            "them: write facts."
        ),
    )
