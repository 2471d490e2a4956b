"""The form for a copy of the purchase order."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField

from shop.web.kit.forms import ShopForm, at_most


class ScanForm(ShopForm):
    """A copy of the purchase order."""

    scan = FileField(
        _l("Copy of the purchase order"),
        [FileRequired(_l("Choose a file: a PDF, or a photograph in JPEG or PNG format."))],
    )
    reference = StringField(_l("Purchase order number"), [at_most(60)])
