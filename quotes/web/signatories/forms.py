"""The form of a link: for whom it is."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from quotes.signatories.rules import Recipient
from shop.web.kit.fields import email, lines, words
from shop.web.kit.forms import ShopForm, at_most


class RecipientForm(ShopForm):
    """Without an e-mail address, the link is shown to be handed over."""

    NEVER_PRINTED = frozenset({"name", "message"})

    name = words(_l("Name of the person who signs"), missing=_l("Enter the name of the person."))
    email = email(
        _l("Their e-mail address"),
        required=False,
        hint=_l("The link is sent to it. Leave it empty to hand the link over yourself."),
    )
    message = TextAreaField(_l("Message to them"), [at_most(1000)], filters=[lines])

    @property
    def recipient(self) -> Recipient:
        """The answers."""
        return Recipient(self.name.data or "", self.email.data or "", self.message.data or "")
