"""Finding a body by its name, its postal code or its SIREN, as one types or with a button.

A form with the partial `register/_finder.html` calls `answers(form)` first: after « Find » or the
choice of a body the form is shown again, with the results and everything typed.
"""

from dataclasses import dataclass
from typing import Any

from flask import g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from shop.register.answers import RegisterFacts
from shop.register.legal_categories import legal_categories
from shop.register.words import as_on_papers, is_worth_asking, siren_typed
from shop.web.kit.guards import everybody
from shop.web.organisations.forms import BODY, SELF
from shop.web.organisations.letterhead_fields import PARTS
from shop.web.register import blueprint
from shop.web.register.lookups import OFFERED, search_for_page

#: Names of the partial's own fields, and the maximum length that is read.
WORDS, FIND, PICK = "find_words", "find", "pick"
MOST_TYPED = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """A body in the list; `number` is its seat's SIRET, or its SIREN when the register does not
    know establishments. `official` is the name that is filled in, `address` what is known of its
    letterhead address.
    """

    name: str
    official: str
    number: str
    siren: str
    place: str
    category: str
    address: dict[str, str]

    @property
    def told(self) -> str:
        """The sentence after it was chosen."""
        if len(self.number) == 9:
            return _(
                "%(organisation)s has been filled in. These 9 digits are its SIREN: add the last 5 "
                "digits of the SIRET of your establishment, which are on your letterhead.",
                organisation=self.official,
            )
        return _(
            "%(organisation)s has been filled in, with the SIRET of its head office. If you work "
            "in another establishment, change the last 5 digits.",
            organisation=self.official,
        )


@dataclass(frozen=True, slots=True)
class Finder:
    """The search text, the results (None: no search), the message about them."""

    words: str = ""
    offers: list[Offer] | None = None
    told: str = ""


@blueprint.get("/registre/recherche")
@everybody
def search() -> Any:
    """The list of a combobox, as a fragment of a page."""
    words = request.args.get("q", "")[:MOST_TYPED]
    offers, more = _offers(words)
    answer = make_response(
        render_template("register/_bodies.html", offers=offers, said=_said(words, offers, more))
    )
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


def answers(form: Any) -> bool:
    """Whether a search or a choice was sent: the form is filled and shown again."""
    picked = request.form.get(PICK, "")
    words = request.form.get(WORDS, "")[:MOST_TYPED]
    asked = FIND in request.form
    meant = words.strip() and not form.siret.data and form.buys_for.data != SELF
    if picked:
        _fill(form, words, picked)
    elif asked or meant:
        offers, more = _offers(words)
        g.finder = Finder(words, offers, _said(words, offers, more))
    else:
        g.finder = Finder(words)
        return False
    return True


def _fill(form: Any, words: str, number: str) -> None:
    """Fill the form with the body of that number."""
    offer = next((each for each in _offers(number)[0] if number.startswith(each.siren)), None)
    g.finder = Finder(words, None, offer.told if offer else "")
    if offer is not None:
        form.siret.data = offer.number
        form.organisation.data = offer.official
        form.buys_for.data = BODY
        for part in PARTS:
            form[f"header_{part}"].data = offer.address.get(part, "")


def _offers(words: str) -> tuple[list[Offer], bool]:
    """The results, and whether the register has more."""
    if not is_worth_asking(words):
        return [], False
    found = search_for_page(words, limit=OFFERED + 1)
    return [_offer(facts) for facts in found[:OFFERED]], len(found) > OFFERED


def _offer(facts: RegisterFacts) -> Offer:
    category = legal_categories().get(facts.legal_category)
    where = [facts.postal_code]
    if facts.departement:
        where.append(_("département %(code)s", code=facts.departement))
    return Offer(
        name=facts.name,
        # The State's register has the full name and a SIRET.
        official=facts.name if facts.siret else as_on_papers(facts.name, facts.legal_category),
        number=facts.siret or facts.siren,
        siren=facts.siren,
        place=", ".join(filter(None, where)),
        category=category.label if category else "",
        address=facts.address,
    )


def _said(words: str, offers: list[Offer], more: bool) -> str:
    """The message for readers who do not see the list."""
    if not is_worth_asking(words):
        return _("Enter at least 3 letters or digits.")
    if not offers and siren_typed(words):
        return _(
            "No public body in the register has this number. Check it; if it is correct, enter "
            "the name and the SIRET below."
        )
    if not offers:
        return _(
            "No public body in the register has this name. Enter its name and its SIRET below."
        )
    if more:
        return _("First %(num)d results: add a word or the postal code", num=len(offers))
    return ngettext("%(num)d public body found", "%(num)d public bodies found", len(offers))


@blueprint.app_context_processor
def _of_this_page() -> dict[str, Any]:
    """The finder's state of this request, for templates."""
    return {"finder": g.get("finder", Finder())}
