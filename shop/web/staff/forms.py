"""Forms about the staff: an invitation, roles, an absence, the reason of an act, a first
password.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from shop.core.actors import STAFF_ROLES
from shop.core.marks import mark_of
from shop.people.models import User
from shop.staff.leaves import LeaveTerms
from shop.staff.rules import STAFF_ROLE_NAMES
from shop.web.kit.fields import TOO_LONG, email, words
from shop.web.kit.forms import ShopForm, required
from shop.web.people.forms import new_password_field


class _RolesForm(ShopForm):
    """One box for each role; their fields are added below."""

    @property
    def roles(self) -> frozenset[str]:
        """What was ticked."""
        return frozenset(role for role in STAFF_ROLES if self[role].data)


for _role, _name in STAFF_ROLE_NAMES.items():
    setattr(_RolesForm, _role, BooleanField(_l(_name)))


class InviteForm(_RolesForm):
    """Who is invited."""

    name = words(_l("First and last name"), missing=_l("Enter the first and last name."))
    email = email(_l("E-mail address"), missing=_l("Enter the person’s e-mail address."))


class RolesForm(_RolesForm):
    """Other roles of a person. `seen` are those that were read; `shown`, which the button of the
    preview sends, is what it showed.
    """

    seen = HiddenField()
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def read(self) -> frozenset[str]:
        """The roles that were read."""
        return frozenset((self.seen.data or "").split(",")) - {""}

    @property
    def mark(self) -> str:
        """What the preview of this form shows, in a few characters."""
        return mark_of(sorted(self.read), sorted(self.roles))


def roles_form(held: frozenset[str]) -> RolesForm:
    """The form with the roles of a person."""
    form = RolesForm()
    if not form.is_submitted():
        form.seen.data = ",".join(sorted(held))
        for role in STAFF_ROLES:
            form[role].data = role in held
    return form


def _person(value: Any) -> int | None:
    """The number of a person; None for nobody."""
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,15}", str(value)) is None:
        raise ValueError
    return int(value)


class LeaveForm(ShopForm):
    """The days of an absence, who replaces the person, and with which of their roles. The service
    checks the last two, which may have changed since the page was read.
    """

    starts_on = DateField(_l("First day"), [required(_l("Enter the first day of the absence."))])
    ends_on = DateField(
        _l("Last day"),
        [required(_l("Enter the last day of the absence."))],
        description=_l("The person is away on that day too."),
    )
    substitute = SelectField(_l("Substitute"), coerce=_person, validate_choice=False)
    roles = SelectMultipleField(
        _l("Roles of the substitute on these days"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("Besides their own. They act in their own name."),
    )

    def offer(self, others: Iterable[User], held: frozenset[str]) -> None:
        """The other colleagues, and the roles of the person who is away."""
        self.substitute.choices = [
            SelectChoice("", _l("Nobody")),
            *(SelectChoice(str(one.id), one.name) for one in others),
        ]
        self.roles.choices = [
            SelectChoice(role, _l(name)) for role, name in STAFF_ROLE_NAMES.items() if role in held
        ]

    @property
    def terms(self) -> LeaveTerms:
        """What was entered; both days are there."""
        assert self.starts_on.data is not None and self.ends_on.data is not None
        roles = frozenset(self.roles.data or ())
        return LeaveTerms(self.starts_on.data, self.ends_on.data, self.substitute.data, roles)


class ReasonForm(ShopForm):
    """Why an account is suspended, resumed, or loses its second factor."""

    reason = words(_l("Reason"), missing=_l("Give the reason: the journal keeps it."), most=300)


class JoinForm(ShopForm):
    """The first password of an invited person."""

    password = new_password_field(_l("Password"))

    def __init__(self, about: tuple[str, ...], **more: Any) -> None:
        self.about = about
        super().__init__(**more)
