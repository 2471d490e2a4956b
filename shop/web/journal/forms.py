"""The criteria by which the journal is read, as its form asks them."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from shop.dossiers.entries import Criteria
from shop.web.journal.words import acts_of, kinds
from shop.web.kit.fields import words
from shop.web.kit.forms import ShopForm


class CriteriaForm(ShopForm):
    """What is looked for; every answer may be left out. It asks for a page or a file and changes
    nothing: no token.
    """

    class Meta(ShopForm.Meta):
        csrf = False

    who = words(
        _l("Name of the person"),
        hint=_l("Words of the name; without an account, the whole name as it is listed."),
    )
    kind = SelectField(_l("Kind of entry"), [Optional()])
    number = words(_l("Number of a file, an order or a document"))
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _l("All kinds")), *kinds()]

    def is_sound(self) -> bool:
        """Whether each answer can be read, and the second day is not before the first."""
        if not self.validate():
            return False
        since, until = self.since.data, self.until.data
        if since and until and until < since:
            self.until.errors = [_l("The second day is before the first. Correct one of them.")]
            return False
        return True

    @property
    def criteria(self) -> Criteria:
        """What was answered."""
        return Criteria(
            who=self.who.data or "",
            acts=acts_of(self.kind.data) if self.kind.data else (),
            number=self.number.data or "",
            since=self.since.data,
            until=self.until.data,
        )

    @property
    def query(self) -> dict[str, str]:
        """The answers as parameters of an address, as they were typed."""
        asked = {field.short_name: request.args.get(field.short_name, "") for field in self}
        return {name: value for name, value in asked.items() if value}
