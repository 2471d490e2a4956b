"""What is asked before an account is closed or erased."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from shop.web.kit.fields import LONGEST_EMAIL, typed_email
from shop.web.kit.forms import ShopForm, at_most
from shop.web.signin.security_forms import own_password_field


class CloseForm(ShopForm):
    password = own_password_field()


class EraseForm(CloseForm):
    """A wrong click erases nobody: people type their e-mail address."""

    confirmed = typed_email(
        _l("Your e-mail address, to confirm"),
        [DataRequired(_l("Enter your e-mail address to confirm.")), at_most(LONGEST_EMAIL)],
    )
