"""Forms about the staff: an invitation, roles, the reason of an act, a first password."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from shop.core.actors import STAFF_ROLES
from shop.core.marks import mark_of
from shop.staff.rules import STAFF_ROLE_NAMES
from shop.web.kit.fields import TOO_LONG, email, words
from shop.web.kit.forms import ShopForm
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


class ReasonForm(ShopForm):
    """Why an account is suspended, resumed, or loses its second factor."""

    reason = words(_l("Reason"), missing=_l("Give the reason: the journal keeps it."), most=300)


class JoinForm(ShopForm):
    """The first password of an invited person."""

    password = new_password_field(_l("Password"))

    def __init__(self, about: tuple[str, ...], **more: Any) -> None:
        self.about = about
        super().__init__(**more)
