"""Quotes: conditions and issue at step 5, then the dossier's page."""

from flask import Blueprint

blueprint = Blueprint("quotes", __name__)
