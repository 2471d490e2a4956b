"""The purchase order filled in from a quote, for its buyer."""

from flask import Blueprint

blueprint = Blueprint("order_forms", __name__)
