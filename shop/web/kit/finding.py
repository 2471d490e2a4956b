"""The office's look-up, with the finders of all packages."""

from flask import current_app
from sqlalchemy import ColumnElement

from shop.dossiers.finder import Found, find_dossiers
from shop.storage.paging import FIRST, Place
from shop.web.kit.site import reading


def found_dossiers(
    typed: str, place: Place = FIRST, *, only: ColumnElement[bool] | None = None
) -> Found:
    """A page of the dossiers that the typed number or names find, of those that `only` keeps."""
    finders = current_app.extensions["comptoir.finders"]
    return find_dossiers(reading(), typed, finders, place, only=only)
