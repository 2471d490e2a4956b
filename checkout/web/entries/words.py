"""The names of the territories of a VAT report, by their keys."""

from flask_babel import gettext as _


def territories() -> dict[str, str]:
    """The name of each territory of shop/places."""
    return {
        "mainland": _("Mainland France"),
        "armed_forces": _("Armed forces"),
        "corsica": _("Corsica"),
        "monaco": _("Monaco"),
        "guadeloupe": _("Guadeloupe"),
        "martinique": _("Martinique"),
        "guyane": _("French Guiana"),
        "reunion": _("Réunion"),
        "mayotte": _("Mayotte"),
        "saint_pierre_et_miquelon": _("Saint Pierre and Miquelon"),
        "saint_barthelemy": _("Saint Barthélemy"),
        "saint_martin": _("Saint Martin"),
        "southern_lands": _("French Southern Territories"),
        "wallis_et_futuna": _("Wallis and Futuna"),
        "french_polynesia": _("French Polynesia"),
        "new_caledonia": _("New Caledonia"),
        "european_union": _("Other countries of the European Union"),
        "abroad": _("Other countries"),
        "nowhere": _("Unknown postal code"),
    }
