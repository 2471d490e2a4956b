"""Documents of a dossier, served to those who may read them."""

from flask import Blueprint

blueprint = Blueprint("dossiers", __name__)
