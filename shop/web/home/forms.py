"""The form of a version of the home page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from shop.catalogue.sheet_rules import LONGEST_SKU
from shop.catalogue.tree import Department
from shop.home.rules import (
    LONGEST_BANNER,
    LONGEST_LINK,
    MOST_PRODUCTS,
    Banner,
    BannerRefused,
    HomeContent,
    ProductRefused,
    banner_from,
    ordered,
)
from shop.web.kit.fields import TOO_LONG, words
from shop.web.kit.forms import ShopForm
from shop.web.kit.site import sentence_of

PLACES = range(1, MOST_PRODUCTS + 1)


class HomeForm(ShopForm):
    """The banner; the fields of the departments and of the products are added by `home_form`.
    `seen` is the version that was read; `shown`, which the button of the preview sends, is what it
    showed.
    """

    departments: Sequence[Department]
    french = words(_l("Sentence in French"), most=LONGEST_BANNER)
    english = words(_l("Sentence in English"), most=LONGEST_BANNER)
    first = DateField(_l("First day"), [Optional()])
    last = DateField(_l("Last day"), [Optional()])
    link = words(
        _l("Address in the shop"),
        most=LONGEST_LINK,
        hint=_l("Of the page that the sentence leads to, from the / on, such as /livraison."),
    )
    seen = HiddenField()
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    @property
    def read(self) -> int:
        """The version that was read; forged, one that never was."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= 9 else -1

    @property
    def places(self) -> list[Field]:
        """The fields of the departments, in the order of the catalogue."""
        return [self[_place(one)] for one in self.departments]

    @property
    def products(self) -> list[Field]:
        """The fields of the products."""
        return [self[f"product_{place}"] for place in PLACES]

    @property
    def answers(self) -> list[Field]:
        """Every field that is typed, for the form of the preview, which does not show them."""
        banner = [self.french, self.english, self.first, self.last, self.link]
        return [*self.places, *self.products, *banner]

    @property
    def references(self) -> list[str]:
        """The references that were typed, in their order."""
        return [one.data for one in self.products if one.data]

    @property
    def order(self) -> tuple[str, ...]:
        """The departments in the order that was typed."""
        return ordered({one.slug: self[_place(one)].data for one in self.departments})

    def banner(self, today: date) -> Banner | None:
        """The banner that was typed. Raises BannerRefused."""
        told = self.french.data or "", self.english.data or ""
        days = self.first.data, self.last.data
        return banner_from(told, days, self.link.data or "", today)

    def refuse_banner(self, refusal: BannerRefused) -> None:
        """Say beside the field what is wrong."""
        self[str(refusal.facts["field"])].errors = [sentence_of(refusal)]

    def refuse_product(self, refusal: ProductRefused) -> None:
        """Say beside the field which reference cannot be put forward."""
        typed = [one for one in self.products if one.data]
        typed[refusal.facts["place"] - 1].errors = [sentence_of(refusal)]


def home_form(
    departments: Sequence[Department],
    content: HomeContent,
    references: Mapping[int, str],
    seen: int,
) -> HomeForm:
    """The form with the content of a version; `references` are those of its products."""
    made: dict[str, Any] = {
        _place(one): IntegerField(
            one.name,
            [Optional(), NumberRange(1, 999, _l("Enter a whole number from 1 to 999."))],
        )
        for one in departments
    }
    made |= {
        f"product_{place}": words(_l("Product %(number)s", number=place), most=LONGEST_SKU)
        for place in PLACES
    }
    made["departments"] = departments
    form: HomeForm = type("OfCatalogueForm", (HomeForm,), made)()
    if not form.is_submitted():
        _fill(form, content, references)
        form.seen.data = str(seen)
    return form


def _fill(form: HomeForm, content: HomeContent, references: Mapping[int, str]) -> None:
    for one in form.departments:
        if one.slug in content.departments:
            form[_place(one)].data = content.departments.index(one.slug) + 1
    kept = [references[one] for one in content.products if one in references]
    for field, reference in zip(form.products, kept, strict=False):
        field.data = reference
    if content.banner is not None:
        form.french.data, form.english.data = content.banner.french, content.banner.english
        form.first.data, form.last.data = content.banner.first, content.banner.last
        form.link.data = content.banner.link


def _place(one: Department) -> str:
    return f"place_{one.id}"
