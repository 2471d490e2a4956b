"""Products imported from a file, for the sales staff."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__)
