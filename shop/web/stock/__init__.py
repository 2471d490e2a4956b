"""The stock, for logistics: goods received."""

from flask import Blueprint

blueprint = Blueprint("stock", __name__)
