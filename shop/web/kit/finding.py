"""The office's look-up, with the finders of all packages."""

from flask import current_app

from shop.dossiers.finder import Found, find_dossiers
from shop.web.kit.site import reading


def found_dossiers(typed: str) -> Found:
    """The dossiers that the typed number or names find."""
    return find_dossiers(reading(), typed, current_app.extensions["comptoir.finders"])
