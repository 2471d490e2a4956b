"""The forms of imports: the file, and the fields of its columns."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField

from shop.imports.column_rules import FIELDS
from shop.imports.models import ProductImport
from shop.web.kit.forms import ShopForm, required


class FileForm(ShopForm):
    """A file of products."""

    file = FileField(_l("File of products"))


class CheckForm(ShopForm):
    """The day from which the prices of a file apply; the fields of its columns are read apart,
    since their number is that of the columns.
    """

    starts_on = DateField(
        _l("Prices apply from"),
        [required(_l("Enter the day from which the prices apply."))],
        description=_l("From midnight, Paris time; today: as soon as the import is applied."),
    )

    def mapping_of(self, row: ProductImport) -> list[str]:
        """The field of each column as it was chosen; "" for none."""
        typed = [request.form.get(f"column_{n}", "") for n in range(len(row.titles))]
        return [name if name in FIELDS else "" for name in typed]
