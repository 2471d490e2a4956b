"""What the office puts on the home page of the shop, in versions."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
