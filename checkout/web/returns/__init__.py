"""Returns of delivered goods, for clients and for the office."""

from flask import Blueprint

blueprint = Blueprint("returns", __name__)
