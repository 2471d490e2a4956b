"""The stock, for logistics: goods that come in."""

from flask import Blueprint

blueprint = Blueprint("stock", __name__)
