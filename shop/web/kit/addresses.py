"""The fields of an address: country, postal code, and the question when the town has another."""

import re
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Optional, StopValidation
from wtforms.widgets import html_params

from shop.core.parties import FRANCE
from shop.places.countries import COUNTRIES, countries
from shop.places.postal_codes import may_agree
from shop.places.rules import FIVE_DIGITS
from shop.web.kit.fields import Checked, stripped
from shop.web.kit.site import current_language

_FIVE_DIGITS = re.compile(r"^[0-9]{5}$")
_ABROAD = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 \-]{0,9}$")
FRENCH_CODE = _l("Enter a French postal code of five digits.")


def _choices() -> list[tuple[str, str]]:
    return list(countries(current_language()))


@lru_cache(maxsize=512)
def _options(language: str, chosen: str) -> Markup:
    """Two hundred options, the same on every page: rendered once for each choice."""
    option = Markup('<option {}value="{}">{}</option>')
    return Markup().join(
        option.format("selected " if code == chosen else "", code, name)
        for code, name in countries(language)
    )


def _country_list(field: SelectField, **attributes: Any) -> Markup:
    parameters = html_params(name=field.name, **({"id": field.id} | attributes))
    # A code outside the list, as a forged request sends it, selects nothing.
    chosen = field.data if field.data in COUNTRIES else ""
    options = _options(current_language(), chosen)
    opening = Markup(f"<select {parameters}>")  # noqa: S704 - html_params escapes each value
    return opening + options + Markup("</select>")


def country_field() -> SelectField:
    """The country of an address, by ISO code; France where nothing was chosen."""
    return SelectField(
        _l("Country"),
        choices=_choices,
        default=FRANCE,
        render_kw={"data-country": ""},
        widget=_country_list,
    )


def checked_town() -> Checked:
    """The tick that keeps a postal code and a town that the list does not know together."""
    return Checked(_l("The postal code and the town are right"))


def postal_code(form: Any, field: Any) -> None:
    """Five digits in France and Monaco; up to ten signs abroad."""
    code = "".join((field.data or "").split())
    if _country(form, field) not in FIVE_DIGITS:
        if not _ABROAD.match(field.data or ""):
            raise StopValidation(_l("Enter the postal code of that country, at most ten signs."))
        return
    if not _FIVE_DIGITS.match(code):
        raise StopValidation(FRENCH_CODE)
    field.data = code


def town_of_code(form: Any, field: Any) -> None:
    """Ask about a postal code that is not one of the town, once for each pair."""
    town, tick = _beside(form, field, "city"), _beside(form, field, "checked")
    if town is None or tick is None or not town.data:
        return
    if may_agree(field.data, town.data, country=_country(form, field)):
        return
    pair = f"{field.data} {town.data}"
    if pair in _stored(form, field, town):
        return
    tick.asked = pair
    if not tick.checked:
        raise StopValidation(
            _l(
                "This postal code is not one of %(town)s: check both, or tick below.",
                town=town.data,
            )
        )


def postal_code_field(label: Any, *, rule: Any = None) -> StringField:
    """The postal code of an address; the form has `country`, `city` and `checked` beside it.
    Required, unless `rule` says when.
    """
    needed = [rule] if rule else [DataRequired(FRENCH_CODE)]
    return StringField(label, [*needed, postal_code, town_of_code], filters=[stripped])


def french_postal_code_field(label: Any) -> StringField:
    """The postal code of a paying service, where one is given: a public body's is in France."""
    return StringField(
        label,
        [Optional(), postal_code, town_of_code],
        filters=[stripped],
        render_kw={"inputmode": "numeric"},
    )


def _beside(form: Any, field: Any, name: str) -> Any:
    """The field of the same address with that name: `header_city` beside `header_postal_code`."""
    return getattr(form, field.short_name.replace("postal_code", name), None)


def _country(form: Any, field: Any) -> str:
    beside = _beside(form, field, "country")
    return FRANCE if beside is None else beside.data or FRANCE


def _stored(form: Any, field: Any, town: Any) -> set[str]:
    """The pairs that were kept before: they are not asked about a second time."""
    known = {f"{field.object_data} {town.object_data}"}
    return known | set(getattr(form, "known_towns", ()))
