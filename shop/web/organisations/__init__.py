"""One's organisation: establishments, addresses, contacts."""

from flask import Blueprint

blueprint = Blueprint("organisations", __name__)
