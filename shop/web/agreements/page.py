"""The pages of price agreements, as they are shown with their forms."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from shop.agreements.copies import copies_of
from shop.agreements.lists import (
    effects_of,
    get_agreement,
    goods_of,
    organisations_of,
    price_agreements,
)
from shop.agreements.models import PriceAgreement
from shop.agreements.procedure import PROCEDURE, AgreementState
from shop.agreements.rules import (
    AgreementDayFar,
    AgreementOver,
    AgreementReferenceTaken,
    ClientSignatoryMissing,
    ConditionThere,
    DiscountNotPossible,
    GoodsTwice,
    NeitherDiscountNorPrice,
    NotItsClient,
    PeriodReversed,
    PriceNotLower,
    PriceNotPossible,
    PriceOfMany,
    SignedLater,
    TooManyClients,
)
from shop.catalogue.product_lists import all_departments
from shop.core.errors import DomainError
from shop.ops.clock import today
from shop.web.agreements.forms import (
    ClientForm,
    ConditionForm,
    CopyForm,
    EndForm,
    SigningForm,
    TermsForm,
)
from shop.web.kit.forms import ShopForm
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, reading, sentence_of

#: The form field that shows each refusal; the others stand above the form.
BESIDE: dict[type[DomainError], str] = {
    AgreementDayFar: "starts_on",
    AgreementOver: "ends_on",
    AgreementReferenceTaken: "reference",
    ClientSignatoryMissing: "signatory",
    ConditionThere: "units",
    DiscountNotPossible: "discount",
    GoodsTwice: "category",
    NeitherDiscountNorPrice: "discount",
    NotItsClient: "organisation",
    PeriodReversed: "ends_on",
    PriceNotLower: "price",
    PriceNotPossible: "price",
    PriceOfMany: "sku",
    SignedLater: "signed_on",
    TooManyClients: "code",
}


def say(form: ShopForm, refusal: DomainError) -> None:
    """Show a refusal beside its field, or above the form. Raises one that no answer mends."""
    name = BESIDE.get(type(refusal), "")
    if name in form:
        form[name].errors = [sentence_of(refusal)]
    else:
        form.say(refusal)


def state_words(row: PriceAgreement) -> tuple[str, str]:
    """The kind and the words of the state of an agreement today."""
    if row.is_signed and row.starts_on > today():
        return "info", _("signed, to come")
    if row.is_signed and row.ends_on < today():
        return "plain", _("over")
    return {
        AgreementState.DRAFT: ("you", _("in preparation")),
        AgreementState.SIGNED: ("good", _("in force")),
        AgreementState.ENDED: ("plain", _("ended")),
        AgreementState.WITHDRAWN: ("plain", _("given up")),
    }[row.state]


def condition_form(**filled: Any) -> ConditionForm:
    """The form of a condition, with the families to choose from."""
    form = ConditionForm(prefix="condition", **filled)
    english = current_language() == "en"
    found = [(one.id, one.name_en if english else one.name) for one in all_departments(reading())]
    form.category.choices = [(0, _("All products")), *found]
    return form


def copy_form(agreement_id: int, **filled: Any) -> CopyForm:
    """The form of a signed copy, with the organisations to choose from."""
    form = CopyForm(prefix="copy", **filled)
    found = organisations_of(reading(), agreement_id)
    form.organisation.choices = [SelectChoice(one.id, one.name) for one in found]
    return form


def list_page(status: int = 200, form: TermsForm | None = None) -> Any:
    """The list, with the form of a new agreement."""
    rows = price_agreements(reading(), today(), place_asked())
    html = render_template(
        "agreements/index.html",
        rows=rows,
        query=kept(rows),
        words=state_words,
        form=form or TermsForm(formdata=None),
        here="agreements.index",
    )
    return html, status


def record_page(agreement_id: int, status: int = 200, **typed: ShopForm) -> Any:
    """One agreement: whom it is for, what it gives, what that changes, and what may be done."""
    session = reading()
    row = get_agreement(session, agreement_id)
    effects = effects_of(session, row, place_asked())
    clients = organisations_of(session, row.id)
    forms: dict[str, ShopForm] = {
        "terms": TermsForm(formdata=None, obj=row),
        "client": ClientForm(formdata=None, prefix="client"),
        "condition": condition_form(formdata=None),
        "signing": SigningForm(formdata=None, prefix="signing", signed_on=today()),
        "end": EndForm(formdata=None, prefix="end"),
        "signed_copy": copy_form(row.id, formdata=None),
    }
    html = render_template(
        "agreements/show.html",
        row=row,
        acts={one.name for one in PROCEDURE.open_transitions(row.state, actor())},
        organisations=clients,
        names={one.id: one.name for one in clients},
        goods=goods_of(session, row.id),
        effects=effects,
        copies=copies_of(session, row.id),
        query=kept(effects),
        state_of=state_words(row),
        forms=forms | typed,
        here="agreements.index",
    )
    return html, status
