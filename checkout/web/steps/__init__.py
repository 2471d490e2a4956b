"""Steps 2 to 5 of the checkout."""

from flask import Blueprint

blueprint = Blueprint("steps", __name__)
