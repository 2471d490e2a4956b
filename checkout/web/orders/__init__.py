"""Orders, for their buyers."""

from flask import Blueprint

blueprint = Blueprint("orders", __name__)
