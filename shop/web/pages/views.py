"""The information pages: the public bodies' procedure, delivery, warranty, terms, rights.

Their text is long and legal: one template per language, in templates/pages/<language>/.
"""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from shop.web.kit.guards import everybody
from shop.web.kit.site import current_language, settings
from shop.web.kit.tariff import tariff_today
from shop.web.pages import blueprint
from shop.web.pages.identity import shop_identity


@blueprint.record_once
def _identity(state: Any) -> None:
    """`shop_identity()` in every template: the foot of the page names the seller."""
    state.app.jinja_env.globals["shop_identity"] = shop_identity


def _page(name: str, **facts: Any) -> str:
    language = current_language() if current_language() == "fr" else "en"
    return render_template(
        f"pages/{language}/{name}.html",
        shop=shop_identity(),
        demonstration=settings().is_demonstration,
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
    return _page("terms")


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
