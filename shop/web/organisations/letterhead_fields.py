"""The letterhead address that a person gives with their organisation: what the register does not
know of it.
"""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from shop.register.answers import RegisterAnswer
from shop.web.kit.addresses import checked_town, postal_code_field
from shop.web.kit.fields import Checked, address_line, town
from shop.web.kit.forms import ShopForm

#: The parts of the address, by the keys of parties.Place.
PARTS = ("line1", "postal_code", "city")


def letterhead_fields() -> tuple[StringField, StringField, StringField, Checked]:
    """`header_line1`, `header_postal_code`, `header_city` and `header_checked` of a form: it
    declares them where its page shows them, so that its errors follow the page.
    """
    return (
        address_line(
            _l("Letterhead address"),
            hint=_l(
                "Street and number, as they must appear at the head of your quotes. The register "
                "does not always know them."
            ),
        ),
        postal_code_field(_l("Postal code"), rule=Optional()),
        town(),
        checked_town(),
    )


class LetterheadForm(ShopForm):
    """A form about an organisation, with the `letterhead_fields` of its quotes."""

    def fill_header(self, known: dict[str, str]) -> None:
        """Fill in what the register knows of the address, where nothing is typed."""
        for part in PARTS:
            field = self[f"header_{part}"]
            field.data = field.data or known.get(part, "")

    @property
    def header(self) -> dict[str, Any]:
        """The address by the keys of parties.Place; only what is known of it."""
        typed = {part: self[f"header_{part}"].data for part in PARTS}
        return {part: value for part, value in typed.items() if value}


def lacks_header(form: LetterheadForm, answer: RegisterAnswer) -> bool:
    """Whether neither the person nor the register gave the whole letterhead address: its fields
    ask for what is missing, with the parts that the register knows filled in.
    """
    form.fill_header(answer.facts.address if answer.facts else {})
    sentences = {
        "line1": _("Enter the street and number of your letterhead: your quotes bear them."),
        "postal_code": _("Enter the postal code of your letterhead."),
        "city": _("Enter the town of your letterhead."),
    }
    missing = [part for part in PARTS if part not in form.header]
    for part in missing:
        form[f"header_{part}"].errors = [sentences[part]]
    return bool(missing)
