"""The information pages: the public bodies' procedure, delivery, warranty, terms, rights.

Their text is long and legal: one template per language, in templates/pages/<language>/.
"""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from shop.core.errors import NotFound
from shop.ops.clock import today
from shop.texts.rules import BY_PAGE, TERMS, begun_of
from shop.texts.texts import get_version, shown_version, versions_known
from shop.web.kit.guards import everybody
from shop.web.kit.site import current_language, reading, settings
from shop.web.kit.tariff import tariff_today
from shop.web.pages import blueprint
from shop.web.pages.identity import known_shop_name, shop_identity
from shop.web.pages.written import begun_versions, sections_today, version_today


@blueprint.record_once
def _identity(state: Any) -> None:
    """`shop_identity()` in every template: the foot of the page names the seller."""
    state.app.jinja_env.globals["shop_identity"] = shop_identity
    state.app.jinja_env.globals["known_shop_name"] = known_shop_name


def _page(name: str, **facts: Any) -> str:
    language = current_language() if current_language() == "fr" else "en"
    text = BY_PAGE.get(name)
    return render_template(
        f"pages/{language}/{name}.html",
        shop=shop_identity(),
        demonstration=settings().is_demonstration,
        added=sections_today(text) if text and not text.whole else [],
        **facts,
    )


@blueprint.get("/organismes-publics")
@everybody
def public_bodies() -> str:
    """DEVIS > BON DE COMMANDE ORIGINAL > BON DE LIVRAISON > FACTURATION, explained to buyers."""
    stations = [
        {"name": name, "status": "next", "lines": [line]}
        for name, line in (
            (_("QUOTE"), _("You draw it yourself, at once.")),
            (_("ORIGINAL PURCHASE ORDER"), _("You send it to us by post.")),
            (_("DELIVERY NOTE"), _("We deliver.")),
            (_("INVOICING"), _("You pay after delivery.")),
        )
    ]
    return _page("public_bodies", stations=stations)


@blueprint.get("/livraison")
@everybody
def delivery() -> str:
    """Where the shop delivers and for how much: the prices are those of today."""
    tariff = tariff_today()
    return _page("delivery", tariff=tariff, delivers={one.key for one in tariff.served})


@blueprint.get("/paiement-par-carte")
@everybody
def card() -> str:
    return _page("card")


@blueprint.get("/garanties")
@everybody
def warranty() -> str:
    return _page("warranty")


@blueprint.get("/conditions-de-vente")
@everybody
def terms() -> str:
    """The version in force today."""
    return _terms(version_today(TERMS))


@blueprint.get("/conditions-de-vente/<int:version>")
@everybody
def terms_version(version: int) -> str:
    """A version at its own address, for the sales that refer to it; not before its day."""
    if version not in begun_of(TERMS, versions_known(reading()), today()):
        raise NotFound
    return _terms(version)


def _terms(number: int) -> str:
    row = get_version(reading(), TERMS, number) if number != TERMS.first else None
    return _page("terms", versions=begun_versions(TERMS), **shown_version(row, current_language()))


@blueprint.get("/retractation")
@everybody
def withdrawal() -> str:
    return _page("withdrawal")


@blueprint.get("/donnees-personnelles")
@everybody
def privacy() -> str:
    return _page("privacy")


@blueprint.get("/accessibilite")
@everybody
def accessibility() -> str:
    return _page("accessibility")


@blueprint.get("/mentions-legales")
@everybody
def legal() -> str:
    return _page("legal")
